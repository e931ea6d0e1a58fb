//! Whether there is a way in that needs no code, for when nothing else works.

use crate::messages::doctor_system as say;
use crate::pam::{Entry, Files, Phase, has_ours, proves, stack};
use crate::{Finding, Host};

/// The console: a password, and nothing else.
pub fn look(host: &Host) -> Option<Finding> {
    let files = Files::of(host);
    let login = stack(&files, "login", Phase::Auth).ok()?;
    if has_ours(&login) {
        return Some(say::console_asks());
    }
    // A directory knows passwords, too.
    let asks_others = |entry: &Entry| proves(entry) && entry.module() != Some("pam_unix");
    if login.entries.iter().any(asks_others) {
        return Some(say::console_open());
    }
    // Who may not read this says nothing about it.
    let shadow = host.read("/etc/shadow").ok()?;
    let shadow = String::from_utf8_lossy(&shadow);
    Some(match shadow.lines().any(has_password) {
        true => say::console_open(),
        false => say::no_console_password(),
    })
}

/// shadow(5): what begins with `!` or `*` fits no password.
fn has_password(line: &str) -> bool {
    let hash = line.split(':').nth(1).unwrap_or_default();
    hash.starts_with('$') || hash.len() >= 13 && !hash.starts_with(['!', '*'])
}
