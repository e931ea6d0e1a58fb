//! A terminal of a booted machine, with somebody in front of it: `script`, which types what it is
//! told and shows all that comes.

use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};
use std::time::{Duration, Instant};

use crate::{Booted, DEADLINE, Log};

/// A program on a terminal, from its start to its end.
#[derive(Debug)]
pub struct Seat {
    script: Child,
    keyboard: ChildStdin,
    shown: Log,
    /// How much of that was waited for, in bytes.
    seen: usize,
}

impl Booted {
    /// Runs the shell command `command` as `user` (root if none) on a terminal that is so wide.
    ///
    /// # Panics
    /// If nothing can be started there.
    #[must_use]
    pub fn seat(&self, user: Option<&str>, columns: u32, command: &str) -> Seat {
        let command = format!("stty columns {columns} rows 50; {command}");
        let script = ["script", "-q", "-e", "-c", &command, "/dev/null"];
        let mut script = self
            .command(user, &script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("nsenter (package util-linux) starts");
        let shown = Log::default();
        shown.follow(script.stdout.take().expect("it is piped"));
        Seat {
            keyboard: script.stdin.take().expect("it is piped"),
            script,
            shown,
            seen: 0,
        }
    }
}

impl Seat {
    /// Waits until `text` is shown, after what was waited for before.
    ///
    /// # Panics
    /// If it does not come.
    pub fn wait_for(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            let shown = self.shown.bytes();
            let new = String::from_utf8_lossy(&shown[self.seen..]).into_owned();
            if let Some(at) = new.find(text) {
                self.seen += at + text.len();
                return;
            }
            let ended = self.script.try_wait().expect("it is a child").is_some();
            let over = ended && self.shown.bytes().len() == shown.len();
            assert!(
                !over && start.elapsed() < 3 * DEADLINE,
                "no {text:?}: {}",
                self.shown()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Types `text` and Return.
    ///
    /// # Panics
    /// If the terminal is gone.
    pub fn type_line(&mut self, text: &str) {
        self.press(&format!("{text}\r"));
    }

    /// Presses Ctrl-C.
    ///
    /// # Panics
    /// If the terminal is gone.
    pub fn interrupt(&mut self) {
        self.press("\u{3}");
    }

    /// Presses Ctrl-D.
    ///
    /// # Panics
    /// If the terminal is gone.
    pub fn end_of_input(&mut self) {
        self.press("\u{4}");
    }

    /// Waits for the question that ends with `prompt`, and answers it.
    ///
    /// # Panics
    /// If it does not come.
    pub fn answer(&mut self, prompt: &str, text: &str) {
        self.wait_for(prompt);
        self.type_line(text);
    }

    /// All that was shown so far.
    #[must_use]
    pub fn shown(&self) -> String {
        self.shown.text()
    }

    /// Waits for the end; gives the exit code.
    ///
    /// # Panics
    /// If it does not end.
    pub fn end(mut self) -> (i32, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.script.try_wait().expect("it is a child") {
                break status;
            }
            let patience = start.elapsed() < 3 * DEADLINE;
            assert!(patience, "it does not end: {}", self.shown());
            std::thread::sleep(Duration::from_millis(10));
        };
        let shown = self.shown.finished(DEADLINE);
        (status.code().expect("no signal has ended it"), shown)
    }

    fn press(&mut self, keys: &str) {
        let typed = self.keyboard.write_all(keys.as_bytes());
        typed
            .and_then(|()| self.keyboard.flush())
            .expect("the terminal is there");
    }
}
