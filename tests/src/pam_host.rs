//! `tests/hosts/pam_host.c`: a program that lets users in by PAM and looks at itself meanwhile.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ChildStdout};

use crate::World;

/// Kills what has not ended after so many seconds: no test waits for ever.
const PATIENCE: [&str; 4] = ["timeout", "--foreground", "--signal=KILL", "300"];

/// Where its standard output and error go.
const OUTPUT: &str = "/run/e2e/pam_host.out";

/// The running program.
#[derive(Debug)]
pub struct PamHost {
    process: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    output: std::path::PathBuf,
}

/// What it says of one handle from start to end.
#[derive(Debug, Clone)]
pub struct Census {
    /// What `pam_authenticate` returned: 0 is success.
    pub code: String,
    /// Threads, descriptors and signals before.
    pub before: String,
    /// The same while the user was asked; empty if nobody was.
    pub asked: String,
    /// The same afterwards.
    pub after: String,
    /// Its memory afterwards, in kB; zero where it did not look.
    pub memory: u64,
}

impl World {
    /// Starts that program, `tracer` in front of it: `&["strace", …]`, for example.
    ///
    /// # Panics
    /// If it does not compile.
    #[must_use]
    pub fn pam_host(&self, tracer: &[&str]) -> PamHost {
        let program = self.compile("pam_host", &["-lpam"]);
        let argv = [&PATIENCE, tracer, &[program.as_str(), OUTPUT]].concat();
        let mut process = self.program(&argv).spawn();
        PamHost {
            stdin: process.stdin.take(),
            stdout: BufReader::new(process.stdout.take().expect("it is piped")),
            output: self.path(OUTPUT),
            process,
        }
    }
}

impl PamHost {
    /// Tells it to do something, and waits for its answer.
    ///
    /// # Panics
    /// If there is none: the host has died.
    pub fn tell(&mut self, line: &str) -> String {
        let answer = self.try_tell(line);
        answer.unwrap_or_else(|| self.panic_dead())
    }

    /// Tells it to do something which it may not survive.
    ///
    /// # Panics
    /// If it was dead before.
    pub fn try_tell(&mut self, line: &str) -> Option<String> {
        let stdin = self.stdin.as_mut().expect("open until it is dropped");
        writeln!(stdin, "{line}").expect("the host reads");
        self.next()
    }

    /// The next answer, where there is more than one.
    ///
    /// # Panics
    /// If there is none: the host has died.
    pub fn answer(&mut self) -> String {
        self.next().unwrap_or_else(|| self.panic_dead())
    }

    /// Waits for its end, and tells the signal that ended it, if one did.
    ///
    /// # Panics
    /// If that cannot be waited for.
    pub fn killed_by(&mut self) -> Option<i32> {
        let status = self.process.wait().expect("a child can be waited for");
        status.signal()
    }

    fn next(&mut self) -> Option<String> {
        let mut answer = String::new();
        self.stdout
            .read_line(&mut answer)
            .expect("the host speaks UTF-8");
        answer.strip_suffix('\n').map(str::to_owned)
    }

    fn panic_dead(&mut self) -> ! {
        let status = self.process.wait().expect("a child can be waited for");
        panic!("the host died: {status}; its output: {:?}", self.output());
    }

    /// One handle from start to end: `user` wants in through `service`, and types `reply`.
    pub fn login(&mut self, service: &str, user: &str, reply: &str) -> Census {
        Census::parse(&self.tell(&format!("login {service} {user} {reply}")))
    }

    /// All that was written to its standard output and error.
    ///
    /// # Panics
    /// If that cannot be read.
    #[must_use]
    pub fn output(&self) -> String {
        std::fs::read_to_string(&self.output).expect("the host made it")
    }
}

impl Drop for PamHost {
    fn drop(&mut self) {
        // The end of its standard input is its end.
        self.stdin = None;
        let _ = self.process.wait();
    }
}

impl Census {
    /// Reads an answer.
    ///
    /// # Panics
    /// If it is not one of these.
    #[must_use]
    pub fn parse(answer: &str) -> Self {
        let parts: Vec<&str> = answer.split('|').collect();
        let &[code, before, asked, after, memory] = parts.as_slice() else {
            panic!("not a census: {answer}");
        };
        let kilobytes = memory.split_whitespace().nth(1);
        Self {
            code: code.to_owned(),
            before: before.to_owned(),
            asked: asked.to_owned(),
            after: after.to_owned(),
            memory: kilobytes.map_or(0, |kilobytes| kilobytes.parse().expect("a number")),
        }
    }
}
