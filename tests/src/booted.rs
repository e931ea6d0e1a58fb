//! A private copy of this machine, booted: for what a [`World`](crate::World) has not, systemd.

use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use crate::{DEADLINE, PASSWORD, repository};

/// What makes it: see there.
const BOOT: &str = include_str!("booted.sh");

/// A booted machine with sshd and a journal, a user alice with [`PASSWORD`] and a key, and the
/// repository at `/checkout`. Dropping it switches it off.
#[derive(Debug)]
pub struct Booted {
    /// `unshare`, then systemd-nspawn.
    nspawn: Child,
    /// The machine's PID 1, as it is called outside.
    leader: u32,
}

impl Booted {
    /// Boots one.
    ///
    /// # Panics
    /// Where this machine does not allow that, with what was said.
    #[must_use]
    pub fn boot() -> Self {
        let nspawn = Command::new("unshare")
            .args([
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                BOOT,
                "boot",
            ])
            .arg(repository())
            .arg(PASSWORD)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("unshare (package util-linux) starts");
        let mut booted = Self { nspawn, leader: 0 };
        let start = Instant::now();
        while !booted.is_up() {
            if let Ok(Some(status)) = booted.nspawn.try_wait() {
                panic!("no machine can be booted here ({status}): see above");
            }
            assert!(
                start.elapsed() < DEADLINE,
                "the machine has not booted in {DEADLINE:?}"
            );
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        booted
    }

    /// Runs `program` in there, with a clean environment: as root in the checkout, or as `user`
    /// at home.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn run(&self, user: Option<&str>, program: &[&str]) -> Output {
        let output = self.command(user, program).output();
        output.expect("nsenter (package util-linux) starts")
    }

    /// The same, with everything about it in the test's hands.
    #[must_use]
    pub fn command(&self, user: Option<&str>, program: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--target={}", self.leader))
            .args([
                "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root",
            ])
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm")
            .stdin(Stdio::null());
        match user {
            None => command
                .args(["--", "env", "--chdir=/checkout"])
                .env("HOME", "/root"),
            Some(user) => command
                .args([
                    "--",
                    "setpriv",
                    "--reuid",
                    user,
                    "--regid",
                    user,
                    "--init-groups",
                    "--",
                ])
                .args(["env", &format!("--chdir=/home/{user}")])
                .env("HOME", format!("/home/{user}"))
                .env("USER", user),
        };
        command.args(program);
        command
    }

    /// Runs the shell script `script` as root, to its end, and gives all that it said.
    ///
    /// # Panics
    /// If it fails.
    pub fn sh(&self, script: &str, arguments: &[&str]) -> String {
        let ran = self.run(None, &[&["sh", "-ec", script], arguments].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&ran.stdout) + &text(&ran.stderr);
        assert!(ran.status.success(), "{script}: {said}");
        said
    }

    /// Whether everything that starts at boot has.
    fn is_up(&mut self) -> bool {
        let children = format!("/proc/{0}/task/{0}/children", self.nspawn.id());
        let children = std::fs::read_to_string(children).unwrap_or_default();
        // Before it runs the machine, it runs the commands that make it.
        let leader = children.split_whitespace().find(|pid| {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm"));
            name.is_ok_and(|name| name.trim() == "systemd")
        });
        let Some(leader) = leader.and_then(|pid| pid.parse().ok()) else {
            return false;
        };
        self.leader = leader;
        let state = self.run(None, &["systemctl", "is-system-running"]);
        state.stdout == b"running\n"
    }
}

impl Drop for Booted {
    fn drop(&mut self) {
        // The end of its PID 1 ends everything in it, and nspawn with it.
        let leader = self.leader.to_string();
        let _ = Command::new("kill").args(["-KILL", &leader]).status();
        let _ = self.nspawn.kill();
        let _ = self.nspawn.wait();
    }
}
