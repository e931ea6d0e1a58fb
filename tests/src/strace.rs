//! Threads of the daemon under `strace`, and where they were killed.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::{DEADLINE, Log, World};

const TRACE: &str = "/run/e2e/trace";

/// `strace`, attached to some threads.
#[derive(Debug)]
pub struct Strace {
    strace: Child,
    threads: Vec<String>,
    said: Log,
    file: std::path::PathBuf,
}

/// What they did meanwhile.
#[derive(Debug)]
pub struct Trace {
    /// As strace wrote it.
    pub text: String,
    /// The calls, in the order in which they began.
    pub calls: Vec<Call>,
}

/// A system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The thread that made it.
    pub thread: u32,
    /// Its name.
    pub name: String,
    /// What strace shows of its arguments.
    pub arguments: String,
    /// Whether it came back; the call in which a thread dies does not.
    pub returned: bool,
}

impl World {
    /// The thread of the daemon that has this name. One that has just begun has none yet, so this
    /// waits for it.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn daemon_thread(&self, name: &str) -> u32 {
        let tasks = self.path(&format!("/proc/{}/task", self.daemon.pid()));
        let is_it = |task: &fs::DirEntry| {
            fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name)
        };
        let start = Instant::now();
        loop {
            let mut found = fs::read_dir(&tasks).expect("the daemon runs").flatten();
            if let Some(task) = found.find(is_it) {
                let id = task.file_name().into_string().expect("a number");
                return id.parse().expect("a number");
            }
            assert!(
                start.elapsed() < DEADLINE,
                "the daemon has no thread {name}"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Watches `threads` from now on, and does `inject` to them: see the option of that name in
    /// strace(1); `None` leaves them alone.
    ///
    /// # Panics
    /// If that is not allowed.
    #[must_use]
    pub fn strace(&self, threads: &[u32], inject: Option<&str>) -> Strace {
        let inject = inject.map(|inject| format!("--inject={inject}"));
        let threads: Vec<String> = threads.iter().map(u32::to_string).collect();
        // No test waits for ever.
        let mut argv = vec!["timeout", "--foreground", "--signal=KILL", "120"];
        argv.extend(["strace", "-o", TRACE, "-s", "200"]);
        argv.extend(inject.as_deref());
        argv.extend(threads.iter().flat_map(|thread| ["-p", thread]));
        let mut strace = self.program(&argv).spawn();
        let said = Log::default();
        said.follow(strace.stderr.take().expect("it is piped"));
        for thread in &threads {
            // Once it says so, the thread cannot make another call unseen.
            let attached = said.wait_for(&format!("Process {thread} attached"), DEADLINE);
            assert!(attached, "{}", said.text());
        }
        Strace {
            strace,
            threads,
            said,
            file: self.path(TRACE),
        }
    }
}

impl Strace {
    /// Waits for the end of the threads, and tells what they did.
    ///
    /// # Panics
    /// If that cannot be read.
    #[must_use]
    pub fn until_death(mut self) -> Trace {
        self.strace.wait().expect("a child can be waited for");
        let text = fs::read_to_string(&self.file)
            .unwrap_or_else(|error| panic!("{error}: {}", self.said.text()));
        // Watching one thread, strace does not say which.
        let text = match self.threads.as_slice() {
            [thread] => text
                .lines()
                .map(|line| format!("{thread} {line}\n"))
                .collect(),
            _ => text,
        };
        Trace {
            calls: parse(&text),
            text,
        }
    }
}

impl Trace {
    /// The calls of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<&Call> {
        self.calls.iter().filter(|call| call.name == name).collect()
    }

    /// How many calls of that name came back.
    #[must_use]
    pub fn returned(&self, name: &str) -> usize {
        let calls = self.named(name);
        calls.iter().filter(|call| call.returned).count()
    }

    /// The call in which `thread` was killed.
    #[must_use]
    pub fn died_in(&self, thread: u32) -> Option<&Call> {
        let last = self.calls.iter().rev().find(|call| call.thread == thread);
        let killed = self.text.lines().any(|line| {
            line.starts_with(&thread.to_string()) && line.ends_with("+++ killed by SIGKILL +++")
        });
        last.filter(|call| killed && !call.returned)
    }
}

/// Reads lines like `7 fsync(5) = 0`, `7 fsync(5 <unfinished ...>` and `7 <... fsync resumed>) = 0`.
fn parse(text: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines() {
        let Some((thread, what)) = line.split_once(' ') else {
            continue;
        };
        let (thread, what) = (thread.parse().expect("a PID comes first"), what.trim());
        let returned = what
            .rsplit_once(" = ")
            .is_some_and(|(_, it)| !it.starts_with('?'));
        if what.starts_with("<... ") {
            let begun = calls.iter_mut().rev().find(|call| call.thread == thread);
            begun.expect("what is resumed has begun").returned = returned;
        } else if let Some((name, arguments)) = what.split_once('(') {
            calls.push(Call {
                thread,
                name: name.to_owned(),
                arguments: arguments.to_owned(),
                returned,
            });
        }
    }
    calls
}
