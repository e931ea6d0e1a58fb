//! What arming and rolling back say.

use std::fmt::Display;
use std::path::Path;

use crate::reload::Told;
use crate::roll_back::Outcome;

/// What became of a file.
pub(crate) fn file(path: &Path, outcome: &Outcome) -> String {
    let path = shown(path);
    match outcome {
        Outcome::PutBack { refused } if refused.is_empty() => format!("{path}: put back"),
        Outcome::PutBack { refused } => {
            format!("{path}: put back, without its {}", refused.join(", "))
        }
        Outcome::Removed => format!("{path}: removed, as it was not there before"),
        Outcome::BlocksOut => {
            format!("{path}: edited meanwhile; only our blocks were taken out of it")
        }
        Outcome::Kept(kept) => format!(
            "{path}: put back; our block in it was edited by hand, what the file was until now is in {}",
            shown(kept)
        ),
        Outcome::AsBefore => format!("{path}: is what it was"),
        Outcome::NothingOfOurs => {
            format!("{path}: edited meanwhile; no block of ours is in it, so it stays")
        }
        Outcome::Gone => format!("{path}: removed by somebody meanwhile; it stays away"),
        Outcome::Left(what) => {
            format!("{path}: {what} by now, so it stays; look whether it names pam_proauth")
        }
    }
}

/// A file that is still as it was changed.
pub(crate) fn not_back(path: &Path, error: &std::io::Error) -> String {
    let path = shown(path);
    format!(
        "{path}: cannot be put back: {error}; make it writable, or make room: it is tried again, and until then no other file is put back either"
    )
}

/// A roll-back that did not get as far as the files.
pub(crate) fn roll_back_failed(error: &dyn Display) -> String {
    format!("the roll-back is not finished: {error}")
}

/// A program that the change wanted to be run.
pub(crate) fn ran(command: &[String]) -> String {
    format!("`{}`: done", printable(&command.join(" ")))
}

/// The same, which failed.
pub(crate) fn failed(command: &[String], why: &str) -> String {
    let command = printable(&command.join(" "));
    format!("`{command}` failed: {why}; run it by hand, it is tried again, too")
}

/// What became of sshd.
pub(crate) fn told(told: Told) -> String {
    match told {
        Told::Unit(unit) => format!("{unit}: has read its configuration again"),
        Told::NoneRuns => "sshd does not run by itself: nothing to tell it".to_owned(),
    }
}

/// The same, which failed.
pub(crate) fn not_told(why: &str) -> String {
    format!(
        "PAM is as it was, but sshd goes on with the configuration it had, and may let in only who has \
         what both ask for, such as a key and a password: {}. At the console, find what it does not \
         like with `sshd -t`, and mend or remove that; sshd is told again by itself",
        printable(why)
    )
}

/// Nobody knows what was changed.
pub(crate) fn plan_is_damaged() -> String {
    "what was noted of the change is damaged: all blocks of ours were taken out, also those confirmed \
     before; if pam-auth-update or authselect was used, see `proauthd doctor`"
        .to_owned()
}

/// All that a roll-back did, to be kept.
pub(crate) fn rolled_back(done: &[String]) -> String {
    let mut text = done.join("\n");
    text.push('\n');
    text
}

/// systemd has no unit of ours.
pub(crate) fn unit_is_missing(unit: &str) -> String {
    format!(
        "systemd does not run, or its unit {unit} is missing, so nothing could put the change back: install the package proauth, or see docs/install.md"
    )
}

/// Somebody has switched off what would put a change back.
pub(crate) fn unit_is_masked(unit: &str) -> String {
    format!(
        "{unit} is masked, so nothing could put the change back: `systemctl unmask {unit}`, then try again"
    )
}

/// It cannot be enabled.
pub(crate) fn unit_is_not_enabled(unit: &str, why: &str) -> String {
    format!(
        "{unit} cannot be enabled, so a reboot would not put the change back: {why}; make that succeed: `systemctl enable {unit}`"
    )
}

/// systemd takes no timer.
pub(crate) fn no_timer(why: &str) -> String {
    format!(
        "systemd takes no timer that would put the change back: {why}; see `systemctl status`, then try again"
    )
}

/// The timer for who is killed half way through has come, or cannot be stopped.
pub(crate) fn took_too_long(why: &str) -> String {
    format!(
        "it took longer than the three minutes, or the time, that it may: {}; try again, with more \
         for --within if that was less",
        printable(why)
    )
}

fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
