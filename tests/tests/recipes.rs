//! The recipes are true: their lines, as docs/recipes.md has them, on a booted Debian with the
//! packages.

use proauth_e2e::{Booted, LetIn, Refused, repository};

const EXAMPLES: &str = "/usr/share/doc/proauth/examples";

/// sshd's file of ours, and what the recipes for it call it.
const SSHD: &str = "/etc/ssh/sshd_config.d/00-proauth.conf";

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn whoever_is_exempted_needs_a_key_and_the_right_address_and_everybody_else_a_code() {
    let machine = protected("## SSH: a key, then a code");
    machine.add_users(&["bob", "deploy"]);
    let mut bob = machine.enroll("bob");
    let recipe = Recipe::of("## Ansible and other automation");
    append(
        &machine,
        SSHD,
        &recipe.lines("# /etc/ssh/sshd_config.d/00-proauth.conf"),
    );
    in_place_of_our_account_line(&machine, &recipe.lines("# /etc/pam.d/sshd"));

    assert_eq!(
        machine.ssh("deploy", &["000000"]),
        Refused,
        "from elsewhere"
    );
    machine.sh(
        "sed -i s/192.0.2.10/127.0.0.1/ $0 && systemctl restart ssh",
        &[SSHD],
    );
    assert_eq!(machine.ssh("deploy", &[]), LetIn);
    assert_eq!(machine.ssh("bob", &[&bob.wrong_code()]), Refused);
    assert_eq!(machine.ssh("bob", &[&bob.next_code()]), LetIn);

    let sudoers = recipe.lines("# /etc/sudoers.d/deploy");
    append(&machine, "/etc/sudoers.d/deploy", &sudoers);
    machine.sh("visudo -cf /etc/sudoers.d/deploy", &[]);
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn break_glass_works_while_the_daemon_does_not() {
    let machine = protected("## SSH: a key, then a code");
    machine.add_users(&["bob", "breakglass"]);
    let mut bob = machine.enroll("bob");
    let recipe = Recipe::of("## Break-glass");
    append(
        &machine,
        SSHD,
        &recipe.lines("# /etc/ssh/sshd_config.d/00-proauth.conf"),
    );
    in_place_of_our_account_line(&machine, &recipe.lines("# /etc/pam.d/sshd"));
    machine.sh(
        "sed -i s,192.0.2.0/24,127.0.0.1, $0 && systemctl restart ssh",
        &[SSHD],
    );
    machine.sh("systemctl mask --now --runtime proauthd", &[]);

    assert_eq!(machine.ssh("breakglass", &[]), LetIn);
    assert_eq!(machine.ssh("bob", &[&bob.next_code()]), Refused);
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn root_gets_in_with_a_key_and_a_code_by_the_second_recipe() {
    let machine = protected("## SSH: a key, then a code");
    let key = "install -D -m 600 /home/alice/.ssh/authorized_keys /root/.ssh/authorized_keys";
    machine.sh(key, &[]);
    let mut root = machine.enroll("root");
    assert_eq!(
        machine.ssh("root", &[&root.next_code()]),
        Refused,
        "Debian's own setting"
    );
    let recipe = Recipe::of("## root");
    append(&machine, SSHD, &recipe.lines("# 2."));
    assert_eq!(machine.ssh("root", &[&root.next_code()]), LetIn);
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn one_code_is_enough_for_many_connections_of_a_client_that_shares_one() {
    let machine = protected("## SSH: a key, then a code");
    machine.add_users(&["bob"]);
    let mut bob = machine.enroll("bob");
    let client = Recipe::of("## Jump hosts").lines("Host jump");
    let client = format!("Host localhost\n{client}");
    append(&machine, "/home/alice/.ssh/config", &client);
    assert_eq!(machine.ssh("bob", &[&bob.next_code()]), LetIn);
    assert_eq!(machine.ssh("bob", &[]), LetIn);
    machine.sh("rm /home/alice/.ssh/config", &[]);
    assert_eq!(machine.ssh("bob", &["000000"]), Refused);
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn a_password_and_a_code_let_in_and_neither_alone() {
    let machine = protected("## SSH: a password, then a code");
    machine.add_users(&["bob"]);
    let mut bob = machine.enroll("bob");
    let methods = Recipe::of("## SSH: a password, then a code").lines("AuthenticationMethods");
    assert_eq!(methods, "", "it is one line");
    let edit = r#"sed -i "s/^AuthenticationMethods .*/AuthenticationMethods keyboard-interactive/" $0
        sshd -t
        systemctl restart ssh"#;
    machine.sh(edit, &[SSHD]);
    assert_eq!(machine.ssh("bob", &[&bob.wrong_code()]), Refused);
    assert_eq!(machine.ssh("bob", &[&bob.next_code()]), LetIn);
}

/// What stands below a heading.
struct Recipe(String);

impl Recipe {
    fn of(heading: &str) -> Self {
        let file = repository().join("docs/recipes.md");
        let document = std::fs::read_to_string(file).expect("it is there");
        let (_, text) = document.split_once(&format!("{heading}\n")).expect(heading);
        Self(text.split("\n## ").next().unwrap_or_default().to_owned())
    }

    /// The lines to type or to write below the one that begins so, up to an empty one.
    fn lines(&self, first: &str) -> String {
        let lines = self.0.lines();
        let mut lines = lines.skip_while(|line| !line.trim_start().starts_with(first));
        assert!(lines.next().is_some(), "{first:?} is not in the recipe");
        let lines = lines.take_while(|line| !line.is_empty());
        lines
            .map(|line| format!("{}\n", line.trim_start()))
            .collect()
    }
}

/// Debian with the packages, and sshd as the first lines of that recipe have it.
fn protected(heading: &str) -> Booted {
    let machine = Booted::debian();
    let install = "apt-get -q -y install ./target/packages/today/proauth_*.deb 2>&1";
    machine.sh(install, &[]);
    let recipe = Recipe::of(heading);
    let commands = recipe.0.lines().map(str::trim_start);
    let commands =
        commands.filter(|line| line.starts_with("install ") || line.starts_with("sshd "));
    for command in commands {
        machine.sh(&command.replace("EXAMPLES", EXAMPLES), &[]);
    }
    machine
}

/// Adds lines to a file; sshd sees them.
fn append(machine: &Booted, file: &str, lines: &str) {
    let script = r#"printf %s "$1" >>"$0" && sshd -t && systemctl restart ssh"#;
    machine.sh(script, &[file, lines]);
}

/// Puts these lines where the module's stands in the account part of sshd.
fn in_place_of_our_account_line(machine: &Booted, lines: &str) {
    let edit = r#"
        awk -v lines="$0" '/^account .*pam_proauth/ { printf "%s", lines; next } { print }' \
            /etc/pam.d/sshd >/etc/pam.d/.new
        mv /etc/pam.d/.new /etc/pam.d/sshd
        grep -q pam_succeed_if /etc/pam.d/sshd
    "#;
    machine.sh(edit, &[lines]);
}
