//! Puts back what waits for a confirmation that did not come. It can be cut short anywhere: the next
//! one goes on where it was.

#[path = "roll_back_earlier.rs"]
mod earlier;
#[path = "roll_back_files.rs"]
mod files;

use std::io;
use std::path::PathBuf;

use crate::messages;
use crate::state::{self, Folder, Plan, StateError};
use crate::{Host, Ran, reload, this_run};

use earlier::Earlier;

/// When a roll-back takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// While the machine runs.
    Now,
    /// While it boots: what was changed since is its timer's to put back, and sshd is not up.
    Boot,
}

/// What a roll-back did.
#[derive(Debug, Default)]
pub struct Report {
    /// Whether anything waited.
    pub found: bool,
    /// Whether any file was changed.
    pub changed: bool,
    /// What it did about each file, and beside that; sentences.
    pub done: Vec<String>,
    /// What it could not do, and will when it is tried again; sentences.
    pub failed: Vec<String>,
}

impl Report {
    /// Whether nothing is left to be put back.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }

    fn failure(error: &StateError) -> Self {
        Self {
            found: true,
            changed: false,
            done: Vec::new(),
            failed: vec![messages::roll_back_failed(error)],
        }
    }
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is again what it was, but for these extended attributes.
    PutBack { refused: Vec<String> },
    /// It was made by us, and is gone.
    Removed,
    /// Somebody edited it: our blocks are out of it.
    BlocksOut,
    /// The same, but a mark of our block was missing: it is what it was, and what it was until now is
    /// here.
    Kept(PathBuf),
    /// Nothing was to be done.
    AsBefore,
    /// Somebody edited it, and there is no block of ours in it.
    NothingOfOurs,
    /// Somebody removed it.
    Gone,
    /// It is something else now.
    Left(&'static str),
}

impl Outcome {
    fn is_change(&self) -> bool {
        matches!(
            self,
            Self::PutBack { .. } | Self::Removed | Self::BlocksOut | Self::Kept(_)
        )
    }
}

/// Puts back what waits on `host`, if something does: files, then what the change wants to be run,
/// then sshd is told; nothing of it before what stands before it is done. What cannot be done now
/// stays, and is tried again by the next one.
#[must_use]
pub fn roll_back(host: &Host, when: When) -> Report {
    // The programs of another system are not to be had.
    let run: Option<Run<'_>> = if host.is_this() {
        Some(&crate::run)
    } else {
        None
    };
    with(host, when, run)
}

/// The same, with what runs programs, if anything does.
fn with(host: &Host, when: When, run: Option<Run<'_>>) -> Report {
    let begun = Folder::of(host).and_then(|folder| match folder {
        Some(folder) if when == When::Now || is_of_before(host, &folder) => {
            Ok(state::begin(&folder)?.map(|rolling| (folder, rolling)))
        }
        _ => Ok(None),
    });
    let (folder, rolling) = match begun {
        Ok(Some(begun)) => begun,
        Ok(None) => return Report::default(),
        Err(error) => return Report::failure(&error),
    };
    let (plan, mut report) = match state::read_plan(&rolling) {
        Ok(plan) => {
            let report = files::put_back(host, &plan, &rolling);
            (plan, report)
        }
        // Another roll-back has done it all.
        Err(_) if !rolling.exists() => return Report::default(),
        Err(StateError::Damaged { .. }) => (Plan::unknown(), files::without_plan(host)),
        Err(error) => return Report::failure(&error),
    };
    if let Some(run) = run
        && report.is_complete()
    {
        run_and_tell(host, when, &plan, &mut report, run);
    }
    if report.is_complete()
        && let Err(error) = state::end(&folder, &rolling, &messages::rolled_back(&report.done))
    {
        report.failed.push(messages::roll_back_failed(&error));
    }
    report
}

type Run<'a> = &'a dyn Fn(&[&str], u32) -> io::Result<Ran>;

/// Whether what waits was changed before the system came up: it went down without putting it back.
/// What is not to be found out is put back.
fn is_of_before(host: &Host, folder: &Folder) -> bool {
    let waiting = state::waiting(folder).and_then(|waiting| state::read_plan(&waiting).ok());
    waiting.is_none_or(|plan| !this_run::is_since_start(host, &plan.armed))
}

fn run_and_tell(host: &Host, when: When, plan: &Plan, report: &mut Report, run: Run<'_>) {
    let mut earlier = Earlier::of(host, &plan.armed);
    for command in &plan.armed.commands {
        if earlier.has(&command.join(" ")) {
            continue;
        }
        let argv: Vec<&str> = command.iter().map(String::as_str).collect();
        let complaint = match run(&argv, COMMAND_SECONDS) {
            Ok(ran) if ran.is_success() => None,
            Ok(ran) => Some(ran.complaint()),
            Err(error) => Some(error.to_string()),
        };
        match complaint {
            None => {
                earlier.note(&command.join(" "));
                report.done.push(messages::ran(command));
            }
            Some(why) => report.failed.push(messages::failed(command, &why)),
        }
    }
    // Never its half without PAM's.
    let is_wanted = plan.armed.reload && report.is_complete() && when == When::Now;
    if is_wanted && (report.changed || !earlier.has(TOLD)) {
        match reload::sshd_by(run) {
            Ok(told) => {
                earlier.note(TOLD);
                report.done.push(messages::told(told));
            }
            Err(complaint) => report.failed.push(messages::not_told(&complaint)),
        }
    }
}

/// What is noted once sshd was told.
const TOLD: &str = "told";

/// How long a program may take that is run when something is put back.
const COMMAND_SECONDS: u32 = 60;

#[cfg(test)]
#[path = "roll_back_tests.rs"]
mod tests;
