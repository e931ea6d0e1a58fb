//! One process in a world, from its start to its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;

use crate::{Log, Namespace};

/// A process in a world that goes on by itself. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    namespace: Arc<Namespace>,
    /// `nsenter`, which waits for the process and ends as it does.
    child: Child,
    /// What the process is called inside.
    pid: u32,
}

impl Process {
    /// Starts `argv` as root with `environment` added; what it says on either output goes to
    /// `log`.
    ///
    /// # Panics
    /// If the program is not there.
    #[must_use]
    pub fn start(
        namespace: &Arc<Namespace>,
        argv: &[String],
        environment: &[(String, String)],
        log: &Log,
    ) -> Self {
        let mut child = namespace
            .command("sh")
            .args(["-c", r#"echo $$; exec "$@""#, "sh"])
            .args(argv)
            .envs(environment.iter().cloned())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("nsenter (package util-linux) starts");
        log.follow(child.stderr.take().expect("it is piped"));
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut pid = String::new();
        stdout.read_line(&mut pid).expect("a shell says its PID");
        log.follow(stdout);
        let pid = pid
            .trim()
            .parse()
            .unwrap_or_else(|_| panic!("{argv:?}: {}", log.text()));
        Self {
            namespace: Arc::clone(namespace),
            child,
            pid,
        }
    }

    /// Its PID in the world.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends it `signal`, by name.
    pub fn signal(&self, signal: &str) {
        let pid = self.pid.to_string();
        // Fails if the process has ended: whoever cares will find out by waiting for it.
        let _ = self
            .namespace
            .command("kill")
            .args(["-s", signal, &pid])
            .stderr(Stdio::null())
            .status()
            .expect("kill starts");
    }

    /// Lets it go on after `signal("STOP")`, which stopped `nsenter` along with it. `nsenter`
    /// passes the signal on.
    pub fn resume(&self) {
        let pid = self.child.id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-s", "CONT", &pid])
            .status();
        self.signal("CONT");
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// If it does not end within the deadline.
    pub fn wait(&mut self) -> ExitStatus {
        let start = std::time::Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(
                start.elapsed() < crate::DEADLINE,
                "PID {} does not end",
                self.pid
            );
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.signal("KILL");
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
