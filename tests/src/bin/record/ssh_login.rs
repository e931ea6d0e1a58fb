//! alice logs in over SSH: a key and a code, and each code works once.

use proauth_e2e::{Recording, World};

use super::{GLANCE, READ, STUDY, add, call_it, shell};

const SIZE: (u32, u32) = (80, 13);

/// The film.
pub fn film() -> String {
    let world = World::new();
    call_it(&world, "web1");
    let phone = world.enroll("alice");
    let _starts_sshd = world.ssh("alice");
    // The client is root's, who has the key.
    add(&world, "/etc/ssh/ssh_config", "\nHost web1\nUser alice\n");

    // A greeting of many lines is not what is to be seen. (With ~/.hushlogin, sshd would keep our
    // messages to itself, too.)
    let quiet = "rm -f /etc/motd /etc/update-motd.d/*";
    world.run(&["sh", "-c", quiet]).expect_success();

    let terminal = world.terminal("root", SIZE, &shell("alice", "laptop"));
    terminal.wait_for_prompt("$");
    let mut film = Recording::of(&terminal);
    let code = phone.fresh_code();
    film.caption("alice logs in: first her key, which the server checks before it asks");
    film.show(GLANCE);
    film.type_line("ssh web1");
    terminal.wait_for_prompt("digits):");
    film.show(GLANCE);
    film.caption(&format!(
        "then the code that her phone shows: {}",
        spaced(&code)
    ));
    film.show(READ);
    terminal.type_line(&code);
    terminal.wait_for_prompt("web1:~$");
    film.caption("She is in, and is told what was changed since her last login");
    film.show(STUDY);
    film.type_line("exit");
    terminal.wait_for_prompt("laptop:~$");

    film.caption("Somebody who saw that code, and has her key, tries it again …");
    film.show(GLANCE);
    film.type_line("ssh web1");
    terminal.wait_for_prompt("digits):");
    film.show(GLANCE);
    terminal.type_line(&code);
    terminal.wait_for("Code already used");
    terminal.wait_for_prompt("digits):");
    film.caption("… and is refused: each code works once, ever");
    film.show(STUDY);
    world.clock.advance(phone.period);
    let next = phone.fresh_code();
    film.caption(&format!("alice waits for the next one: {}", spaced(&next)));
    film.show(READ);
    terminal.type_line(&next);
    terminal.wait_for_prompt("web1:~$");
    film.caption("With it, she is in");
    film.show(STUDY);
    film.svg("ssh, with a key and a code", SIZE)
}

/// A code as apps show it.
fn spaced(code: &str) -> String {
    let (left, right) = code.split_at(code.len() / 2);
    format!("{left} {right}")
}
