//! A machine, booted: for what a [`World`](crate::World) has not, systemd.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::{DEADLINE, PASSWORD, repository};

/// What makes it: see there.
const BOOT: &str = include_str!("booted.sh");

/// A booted machine with sshd and a journal, a user alice with [`PASSWORD`] and a key, and the
/// repository at `/checkout`. Dropping it switches it off.
#[derive(Debug)]
pub struct Booted {
    /// `unshare`, then a shell that starts systemd-nspawn.
    shell: Child,
    /// The machine's PID 1, as it is called outside.
    leader: u32,
}

impl Booted {
    /// Boots a private copy of this machine.
    ///
    /// # Panics
    /// Where this machine does not allow that, with what was said.
    #[must_use]
    pub fn boot() -> Self {
        Self::boot_from(Path::new("/"))
    }

    /// Boots a Debian 12 that was just installed: what it has beside that is in `tests/debian`.
    ///
    /// # Panics
    /// As above, and if it was not made.
    #[must_use]
    pub fn debian() -> Self {
        let root = repository().join("target/debian/bookworm");
        assert!(
            root.exists(),
            "{} is missing: tests/run --full makes it",
            root.display()
        );
        Self::boot_from(&root)
    }

    fn boot_from(root: &Path) -> Self {
        let shell = Command::new("unshare")
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
            .arg(root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("unshare (package util-linux) starts");
        let mut booted = Self { shell, leader: 0 };
        booted.wait_until_up();
        booted
    }

    /// Boots it again, with all that lies on its disk.
    ///
    /// # Panics
    /// If it does not come up.
    pub fn reboot(&mut self) {
        // Its answer may come too late: the machine goes.
        let _ = self.run(None, &["systemctl", "reboot"]);
        let before = format!("/proc/{}", self.leader);
        let start = Instant::now();
        while Path::new(&before).exists() {
            assert!(start.elapsed() < 4 * DEADLINE, "it does not shut down");
            std::thread::sleep(Duration::from_millis(50));
        }
        self.wait_until_up();
    }

    fn wait_until_up(&mut self) {
        let start = Instant::now();
        while !self.is_up() {
            if let Ok(Some(status)) = self.shell.try_wait() {
                panic!("no machine can be booted here ({status}): see above");
            }
            assert!(
                start.elapsed() < DEADLINE,
                "the machine has not booted in {DEADLINE:?}: {:?}",
                self.run(None, &["systemctl", "status", "--failed", "--no-pager"])
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Leaves so many KiB free on its disk, or as much as there was.
    ///
    /// # Panics
    /// If the disk does not let its size be changed.
    pub fn leave_space(&self, free: Option<u64>) {
        let resize = match free {
            Some(free) => format!(
                "used=$(df --output=used --block-size=1K /mnt | tail -n 1)
                 mount -o remount,size=$((used + {free}))k /mnt"
            ),
            None => "mount -o remount,size=50% /mnt".to_owned(),
        };
        let shell = format!("--target={}", self.shell.id());
        let resized = Command::new("nsenter")
            .args([&shell, "--mount", "sh", "-ec", &resize])
            .status();
        assert!(resized.expect("nsenter starts").success());
    }

    /// Where a file of the machine can be reached from outside.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{inside}", self.leader))
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

    /// A program of the machine that the tests run on, which sees that one's files, and this one's
    /// network and processes.
    #[must_use]
    pub fn outside(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        let target = format!("--target={}", self.leader);
        command.args([
            &target, "--net", "--pid", "--ipc", "--uts", "--cgroup", "--", program,
        ]);
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
        // Before the machine runs, the commands that make it do.
        let processes = children(self.shell.id()).into_iter();
        let leader = processes.flat_map(children).find(|pid| {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm"));
            name.is_ok_and(|name| name.trim() == "systemd")
        });
        let Some(leader) = leader else {
            return false;
        };
        self.leader = leader;
        let state = self.run(None, &["systemctl", "is-system-running"]);
        state.stdout == b"running\n"
    }
}

impl Drop for Booted {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
        // The end of its PID 1 ends everything in it, and nspawn with it. 0 would be ourselves.
        if self.leader != 0 {
            let leader = self.leader.to_string();
            let _ = Command::new("kill").args(["-KILL", &leader]).status();
        }
    }
}

fn children(pid: u32) -> Vec<u32> {
    let children = format!("/proc/{pid}/task/{pid}/children");
    let children = std::fs::read_to_string(children).unwrap_or_default();
    let pids = children.split_whitespace().map(str::parse);
    pids.filter_map(Result::ok).collect()
}
