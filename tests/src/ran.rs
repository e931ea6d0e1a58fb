//! A program run to its end, and what came of it.

use std::io::Write;
use std::process::{Child, Stdio};
use std::sync::Arc;

use crate::{DEADLINE, Namespace};

/// A program that is to be run in a world.
#[derive(Debug, Clone)]
#[must_use]
pub struct Program {
    namespace: Arc<Namespace>,
    argv: Vec<String>,
    user: Option<String>,
    environment: Vec<String>,
    input: Vec<u8>,
}

/// How a program ended and what it said.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it said.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl Program {
    pub(crate) fn new(namespace: &Arc<Namespace>, argv: &[&str]) -> Self {
        Self {
            namespace: Arc::clone(namespace),
            argv: argv.iter().map(|&argument| argument.to_owned()).collect(),
            user: None,
            environment: Vec::new(),
            input: Vec::new(),
        }
    }

    /// As `user` instead of root.
    pub fn by(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// With this environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push(format!("{name}={value}"));
        self
    }

    /// With `input` on its standard input, and then the end. Without, there is only the end.
    pub fn typing(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Saying first, in a line of its own, what its PID is in the world.
    pub(crate) fn telling_pid(mut self) -> Self {
        let tell = ["sh", "-c", r#"echo $$; exec "$@""#, "sh"];
        self.argv.splice(0..0, tell.map(str::to_owned));
        self
    }

    /// Sends `signal` to the process that has this PID in its world. It may be gone.
    pub(crate) fn signal(&self, pid: &str, signal: &str) {
        let mut kill = self.namespace.command("kill");
        let _ = kill
            .args(["-s", signal, pid])
            .stderr(Stdio::null())
            .status();
    }

    /// Starts it with all three standard streams piped.
    ///
    /// # Panics
    /// If `nsenter` is not there.
    #[must_use]
    pub fn spawn(&self) -> Child {
        let mut command = match &self.user {
            None => self.namespace.command("env"),
            Some(user) => {
                let mut command = self.namespace.command("setpriv");
                command
                    .args([format!("--reuid={user}"), format!("--regid={user}")])
                    .args(["--init-groups", "--reset-env", "--", "env"]);
                command
            }
        };
        command
            .args(&self.environment)
            .args(&self.argv)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("nsenter (package util-linux) starts")
    }

    /// Runs it to its end. What waits for ever is killed: a test has to fail, not to hang.
    ///
    /// # Panics
    /// If its streams break.
    pub fn run(&self) -> Ran {
        let deadline = (4 * DEADLINE.as_secs()).to_string();
        let timeout = ["timeout", "--foreground", "--signal=KILL", &deadline];
        let mut bounded = self.clone();
        bounded.argv.splice(0..0, timeout.map(str::to_owned));
        let mut child = bounded.spawn();
        let mut stdin = child.stdin.take().expect("it is piped");
        let input = self.input.clone();
        // From a thread: a program that talks before it listens must not wait for us.
        let writer = std::thread::spawn(move || {
            // A program that ends without having read everything is no error.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("a child can be waited for");
        writer.join().expect("writing does not panic");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Itself, if it succeeded.
    ///
    /// # Panics
    /// If it did not.
    pub fn expect_success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// What it printed, which must be one JSON value.
    ///
    /// # Panics
    /// If it is not.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
