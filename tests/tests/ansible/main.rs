//! The role of `packaging/ansible`, run by Ansible over SSH against a booted Debian.

use std::fs;
use std::path::PathBuf;

use proauth_e2e::{Booted, LetIn, Refused, repository};

/// A controller, and the machine that it manages, as the account `deploy` that has no phone.
struct Controller {
    machine: Booted,
    /// Its private key; root's, and gone with this.
    key: PathBuf,
}

const PACKAGES: &str = "proauth_packages: [PLACE/proauth_0.1.0-1_amd64.deb]";
const PROTECT: &str = "proauth_protect: [sshd, sudo]\nproauth_key_only: [deploy]";

impl Controller {
    fn new() -> Self {
        let machine = Booted::debian();
        machine.add_users(&["deploy", "bob", "carol"]);
        machine.sh(
            "echo 'deploy ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy",
            &[],
        );
        let key = std::env::temp_dir().join(format!("proauth-e2e-{}", std::process::id()));
        let alice = machine.path("/home/alice/.ssh/id_ed25519");
        // With its mode.
        fs::copy(alice, &key).expect("there is a key");
        Self { machine, key }
    }

    /// Runs the role with `variables`: whether it succeeded, and what it said.
    fn run(&self, variables: &str) -> (bool, String) {
        let packages = repository().join("target/packages/today");
        let variables = variables.replace("PLACE", &packages.to_string_lossy());
        let playbook = self.key.with_extension("yml");
        let indented = variables.replace('\n', "\n        ");
        let text = format!(
            "- hosts: all\n  become: true\n  roles:\n    - role: proauth\n      vars:\n        {indented}\n"
        );
        fs::write(&playbook, text).expect("the temporary folder can be written to");
        let control = self.key.with_extension("control");
        fs::create_dir(&control).expect("the one of before is gone");
        let options = "-oUserKnownHostsFile=/dev/null -oStrictHostKeyChecking=no";
        let mut ansible = self.machine.outside("ansible-playbook");
        let ran = ansible
            .args([
                "--inventory",
                "127.0.0.1,",
                "--user",
                "deploy",
                "--private-key",
            ])
            .arg(&self.key)
            .arg(format!("--ssh-common-args={options}"))
            .arg(&playbook)
            .env(
                "ANSIBLE_ROLES_PATH",
                repository().join("packaging/ansible/roles"),
            )
            .env("ANSIBLE_PIPELINING", "1")
            // One connection for each run.
            .env(
                "ANSIBLE_SSH_ARGS",
                "-oControlMaster=auto -oControlPersist=9s",
            )
            .env("ANSIBLE_SSH_CONTROL_PATH_DIR", &control)
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("nsenter (package util-linux) starts");
        let _ = fs::remove_file(playbook);
        let _ = fs::remove_dir_all(control);
        let said = [ran.stdout, ran.stderr].concat();
        (
            ran.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// Runs it twice: the second run must change nothing.
    fn apply(&self, variables: &str) {
        let (succeeded, said) = self.run(variables);
        assert!(succeeded, "{said}");
        let (succeeded, said) = self.run(variables);
        assert!(
            succeeded && said.contains("changed=0 "),
            "not idempotent: {said}"
        );
    }

    fn pam(&self) -> String {
        self.machine.sh("cd /etc/pam.d && sha256sum *", &[])
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.key);
    }
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn the_role_installs_configures_protects_and_leaves_nothing_behind() {
    let controller = Controller::new();
    let machine = &controller.machine;
    let untouched = controller.pam();

    // By default, nothing asks for codes.
    let config = "proauth_config:\n  totp: {issuer: Example}\n  enrollment: {self_enroll: ticket}\n  \
                  identity: {users: {\"alice@example.com\": alice}}";
    let config = format!("{PACKAGES}\n{config}");
    controller.apply(&config);
    assert_eq!(controller.pam(), untouched);
    assert_eq!(machine.ssh("alice", &[]), LetIn);
    let mut alice = machine.enroll("alice");
    assert!(alice.uri().contains("issuer=Example"), "{}", alice.uri());

    // A configuration that is wrong does not get there.
    let toml = "sha256sum /etc/proauth/proauthd.toml";
    let before = machine.sh(toml, &[]);
    let (succeeded, said) = controller.run(&config.replace("issuer: Example", "perod: 30"));
    assert!(!succeeded && said.contains("perod"), "{said}");
    assert_eq!(machine.sh(toml, &[]), before);

    controller.apply(&format!("{config}\n{PROTECT}"));
    assert_eq!(machine.ssh("alice", &[&alice.wrong_code()]), Refused);
    assert_eq!(machine.ssh("alice", &[&alice.next_code()]), LetIn);
    assert_eq!(machine.sudo("alice", &[&alice.next_code()]), LetIn);
    // Not enrolled, and not exempted.
    assert_eq!(machine.ssh("bob", &["123456"]), Refused);

    // A PAM file that it does not know is left alone.
    machine.sh("cp -a /etc/pam.d/sudo-i /root/ && sed -i '/BEGIN proauth/,/END proauth/d' /etc/pam.d/sudo-i", &[]);
    let (succeeded, said) = controller.run(&format!("{config}\n{PROTECT}"));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        !succeeded && said.contains("it is not the file that the package brought"),
        "{said}"
    );
    machine.sh(
        "cp -a /root/sudo-i /etc/pam.d/ && sed -i '/END proauth/d' /etc/pam.d/sudo-i",
        &[],
    );
    let broken = controller.pam();
    let (succeeded, said) = controller.run(&format!("{config}\nproauth_unprotect: [sshd, sudo]"));
    assert!(!succeeded && said.contains("without its"), "{said}");
    assert_eq!(controller.pam(), broken);
    machine.sh("cp -a /root/sudo-i /etc/pam.d/", &[]);

    // Not named any more, it stays; to be taken back, it is named.
    let protected = controller.pam();
    controller.apply(&config);
    assert_eq!(controller.pam(), protected);
    controller.apply(&format!("{config}\nproauth_unprotect: [sshd, sudo]"));
    assert_eq!(controller.pam(), untouched);
    assert_eq!(machine.ssh("bob", &[]), LetIn);

    // And so it is by whoever removes the package.
    let (succeeded, said) = controller.run(&format!("{config}\n{PROTECT}"));
    assert!(succeeded, "{said}");
    assert_eq!(machine.ssh("bob", &["123456"]), Refused);
    machine.sh(
        "systemctl restart proauthd && DEBIAN_FRONTEND=noninteractive apt-get -q -y remove proauth",
        &[],
    );
    assert_eq!(controller.pam(), untouched);
    assert_eq!(machine.ssh("bob", &[]), LetIn);
    assert_eq!(machine.sudo("carol", &[]), LetIn);
}
