//! A private copy of this machine: new namespaces, and a throw-away layer over `/`.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What its PID 1 does: see there.
const INIT: &str = include_str!("world.sh");

/// The namespaces of a world. Dropping it kills every process in there; so does the end of the
/// test process, whatever ended it.
#[derive(Debug)]
pub struct Namespace {
    /// `unshare`. It holds the write end of PID 1's standard input.
    init: Child,
    /// PID 1 of the world, as it is called outside.
    pid: u32,
}

impl Namespace {
    /// Makes one in which nothing runs yet.
    ///
    /// # Panics
    /// Where this machine does not allow that, with a sentence that says why.
    #[must_use]
    pub fn create() -> Self {
        let uid = std::fs::metadata("/proc/self")
            .expect("/proc is mounted")
            .uid();
        assert_eq!(
            uid, 0,
            "the end-to-end tests build private namespaces: run them as root"
        );
        let mut init = Command::new("unshare")
            .args([
                "--mount",
                "--pid",
                "--net",
                "--uts",
                "--ipc",
                "--fork",
                "--kill-child",
            ])
            .args(["--propagation", "private", "sh", "-c", INIT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("unshare (package util-linux) starts");
        let mut line = String::new();
        let stdout = init.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("PID 1 of the world speaks UTF-8");
        let Some(pid) = line
            .trim()
            .strip_prefix("ready ")
            .and_then(|pid| pid.parse().ok())
        else {
            let mut why = String::new();
            let mut stderr = init.stderr.take().expect("it is piped");
            stderr.read_to_string(&mut why).expect("errors are UTF-8");
            panic!(
                "no private world can be made here (a container must be privileged): {}",
                why.trim()
            );
        };
        Self { init, pid }
    }

    /// `program`, to be run in there as root, with a clean environment.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--target={}", self.pid))
            .args([
                "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd",
            ])
            .args(["--", program])
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("HOME", "/root")
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm")
            .stdin(Stdio::null());
        command
    }

    /// Runs `argv` in there as root.
    ///
    /// # Panics
    /// If it fails, with what it said.
    pub(crate) fn run(&self, argv: &[&str]) {
        let output = self.command(argv[0]).args(&argv[1..]).output();
        let output = output.expect("nsenter (package util-linux) starts");
        assert!(output.status.success(), "{argv:?}: {output:?}");
    }

    /// Lets what is at `outside` be seen at `inside`, which is there already.
    ///
    /// # Panics
    /// If that fails.
    pub(crate) fn bind(&self, outside: &Path, inside: &str) {
        // Without its root: what is outside has no name there.
        let status = Command::new("nsenter")
            .arg(format!("--target={}", self.pid))
            .args(["--mount", "--", "mount", "--bind"])
            .arg(outside)
            .arg(format!("/mnt/root{inside}"))
            .status();
        let status = status.expect("nsenter (package util-linux) starts");
        assert!(status.success(), "{} cannot be bound", outside.display());
    }

    /// Where the file that is at `inside` in there can be reached from outside. An absolute
    /// symbolic link in there leads astray out here: name the file itself.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{inside}", self.pid))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Fails only if it has ended already, and that is as good.
        let _ = self.init.kill();
        let _ = self.init.wait();
    }
}
