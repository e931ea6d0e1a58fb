//! What the person at the terminal types, or a script writes to stdin.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::ask::Asker;
use super::failure::Failure;
use super::interrupt::Interrupt;

/// More than any code, less than would hurt.
const MAX_LINE: u64 = 16 * 1024;

/// Reads a line from stdin; asks for it on stderr where a person is there to read that.
///
/// # Errors
/// If there is no line.
pub fn read_line(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    next_line(prompt).ok_or_else(no_code)
}

/// The same, for a program that listens for signals.
///
/// # Errors
/// Likewise, or [`Failure::Interrupted`].
pub fn read_line_until(
    asker: &Asker,
    interrupt: &mut Interrupt,
    prompt: &str,
) -> Result<Zeroizing<String>, Failure> {
    let line = line_to_come(prompt)?;
    let line = asker.until(interrupt, async |_| line.await.map_err(|_| cannot_read()));
    line?.ok_or_else(no_code)
}

/// The line that is typed next, once it is; `None` if none comes any more.
///
/// # Errors
/// If the system gives no thread.
pub fn line_to_come(prompt: &str) -> Result<oneshot::Receiver<Line>, Failure> {
    let (sender, line) = oneshot::channel();
    let prompt = prompt.to_owned();
    // A thread that still reads when the program ends does not keep it from that.
    let reader = std::thread::Builder::new().spawn(move || sender.send(next_line(&prompt)));
    reader.map_err(|_| cannot_read())?;
    Ok(line)
}

/// A line, without its end; `None` where there is none any more.
pub type Line = Option<Zeroizing<String>>;

fn next_line(prompt: &str) -> Line {
    if is_person() {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{prompt}").and_then(|()| stderr.flush());
    }
    let mut line = Zeroizing::new(Vec::new());
    let mut stdin = io::stdin().lock();
    let read = stdin.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
    if read.is_err() || line.is_empty() {
        return None;
    }
    let text = Zeroizing::new(String::from_utf8_lossy(&line).into_owned());
    let text = text.trim_end_matches(['\n', '\r']);
    Some(Zeroizing::new(text.replace('\0', "\u{fffd}")))
}

fn no_code() -> Failure {
    Failure::Usage("no code was given; type it, or pass it on stdin".into())
}

fn cannot_read() -> Failure {
    Failure::Unable("cannot read what is typed; try again".into())
}

/// The same, and what is typed is not shown.
///
/// # Errors
/// Likewise.
pub fn read_hidden(
    asker: &Asker,
    interrupt: &mut Interrupt,
    prompt: &str,
) -> Result<Zeroizing<String>, Failure> {
    let _shown_again_when_dropped = Hidden::begin();
    read_line_until(asker, interrupt, prompt)
}

/// Whether somebody types, so that asking again makes sense.
pub fn is_person() -> bool {
    io::stdin().is_terminal()
}

/// A terminal that does not show what is typed; dropped, it is as it was.
struct Hidden(Termios);

impl Hidden {
    /// `None` where there is no terminal.
    fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden.local_flags.remove(LocalFlags::ECHO);
        hidden.local_flags.insert(LocalFlags::ECHONL);
        tcsetattr(io::stdin(), SetArg::TCSADRAIN, &hidden).ok()?;
        Some(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Fails where the terminal is gone, and that is as good.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.0);
    }
}
