//! What is to change: from the bytes of files to the bytes of files. Nothing in here changes one.

mod authselect;
mod debian;
mod pam;
mod piecemeal;
mod profile;
mod sshd;
mod system;
mod words;

use std::collections::BTreeSet;
use std::io;

use crate::messages::Refused;
use crate::{Host, diff};

pub(crate) use piecemeal::piecemeal;
pub use sshd::{CONFIG, DROP_IN, is_ours, lines, settings};
pub use system::System;
pub use words::{FirstFactor, Service, Unknown};

/// What asks for codes, or shall.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protected {
    /// The services.
    pub services: BTreeSet<Service>,
    /// What comes before the code in sshd; none if it is not among them.
    pub first_factor: Option<FirstFactor>,
}

/// A file, and what it shall hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Where it lies on the host; links are not followed.
    pub path: String,
    /// What it holds; none if it is not there.
    pub before: Option<Vec<u8>>,
    /// What it shall hold.
    pub after: Vec<u8>,
}

impl FileChange {
    /// As `diff -u` shows it; empty if nothing changes.
    #[must_use]
    pub fn diff(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        diff::unified(&self.path, before, &self.after)
    }

    /// Whether anything changes.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.before.as_deref().unwrap_or_default() != self.after
    }
}

/// All that is to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files of PAM.
    pub pam: Vec<FileChange>,
    /// Files of sshd, which has to be told of them.
    pub sshd: Vec<FileChange>,
    /// What has to be run, each with its arguments, between the two.
    pub commands: Vec<Vec<String>>,
    /// What takes that back.
    pub undo: Vec<Vec<String>>,
}

impl Plan {
    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pam.is_empty() && self.sshd.is_empty() && self.commands.is_empty()
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &FileChange> {
        self.pam.iter().chain(&self.sshd)
    }
}

/// What asks for codes on `host` now, as far as it is our doing.
///
/// # Errors
/// If a file cannot be read, or authselect does not say.
pub fn protected(host: &Host) -> Result<Protected, Refused> {
    match System::of(host) {
        System::Authselect => authselect::protected(host),
        System::Debian | System::Unknown => debian::protected(host),
    }
}

/// What has to change so that `wanted` asks for codes, and nothing else that is our doing.
///
/// # Errors
/// Why that is not to be done by a program.
pub fn plan(host: &Host, wanted: &Protected) -> Result<Plan, Refused> {
    match System::of(host) {
        System::Unknown => Err(Refused::UnknownSystem),
        _ => plan_out(host, wanted),
    }
}

/// The same for what only takes things out: what we have put in somewhere, we know.
///
/// # Errors
/// Likewise.
pub(crate) fn plan_out(host: &Host, wanted: &Protected) -> Result<Plan, Refused> {
    let mut plan = match System::of(host) {
        System::Authselect => authselect::plan(host, wanted)?,
        System::Debian | System::Unknown => debian::plan(host, wanted)?,
    };
    plan.pam.retain(FileChange::is_one);
    plan.sshd.retain(FileChange::is_one);
    Ok(plan)
}

/// What has to change in sshd's files.
fn plan_sshd(host: &Host, first_factor: Option<FirstFactor>) -> Result<Vec<FileChange>, Refused> {
    let (config, drop_in) = (read(host, CONFIG)?, read(host, DROP_IN)?);
    let Some(first_factor) = first_factor else {
        return cleaned([(CONFIG, config), (DROP_IN, drop_in)]);
    };
    let Some(text) = config.clone() else {
        return Err(Refused::NoSshd(CONFIG));
    };
    let has_folder = host.path("/etc/ssh/sshd_config.d").is_dir();
    let (place, before, other) = if has_folder && sshd::reads_drop_ins_first(&text) {
        (DROP_IN, drop_in, (CONFIG, config))
    } else {
        (CONFIG, config, (DROP_IN, drop_in))
    };
    let after = sshd::protected(place, before.as_deref().unwrap_or_default(), first_factor)?;
    let mut changes = cleaned([other])?;
    changes.push(FileChange {
        path: place.to_owned(),
        before,
        after,
    });
    Ok(changes)
}

/// Files without our blocks.
fn cleaned<const N: usize>(
    files: [(&str, Option<Vec<u8>>); N],
) -> Result<Vec<FileChange>, Refused> {
    let mut changes = Vec::new();
    for (path, before) in files {
        let Some(text) = before else { continue };
        changes.push(FileChange {
            path: path.to_owned(),
            after: pam::unprotected(path, &text)?,
            before: Some(text),
        });
    }
    Ok(changes)
}

/// What sshd's files say comes before the code, if they have a block of ours.
fn sshd_first_factor(host: &Host) -> Result<Option<FirstFactor>, Refused> {
    for path in [DROP_IN, CONFIG] {
        let text = read(host, path)?.unwrap_or_default();
        if crate::block::has_block(&text) {
            let text = String::from_utf8_lossy(&text);
            let key = sshd::settings(FirstFactor::Key).map(|(keyword, value)| (keyword, value));
            let asks_key = key.last().is_some_and(|(keyword, value)| {
                let mut lines = text.lines().map(|line| line.split_whitespace());
                lines.any(|mut line| line.next() == Some(keyword) && line.next() == Some(value))
            });
            return Ok(Some(match asks_key {
                true => FirstFactor::Key,
                false => FirstFactor::Password,
            }));
        }
    }
    Ok(None)
}

/// The file at `path`, if there is one.
fn read(host: &Host, path: &str) -> Result<Option<Vec<u8>>, Refused> {
    match host.read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refused::Unreadable {
            path: path.to_owned(),
            error: error.to_string(),
        }),
    }
}
