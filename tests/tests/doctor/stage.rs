//! A world to make mistakes in, one after the other.

use std::fs;

use proauth_e2e::{Authenticator, World, repository};
use serde_json::Value;

/// What mistakes are made in, and what is put back after each.
const KEPT: &str = "etc/pam.d etc/ssh etc/sudoers etc/sudoers.d etc/proauth var/lib/proauth";

/// The database is open, and stays.
const PUT_BACK: &str = "
    cd /
    find etc/pam.d etc/ssh etc/sudoers.d -mindepth 1 -delete
    tar -xpf /run/e2e/kept.tar --exclude='*.db*'
    cp -a --remove-destination /run/e2e/module $M
    chmod 600 /var/lib/proauth/proauth.db";

/// A world whose sshd and sudo ask for codes as we ship it, with alice enrolled.
pub struct Stage {
    pub world: World,
    pub alice: Authenticator,
    module: String,
}

impl Stage {
    pub fn new() -> Self {
        let world = World::new();
        let alice = world.enroll("alice");
        // A service of tests alone, with a code and nothing else.
        fs::remove_file(world.path("/etc/pam.d/code-only")).expect("it is there");
        // Debian has a service of its own for `sudo -i`, and jobs.
        let sudo = fs::read_to_string(repository().join("config/pam/sudo")).expect("it is there");
        let sudo_i = sudo.replace("common-session-noninteractive", "common-session");
        assert_ne!(sudo, sudo_i);
        let write = |path: &str, text: &str| fs::write(world.path(path), text).expect(path);
        write("/etc/pam.d/sudo-i", &sudo_i);
        write(
            "/etc/pam.d/cron",
            "@include common-auth\n@include common-account\n",
        );
        let found = world.run(&["sh", "-c", "ls /usr/lib/*/security/pam_proauth.so"]);
        let module = found.expect_success().stdout.trim().to_owned();
        let stage = Self {
            world,
            alice,
            module,
        };
        stage.sh(&format!(
            "cp -a {} /run/e2e/module; tar -C / -cf /run/e2e/kept.tar {KEPT}",
            stage.module
        ));
        stage
    }

    /// Runs a script as root; `$M` is our module.
    pub fn sh(&self, script: &str) {
        let script = format!("set -eu\nM={}\n{script}", self.module);
        self.world.run(&["sh", "-c", &script]).expect_success();
    }

    /// Puts everything back.
    pub fn put_back(&self) {
        self.sh(PUT_BACK);
    }

    /// Puts everything back, and runs a script then.
    pub fn begin(&self, script: &str) {
        self.sh(&format!("{PUT_BACK}\n{script}"));
    }

    /// What the doctor says.
    pub fn doctor(&self) -> Said {
        let ran = self.world.proauthd(&["doctor", "--json"]).run();
        let json = ran.json();
        let red = json["level"] == "red";
        assert_eq!(ran.code, Some(i32::from(red)), "{ran:?}");
        Said(json)
    }
}

/// What the doctor has said.
pub struct Said(Value);

impl Said {
    /// `level id: what`, the worst of it.
    pub fn complaints(&self) -> Vec<String> {
        let findings = self.0["findings"].as_array().expect("it is a list");
        let mut lines: Vec<String> = findings
            .iter()
            .filter(|finding| finding["level"] != "green")
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().expect("a text").to_owned();
                format!("{} {}: {}", text("level"), text("id"), text("what"))
            })
            .collect();
        lines.sort();
        lines
    }

    pub fn red(&self) -> Vec<String> {
        let mut lines = self.complaints();
        lines.retain(|line| line.starts_with("red "));
        lines
    }
}
