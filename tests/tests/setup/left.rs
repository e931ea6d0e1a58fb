//! It can be left anywhere, and goes on where it was; wrong answers are asked again.

use proauth_e2e::{Booted, PASSWORD};

use serde_json::Value;

use crate::{COLUMNS, fits, module_is_named, scan, setup};

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn it_can_be_left_anywhere_and_goes_on_where_it_was() {
    let machine = crate::installed();
    wrong_answers_are_asked_again(&machine);
    leaves_while_enrolling(&machine);
    leaves_before_anything_is_protected(&machine);
    what_nobody_confirms_is_put_back(&machine);
    programs_are_told_each_step(&machine);
}

/// Root, who has not logged in, is asked who they are; an identity provider that does not answer
/// leaves the choice.
fn wrong_answers_are_asked_again(machine: &Booted) {
    let mut seat = machine.seat(None, COLUMNS, "proauthd setup");
    for wrong in ["", "nobody-of-that-name", "a b"] {
        seat.answer("Account: ", wrong);
    }
    seat.answer("Account: ", "alice");
    seat.answer("1 or 2: ", "3");
    seat.wait_for("type 1 or 2");
    seat.answer("1 or 2: ", "1");
    seat.answer("Issuer [https://accounts.google.com]: ", "http://localhost");
    seat.wait_for("begins with https://");
    seat.answer("]: ", "https://localhost");
    seat.answer("Client id: ", "two words");
    seat.answer("Client id: ", "1234-abc");
    seat.answer("secret, or -: ", "/etc/nowhere");
    seat.wait_for("there is no /etc/nowhere");
    let secret = "install -m 0644 /dev/null /etc/proauth/secret; echo x >/etc/proauth/secret";
    machine.sh(secret, &[]);
    seat.answer("secret, or -: ", "/etc/proauth/secret");
    seat.wait_for("must be for root and proauth-idp alone");
    let secret = "chown root:proauth-idp /etc/proauth/secret; chmod 0640 /etc/proauth/secret";
    machine.sh(secret, &[]);
    seat.answer("secret, or -: ", "/etc/proauth/secret");
    seat.answer("Domain: ", "alice@example.com");
    seat.wait_for("type a domain");
    seat.answer("Domain: ", "example.com");
    seat.wait_for("50-setup.toml, and the");
    // Nobody answers there.
    seat.wait_for("Nobody can sign in like that yet.");
    seat.wait_for("1 or 2: ");
    seat.end_of_input();
    let (code, shown) = seat.end();
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("proauthd: left;"), "{shown}");
    fits(&shown);
    let written = machine.sh("cat /etc/proauth/proauthd.toml.d/50-setup.toml", &[]);
    assert!(
        written.contains("allowed_domains = [\"example.com\"]"),
        "{written}"
    );
    machine.sh(
        "proauthd config check; rm -r /etc/proauth/proauthd.toml.d; systemctl reload proauthd",
        &[],
    );
}

fn leaves_while_enrolling(machine: &Booted) {
    let mut seat = setup(machine, "");
    seat.wait_for("You are logged in as alice.");
    seat.answer("1 or 2: ", "2");
    seat.wait_for("First code: ");
    seat.interrupt();
    let (code, shown) = seat.end();
    assert_eq!(code, 130, "{shown}");
    assert!(shown.contains("goes on from here"), "{shown}");
    let status = machine.sh("proauthd status --user alice", &[]);
    assert!(status.contains("not enrolled"), "{status}");
}

/// Enrolls, looks around, shows what would be changed, and leaves.
fn leaves_before_anything_is_protected(machine: &Booted) {
    let mut seat = setup(machine, "--offline");
    seat.wait_for("First code: ");
    let mut phone = scan(&seat.shown());
    seat.type_line(&phone.first_code());
    seat.wait_for("Services [sshd sudo]: ");
    seat.type_line("telnet");
    seat.wait_for("type one or more of: sshd, sudo");
    seat.answer("Services [sshd sudo]: ", "sudo");
    seat.wait_for("[y/N] ");
    seat.type_line("n");
    let (code, shown) = seat.end();
    assert_eq!(code, 1, "{shown}");
    assert!(!module_is_named(machine));
}

/// It goes on at the protecting, is left while that waits, and is there again for its end.
fn what_nobody_confirms_is_put_back(machine: &Booted) {
    let mut seat = setup(machine, "--services sudo --within 30s --yes");
    seat.wait_for("alice is enrolled already.");
    seat.wait_for("Ctrl-C leaves.");
    seat.interrupt();
    let (code, shown) = seat.end();
    assert_eq!(code, 130, "{shown}");
    assert!(shown.contains("the change still waits"), "{shown}");
    assert!(module_is_named(machine));

    let mut seat = machine.seat(None, COLUMNS, "proauthd setup");
    seat.wait_for("Ctrl-C leaves.");
    let (code, shown) = seat.end();
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("it was not confirmed in time"), "{shown}");
    fits(&shown);
    assert!(!module_is_named(machine));
    let mut sudo = machine.seat(Some("alice"), COLUMNS, "sudo -k id -u");
    sudo.answer("password for alice: ", PASSWORD);
    assert_eq!(sudo.end().0, 0);
}

/// The same without a person, in lines of JSON.
fn programs_are_told_each_step(machine: &Booted) {
    let setup = "proauthd setup --json --user alice --offline --services sudo --yes --within 10s";
    let ran = machine.run(None, &["sh", "-c", setup]);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let said = String::from_utf8(ran.stdout).expect("UTF-8");
    let lines = said.lines().map(serde_json::from_str::<Value>);
    let lines: Vec<Value> = lines.map(|line| line.expect("JSON")).collect();
    let steps = lines.iter().filter_map(|line| line["step"].as_str());
    let steps: Vec<&str> = steps.collect();
    let all = ["daemon", "account", "people", "enroll", "doctor", "protect"];
    assert_eq!(steps, all, "{said}");
    let last = lines.last().expect("there are some");
    assert_eq!(last["confirmed"], false, "{said}");
    assert!(!module_is_named(machine));
}
