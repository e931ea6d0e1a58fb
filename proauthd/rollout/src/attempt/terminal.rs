//! A terminal, at which a program asks and we type.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::program::PATH;

/// For how long a program may say nothing: PAM pauses after what is wrong, and the daemon has its
/// own, shorter deadlines.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is answered, at most: whoever asks more does not like what is typed.
const ANSWERS: usize = 8;

/// What a program said on a terminal, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// All that it wrote.
    pub said: String,
    /// Its exit code; none if it had to be ended.
    pub code: Option<i32>,
}

impl Talk {
    /// The last line of it, without control characters.
    #[must_use]
    pub fn last_line(&self) -> String {
        let mut lines = self.said.lines().rev().map(str::trim);
        let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
        line.chars().filter(|c| !c.is_control()).collect()
    }
}

/// Runs `argv` on a terminal of its own. Where it asks with a text that `answer` has an answer to,
/// that is typed; it is given what was said since the last one.
///
/// # Errors
/// If there is no terminal, or the program cannot be started.
pub fn talk(argv: &[&str], answer: impl FnMut(&str) -> Option<String>) -> io::Result<Talk> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let flags = OFlags::NOCTTY.bits().cast_signed();
    let slave = options
        .custom_flags(flags)
        .open(name.to_string_lossy().as_ref())?;
    let mut child = spawn(argv, slave)?;
    let master = File::from(master);
    let said = listen(master.try_clone()?);
    let said = converse(&said, master, answer);
    let code = match said.ended {
        true => child.wait()?.code(),
        false => {
            let _ = child.kill();
            let _ = child.wait();
            None
        }
    };
    let said = said.text;
    Ok(Talk { said, code })
}

/// `setsid` makes the terminal the one that the program reads passwords from.
fn spawn(argv: &[&str], slave: File) -> io::Result<Child> {
    Command::new("/usr/bin/setsid")
        .args(["--ctty", "--wait"])
        .args(argv)
        .env_clear()
        .envs([("PATH", PATH), ("LC_ALL", "C"), ("TERM", "dumb")])
        .current_dir("/")
        .stdin(Stdio::from(slave.try_clone()?))
        .stdout(Stdio::from(slave.try_clone()?))
        .stderr(Stdio::from(slave))
        .spawn()
}

/// What comes, as it comes; it ends with the program.
fn listen(mut master: File) -> Receiver<Vec<u8>> {
    let (sender, said) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // A terminal that nobody has open any more cannot be read.
        while let Ok(length @ 1..) = master.read(&mut buffer) {
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.send(bytes).is_err() {
                return;
            }
        }
    });
    said
}

struct Said {
    text: String,
    ended: bool,
}

fn converse(
    said: &Receiver<Vec<u8>>,
    mut master: File,
    mut answer: impl FnMut(&str) -> Option<String>,
) -> Said {
    let (mut bytes, mut answered, mut answers) = (Vec::new(), 0, 0);
    let ended = loop {
        match said.recv_timeout(PATIENCE) {
            Ok(more) => bytes.extend(more),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break true,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => break false,
        }
        let fresh = String::from_utf8_lossy(bytes.get(answered..).unwrap_or_default()).into_owned();
        if !fresh.trim_end_matches(' ').ends_with(':') {
            continue;
        }
        let Some(line) = answer(&fresh) else { continue };
        answered = bytes.len();
        answers += 1;
        let typed = master.write_all(format!("{line}\n").as_bytes());
        if answers > ANSWERS || typed.is_err() {
            break false;
        }
    };
    Said {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_answered_on_a_terminal() {
        let script =
            "tty -s && printf 'Name: ' && read name </dev/tty && echo \"hello $name\"; exit 3";
        let talk = talk(&["sh", "-c", script], |asked| {
            asked.contains("Name").then(|| "alice".to_owned())
        });
        let talk = talk.unwrap();
        assert_eq!(talk.code, Some(3), "{talk:?}");
        assert_eq!(talk.last_line(), "hello alice");
    }

    #[test]
    fn a_program_that_asks_on_and_on_is_ended() {
        let script = "while printf 'Code: '; do read code </dev/tty; done";
        let talk = talk(&["sh", "-c", script], |_| Some(String::new())).unwrap();
        assert_eq!(talk.code, None);
    }
}
