//! A terminal of any size with somebody in front of it: `tmux`, which keeps every cell as a
//! screen would show it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::{DEADLINE, Ran, Screen, World};

/// Tells the exit code as the title of the window, behind all that the program wrote, and stays.
///
/// tmux itself may miss how a program ended, since libutempter hides a SIGCHLD from it, and may
/// know that it did before the screen shows the last of it.
const SAY_THE_END: &str = r"printf '\033]2;ended %d\033\\' $?; while sleep 60; do :; done";

/// No status line, and many lines to scroll back.
const CONFIG: &str = "\
set -g status off
set -g history-limit 10000
set -g default-terminal screen-256color
";

/// A terminal on which a program runs.
#[derive(Debug)]
pub struct Terminal<'w> {
    world: &'w World,
    user: String,
    socket: String,
}

impl World {
    /// Runs the shell script `script` as `user`, in their home, on a terminal of that size.
    ///
    /// # Panics
    /// If tmux does not start.
    #[must_use]
    pub fn terminal(&self, user: &str, (columns, lines): (u32, u32), script: &str) -> Terminal<'_> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        std::fs::write(self.path("/run/e2e/tmux.conf"), CONFIG).expect("the world can be written");
        let terminal = Terminal {
            world: self,
            user: user.to_owned(),
            socket: format!("/tmp/tmux-{number}"),
        };
        let (columns, lines) = (columns.to_string(), lines.to_string());
        let size = ["-x", &columns, "-y", &lines];
        // Ctrl-C is for the program, and not for the shell that tells how it ended.
        let script = format!("cd; trap : INT; ({script}); {SAY_THE_END}");
        let start = [&["new-session", "-d"], &size[..], &["sh", "-c", &script]].concat();
        terminal.tmux(&start).expect_success();
        terminal
    }
}

impl Terminal<'_> {
    /// Waits until `text` is on the screen or above it.
    ///
    /// # Panics
    /// If it does not come.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), || self.history().contains(text));
    }

    /// Waits until the line of the cursor ends with `prompt`, so that it is for us to type.
    ///
    /// # Panics
    /// If it does not, or the program ended instead.
    pub fn wait_for_prompt(&self, prompt: &str) {
        self.wait_until(&format!("prompt {prompt:?}"), || {
            self.last_line().ends_with(prompt) || self.exit_code().is_some()
        });
        let code = self.exit_code();
        assert_eq!(code, None, "ended without a prompt: {}", self.history());
    }

    /// Waits until it is said where to sign in and what to type there, and reads that.
    ///
    /// # Panics
    /// If it is not.
    #[must_use]
    pub fn sign_in(&self) -> (String, String) {
        let find = |is_it: fn(&str) -> bool| {
            let history = self.history();
            let word = history.split_whitespace().find(|word| is_it(word));
            word.map(|word| word.trim_end_matches(['.', ',', ':']).to_owned())
        };
        // As the issuer's codes look.
        let code = |word: &str| {
            let halves = word.split_once('-');
            halves.is_some_and(|halves| [halves.0, halves.1].iter().all(|half| is_half(half)))
        };
        self.wait_until("code for signing in", || {
            find(code).is_some() || self.exit_code().is_some()
        });
        let uri = find(|word| word.starts_with("https://"));
        let both = uri.zip(find(code));
        both.unwrap_or_else(|| panic!("ended without a code: {}", self.history()))
    }

    /// Types `text`, without Return.
    ///
    /// # Panics
    /// If the terminal is gone.
    pub fn type_text(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]).expect_success();
    }

    /// Types `text` and Return.
    ///
    /// # Panics
    /// If the terminal is gone.
    pub fn type_line(&self, text: &str) {
        self.type_text(text);
        self.press("Enter");
    }

    /// Presses a key, as tmux calls it: `C-c`, for one.
    ///
    /// # Panics
    /// If the terminal is gone.
    pub fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]).expect_success();
    }

    /// Closes the window: what runs in it is hung up.
    ///
    /// # Panics
    /// If it is closed already.
    pub fn close(self) {
        self.tmux(&["kill-server"]).expect_success();
    }

    /// The text of the last line of the screen that is not empty.
    #[must_use]
    pub fn last_line(&self) -> String {
        let text = self.capture(&[]);
        let line = text.lines().rev().find(|line| !line.is_empty());
        line.unwrap_or_default().to_owned()
    }

    /// All text from the beginning on, long lines as one.
    #[must_use]
    pub fn history(&self) -> String {
        self.capture(&["-J", "-S", "-"])
    }

    /// What the screen shows now, cell by cell.
    #[must_use]
    pub fn screen(&self) -> Screen {
        Screen::parse(&self.capture(&["-e", "-N"]))
    }

    /// Where the cursor is: column and line of the screen, from 0.
    ///
    /// # Panics
    /// If the terminal is gone.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let place = self.ask("#{cursor_x} #{cursor_y}");
        let place = place.split_once(' ').expect("two numbers");
        let number = |text: &str| text.parse().expect("a number");
        (number(place.0), number(place.1))
    }

    /// Waits for the end of the program, and gives its exit code as a shell does.
    ///
    /// # Panics
    /// If it does not end.
    #[must_use]
    pub fn end(&self) -> i32 {
        self.wait_until("the end", || self.exit_code().is_some());
        self.exit_code().expect("it has ended")
    }

    fn exit_code(&self) -> Option<i32> {
        let title = self.ask("#{pane_title}");
        title.strip_prefix("ended ")?.parse().ok()
    }

    fn wait_until(&self, what: &str, mut done: impl FnMut() -> bool) {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < DEADLINE, "no {what}: {}", self.history());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn ask(&self, format: &str) -> String {
        let answer = self.tmux(&["display-message", "-p", format]);
        answer.expect_success().stdout.trim().to_owned()
    }

    fn capture(&self, options: &[&str]) -> String {
        let capture = [&["capture-pane", "-p"], options].concat();
        self.tmux(&capture).expect_success().stdout
    }

    fn tmux(&self, command: &[&str]) -> Ran {
        let tmux = ["tmux", "-u", "-S", &self.socket, "-f", "/run/e2e/tmux.conf"];
        let program = self.world.program(&[&tmux, command].concat());
        let program = program.env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
        match self.user.as_str() {
            "root" => program.run(),
            user => program.by(user).run(),
        }
    }
}

/// Whether it is a half of a code for signing in.
fn is_half(word: &str) -> bool {
    word.len() == 4 && word.chars().all(|c| c.is_ascii_uppercase())
}
