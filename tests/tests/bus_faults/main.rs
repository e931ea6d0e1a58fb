//! The bus or the daemon is absent, stopped, silent, or somebody else: every login is refused, in
//! time, and every command says so.

mod commands;
mod impostors;
mod logins;

use proauth_e2e::World;

/// Something that keeps the daemon from answering, and how it is repaired.
#[derive(Debug, Clone, Copy)]
struct Fault {
    name: &'static str,
    happens: fn(&World),
    is_repaired: fn(&World),
}

const FAULTS: [Fault; 6] = [
    Fault {
        name: "the daemon was stopped",
        happens: |world| {
            world.daemon.stop();
        },
        is_repaired: |world| world.daemon.start(),
    },
    Fault {
        name: "the daemon was killed",
        happens: |world| world.daemon.kill(),
        is_repaired: |world| world.daemon.start(),
    },
    Fault {
        name: "the daemon is silent",
        happens: |world| world.daemon.pause(),
        is_repaired: |world| world.daemon.resume(),
    },
    Fault {
        name: "the bus was stopped",
        happens: |world| {
            world.bus.stop();
        },
        is_repaired: start_both,
    },
    Fault {
        name: "the bus was killed",
        happens: |world| world.bus.kill(),
        is_repaired: start_both,
    },
    Fault {
        name: "the bus is silent",
        happens: |world| world.bus.pause(),
        is_repaired: |world| world.bus.resume(),
    },
];

/// The daemon ends with its bus.
fn start_both(world: &World) {
    let ended = world.daemon.wait();
    assert_eq!(ended.code(), Some(3), "{}", world.daemon.said());
    world.bus.start();
    world.daemon.start();
}
