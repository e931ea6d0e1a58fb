//! The program in docs/hooks.md does what is said there.

use proauth_e2e::{ON_EVENT, World, repository};

/// In place of curl, so that no mail server is needed: keeps the mail and the arguments.
const CURL: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >/run/e2e/curl\ncat >/run/e2e/mail.new\n\
    mv /run/e2e/mail.new /run/e2e/mail\n";

#[test]
fn the_program_of_the_manual_mails_what_happened_whatever_a_stranger_calls_their_host() {
    let manual = std::fs::read_to_string(repository().join("docs/hooks.md")).expect("it is there");
    let (_, program) = manual.split_once("```sh\n").expect("it has a program");
    let (program, _) = program.split_once("```\n").expect("which ends");

    let world = World::new();
    let hooks = world.hooks();
    world.install_program("/usr/local/bin/curl", CURL);
    world.install_program(ON_EVENT, program);
    let _alice = world.enroll("alice");
    let mail = world.path("/run/e2e/mail");
    hooks.wait_for("mail", || mail.exists());
    let arguments = std::fs::read_to_string(world.path("/run/e2e/curl")).expect("it is ours");
    let expected = "--mail-rcpt\nsecurity@example.org\n";
    assert!(arguments.contains(expected), "{arguments}");
    std::fs::remove_file(&mail).expect("it is ours");

    let rhost = "%s\r\nBcc: x@example.org\n`id`$(id)\\n'\";";
    while world.status("alice")["wait"] == 0 {
        let body = ["(sssss)s", "alice", "sshd", rhost, "ssh", "", "000000"];
        let _rejected = world.call("root", "Login.Verify", &body);
    }
    hooks.wait_for("mail", || mail.exists());
    let mail = std::fs::read_to_string(mail).expect("it is UTF-8");
    let (head, body) = mail.split_once("\r\n\r\n").expect("a mail has a head");
    assert!(
        head.contains("\r\nSubject: testhost: lockout of alice\r\n"),
        "{mail}"
    );
    let told = "%s\u{fffd}\u{fffd}Bcc: x@example.org\u{fffd}`id`$(id)\\n'\";";
    assert!(body.contains(&format!("\r\nFrom:    {told}\r\n")), "{mail}");
    assert_eq!(mail.lines().count(), 13, "{mail}");
}
