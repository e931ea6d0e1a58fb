//! vlock, a screen locker for terminals. Without the setuid bit that Debian gives it for root's
//! password, as other systems have it, it runs PAM as the user.

use proauth_e2e::{LetIn, PASSWORD, Terminal, World};

use crate::{judged, stack};

const SIZE: (u32, u32) = (100, 30);

/// It asks for root's password when it has refused the user.
const REFUSED: &str = "root's Password:";

#[test]
fn the_right_code_unlocks() {
    for world in worlds() {
        let alice = world.enroll("alice");
        let terminal = locked(&world);
        terminal.type_line(&alice.fresh_code());
        assert_eq!(terminal.end(), 0, "{}", terminal.history());
        assert!(judged(&world, "alice", "vlock", "code accepted"));
    }
}

#[test]
fn a_wrong_code_and_the_code_of_somebody_else_do_not() {
    for (world, counted_apart) in worlds().into_iter().zip([2, 0]) {
        let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
        for code in [alice.wrong_code(), bob.fresh_code()] {
            let terminal = locked(&world);
            terminal.type_line(&code);
            terminal.wait_for_prompt(REFUSED);
        }
        assert_eq!((world.failures("alice"), world.failures("bob")), (2, 0));
        assert_eq!(world.status("alice")["locker_failures"], counted_apart);
        assert!(judged(&world, "alice", "vlock", "wrong code"));
    }
}

#[test]
fn wrong_codes_at_a_locker_of_the_user_keep_nobody_from_logging_in() {
    let world = as_user();
    let alice = world.enroll("alice");
    for count in 1..=5 {
        let terminal = locked(&world);
        terminal.type_line(&alice.wrong_code());
        terminal.wait_for_prompt(REFUSED);
        assert_eq!(world.status("alice")["locker_failures"], count);
    }
    let terminal = locked(&world);
    terminal.wait_for("Too many attempts: try again in 30 s");
    let code = alice.code_in_steps(1);
    terminal.type_line(&code);
    terminal.wait_for_prompt(REFUSED);
    assert_eq!(world.sudo("alice").code(&code), LetIn);
    assert_eq!(world.status("alice")["locker_failures"], 5);
}

/// vlock as the user, whose wrong codes are counted apart, and as Debian has it, as root.
fn worlds() -> [World; 2] {
    [as_user(), world()]
}

fn as_user() -> World {
    let world = world();
    let vlock = ["chmod", "u-s", "/usr/sbin/vlock-main"];
    world.run(&vlock).expect_success();
    world
}

fn world() -> World {
    World::builder().pam("vlock", stack::LOCKER).build()
}

/// A terminal that alice has locked, and on which somebody has typed her password.
fn locked(world: &World) -> Terminal<'_> {
    let terminal = world.terminal("alice", SIZE, "vlock");
    terminal.wait_for("press [ENTER] to unlock");
    terminal.type_line("");
    terminal.wait_for_prompt("alice's Password:");
    terminal.type_line(PASSWORD);
    terminal.wait_for_prompt("code (6 digits):");
    terminal
}
