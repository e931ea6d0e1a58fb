//! Who can have a change stay, and that it does.

use proauth_e2e::{Booted, LetIn, PASSWORD, Refused, Seat};
use serde_json::Value;

use crate::debian::{ask, debian, says};

/// On a shell of root's: what it says, and its exit code.
const CONFIRM: &str = "proauthd protect --confirm; echo ended with $?";

/// A shell of root's in a login session that began now.
fn session(machine: &Booted) -> Seat {
    let mut seat = machine.seat(Some("alice"), 300, "ssh -t localhost sudo -s");
    seat.wait_for("password for alice:");
    seat.type_line(PASSWORD);
    seat.wait_for("root@testhost");
    seat
}

/// The same through a protected sshd and sudo.
fn session_with_codes(machine: &Booted) -> Seat {
    let mut seat = machine.seat(Some("alice"), 300, "ssh -t localhost sudo -s");
    seat.wait_for("ProAuth code");
    seat.type_line(&code(machine));
    seat.wait_for("password for alice:");
    seat.type_line(PASSWORD);
    seat.wait_for("ProAuth code");
    seat.type_line(&code(machine));
    seat.wait_for("root@testhost");
    seat
}

/// A code of alice's, without waiting for her device to show another.
fn code(machine: &Booted) -> String {
    let made = ask(machine, &["emergency", "--user", "alice"]);
    made["code"].as_str().expect("it prints one").to_owned()
}

/// Tries to confirm there, and is refused for that reason.
fn is_refused(seat: &mut Seat, reason: &str) {
    seat.type_line(CONFIRM);
    seat.wait_for(reason);
    seat.wait_for("ended with 1");
}

/// Somebody protects sudo, who is asked, and tries it.
fn is_protected_by_hand(machine: &Booted, session: &mut Seat) {
    session.type_line("proauthd protect sudo");
    session.wait_for("+auth       required     pam_proauth.so first_factor=password");
    session.wait_for("Enrolled, with admin rights: alice.");
    session.wait_for("put back in 10 min unless confirmed");
    session.type_line("y");
    session.wait_for("Try sudo as alice");
    session.type_line("y");
    session.wait_for("password for alice:");
    session.type_line(PASSWORD);
    session.wait_for("ProAuth code");
    session.type_line(&code(machine));
    session.wait_for("sudo has let alice in.");
    session.wait_for("proauthd protect --confirm");
    session.wait_for("root@testhost");
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn a_new_session_with_a_code_confirms_and_no_other_and_then_it_stays() {
    let mut machine = debian();
    let mut device = machine.enroll("alice");
    machine.sh(
        "install -m 700 -d /root/.ssh
         install -m 600 /home/alice/.ssh/authorized_keys /root/.ssh/authorized_keys",
        &[],
    );
    let mut old = session(&machine);

    is_protected_by_hand(&machine, &mut old);
    assert_eq!(machine.sudo("alice", &[]), Refused, "a code is asked for");
    is_refused(&mut old, "this session began before the change");
    let by_root = "ssh root@localhost 'proauthd protect --confirm'";
    let mut without_code = machine.seat(
        Some("alice"),
        300,
        &format!("{by_root}; echo ended with $?"),
    );
    without_code.wait_for("no code of root was accepted for this session");
    without_code.wait_for("ended with 1");
    says(
        &machine,
        1,
        &["protect", "--confirm"],
        "this is no login session",
    );
    says(
        &machine,
        1,
        &["protect", "sshd", "--yes"],
        "a change waits to be confirmed already",
    );

    // sshd asks for none yet: the code that was shown is that of sudo, in this very session.
    let mut new = machine.seat(Some("alice"), 300, "ssh -t localhost sudo -s");
    new.wait_for("password for alice:");
    new.type_line(PASSWORD);
    new.wait_for("ProAuth code");
    new.type_line(&code(&machine));
    new.wait_for("root@testhost");
    is_refused(&mut old, "this session began before the change");
    new.type_line(CONFIRM);
    new.wait_for("Confirmed");
    new.wait_for("ended with 0");
    says(
        &machine,
        1,
        &["protect", "--confirm"],
        "nothing waits to be confirmed",
    );

    ask(&machine, &["protect", "sshd", "--yes"]);
    assert_eq!(machine.ssh("alice", &[]), Refused, "a code is asked for");
    // A session of before, and one that confirmed another change: both are old now.
    is_refused(&mut old, "this session began before the change");
    is_refused(&mut new, "this session began before the change");
    let mut newest = session_with_codes(&machine);
    newest.type_line(CONFIRM);
    newest.wait_for("Confirmed");
    newest.wait_for("ended with 0");

    let files = machine.sh("cat /etc/pam.d/* /etc/ssh/sshd_config.d/*", &[]);
    let twice = ask(&machine, &["protect", "sshd", "sudo", "--yes"]);
    assert_eq!(twice["changed"], Value::Array(Vec::new()), "{twice}");
    machine.reboot();
    let now = machine.sh("cat /etc/pam.d/* /etc/ssh/sshd_config.d/*", &[]);
    assert_eq!(now, files, "it stays across a reboot");
    assert_eq!(machine.ssh("alice", &[]), Refused, "a code is asked for");
    assert_eq!(machine.ssh("alice", &[&device.next_code()]), LetIn);
    assert_eq!(machine.sudo("alice", &[&code(&machine)]), LetIn);
    was_noted(&machine);
    goes_with_everything_else_dead(&machine);
}

/// The journal has who changed what.
fn was_noted(machine: &Booted) {
    let lines = machine.sh("journalctl --no-pager --output=json PROAUTH_EVENT=protect_armed + PROAUTH_EVENT=protect_confirmed + PROAUTH_EVENT=confirm_refused", &[]);
    let events: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let count = |event: &str| {
        events
            .iter()
            .filter(|line| line["PROAUTH_EVENT"] == event)
            .count()
    };
    assert_eq!(count("protect_armed"), 2, "{lines}");
    assert_eq!(count("protect_confirmed"), 2, "{lines}");
    assert!(count("confirm_refused") >= 5, "{lines}");
    let by_alice = |line: &Value| {
        line["PROAUTH_CALLER"]
            .as_str()
            .unwrap_or_default()
            .contains("1000")
    };
    assert!(
        events
            .iter()
            .filter(|line| line["PROAUTH_EVENT"] == "protect_confirmed")
            .all(by_alice)
    );
}

/// Unprotecting asks nobody.
fn goes_with_everything_else_dead(machine: &Booted) {
    machine.sh(
        "systemctl mask --runtime --quiet proauthd.service
         systemctl kill --signal=KILL proauthd.service
         systemctl stop proauthd.service",
        &[],
    );
    says(
        machine,
        3,
        &["protect", "everywhere", "--yes"],
        "is the daemon running?",
    );
    let done = ask(machine, &["unprotect", "sudo"]);
    assert_eq!(done["changed"].as_array().unwrap().len(), 2, "{done}");
    assert_eq!(machine.sudo("alice", &[]), LetIn, "no code is asked for");
    assert_eq!(machine.ssh("alice", &[]), Refused, "a code is asked for");
    let done = ask(machine, &["unprotect"]);
    assert_eq!(done["unprotected"], true, "{done}");
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
    let left = machine.sh("! grep -rl proauth /etc/pam.d /etc/ssh", &[]);
    assert_eq!(left, "");
    let again = ask(machine, &["unprotect"]);
    assert_eq!(again["changed"], Value::Array(Vec::new()), "{again}");
}
