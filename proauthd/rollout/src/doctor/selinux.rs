//! Whether SELinux keeps us from something.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::messages::doctor_system as say;
use crate::{Finding, Host};

/// Present where SELinux is on.
const STATE: &str = "/sys/fs/selinux/enforce";
const LOG: &str = "/var/log/audit/audit.log";

/// As much of the log as is looked at, from its end.
const WINDOW: u64 = 1 << 20;

/// The last denial, where the log may be read.
pub fn look(host: &Host) -> Option<Finding> {
    if !host.path(STATE).exists() {
        return None;
    }
    let mut log = File::open(host.path(LOG)).ok()?;
    let length = log.metadata().ok()?.len();
    log.seek(SeekFrom::Start(length.saturating_sub(WINDOW)))
        .ok()?;
    let mut text = Vec::new();
    log.read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text);
    let denial = text
        .lines()
        .rfind(|line| line.contains("denied") && line.contains("proauth"))?;
    let end = denial
        .char_indices()
        .nth(160)
        .map_or(denial.len(), |(at, _)| at);
    Some(say::selinux_denies(denial.get(..end).unwrap_or_default()))
}
