//! Puts back what waits for a confirmation that did not come. It can be cut short anywhere: the next
//! one goes on where it was.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::block::{self, without_blocks};
use crate::messages;
use crate::replace::{self, Found, NEW, Regular, Temp, Xattrs, back, beside, look};
use crate::state::{self, Folder, Plan, Planned, StateError, Sum};
use crate::{Host, Ran, reload, this_run};

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
/// then sshd is told. What cannot be done now stays, and is tried again by the next one.
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
    let plan = match state::read_plan(&rolling) {
        Ok(plan) => plan,
        // Another roll-back has done it all.
        Err(_) if !rolling.exists() => return Report::default(),
        Err(error) => return Report::failure(&error),
    };
    let mut report = files_back(host, &plan, &rolling);
    if let Some(run) = run {
        run_and_tell(when, &plan, &mut report, run);
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

fn files_back(host: &Host, plan: &Plan, rolling: &Path) -> Report {
    let mut report = Report {
        found: true,
        ..Report::default()
    };
    // What was written last goes first.
    for (number, file) in plan.files.iter().enumerate().rev() {
        match file_back(host, rolling, number, file) {
            Ok(outcome) => {
                report.changed |= outcome.is_change();
                report.done.push(messages::file(&file.path, &outcome));
            }
            Err(error) => report.failed.push(messages::not_back(&file.path, &error)),
        }
    }
    report
}

fn run_and_tell(when: When, plan: &Plan, report: &mut Report, run: Run<'_>) {
    for command in &plan.armed.commands {
        let argv: Vec<&str> = command.iter().map(String::as_str).collect();
        let complaint = match run(&argv, COMMAND_SECONDS) {
            Ok(ran) if ran.is_success() => None,
            Ok(ran) => Some(ran.complaint()),
            Err(error) => Some(error.to_string()),
        };
        match complaint {
            None => report.done.push(messages::ran(command)),
            Some(why) => report.failed.push(messages::failed(command, &why)),
        }
    }
    // Where something could not be put back, it is told once, not at each further try.
    if when == When::Now && plan.armed.reload && (report.changed || report.is_complete()) {
        match reload::sshd_by(run) {
            Ok(told) => report.done.push(messages::told(told)),
            Err(complaint) => report.failed.push(messages::not_told(&complaint)),
        }
    }
}

/// How long a program may take that is run when something is put back.
const COMMAND_SECONDS: u32 = 60;

/// How often a file is looked at again because another roll-back was at it at the same moment: the
/// timer's comes when it comes.
const TRIES: usize = 5;

/// Puts `file` back.
fn file_back(host: &Host, rolling: &Path, number: usize, file: &Planned) -> io::Result<Outcome> {
    let mut outcome = put_back(host, rolling, number, file);
    for _ in 1..TRIES {
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                outcome = put_back(host, rolling, number, file);
            }
            _ => break,
        }
    }
    let outcome = outcome?;
    replace::remove_left_beside(&host.path(&file.path))?;
    Ok(outcome)
}

fn put_back(host: &Host, rolling: &Path, number: usize, file: &Planned) -> io::Result<Outcome> {
    let path = host.path(&file.path);
    // What `state::apply` would still put in its place, however long it was stopped.
    replace::remove(&beside(&path, NEW))?;
    let now = match look(&path)? {
        Found::File(now) => now,
        Found::Missing if file.before.is_none() => return Ok(Outcome::AsBefore),
        Found::Missing => return Ok(Outcome::Gone),
        Found::Other(what) => return behind_link(host, file, what),
    };
    let sum = Sum::of(&now.text);
    if file
        .before
        .as_ref()
        .is_some_and(|(_, before)| *before == sum)
    {
        return Ok(Outcome::AsBefore);
    }
    if sum == file.after {
        match whole(&path, rolling, number, file) {
            Ok(outcome) => return outcome,
            // Another roll-back has done it all.
            Err(_) if !rolling.exists() => return Ok(Outcome::AsBefore),
            Err(_) => {}
        }
    }
    let is_new = file.before.is_none();
    match without_blocks(&now.text) {
        Ok(_) => blocks_out(&path, now, is_new),
        Err(_) => {
            let kept = keep(&path, &now)?;
            let outcome = whole(&path, rolling, number, file).map_err(io::Error::other)?;
            outcome.map(|_| Outcome::Kept(kept))
        }
    }
}

/// Makes of the file at `path` what it was, whole. The outer error says that this is not known.
fn whole(
    path: &Path,
    rolling: &Path,
    number: usize,
    file: &Planned,
) -> Result<io::Result<Outcome>, StateError> {
    let Some((attributes, sum)) = &file.before else {
        return Ok(remove(path));
    };
    let text = state::read(rolling, number, "before", *sum)?;
    let put = || {
        let temp = Temp::written(path, &back(), &text, Some(attributes), Xattrs::IfPossible)?;
        let refused = temp.refused.clone();
        temp.put()?;
        Ok(Outcome::PutBack { refused })
    };
    Ok(put())
}

fn remove(path: &Path) -> io::Result<Outcome> {
    replace::remove(path)?;
    replace::sync_folder_of(path)?;
    Ok(Outcome::Removed)
}

/// Takes our blocks out of the file at `path`, which somebody has edited.
fn blocks_out(path: &Path, now: Regular, is_new: bool) -> io::Result<Outcome> {
    if !block::has_block(&now.text) {
        return Ok(Outcome::NothingOfOurs);
    }
    let text = without_blocks(&now.text).map_err(io::Error::other)?;
    if is_new && text.trim_ascii().is_empty() {
        return remove(path);
    }
    let attributes = replace::now(now.attributes);
    Temp::written(path, &back(), &text, Some(&attributes), Xattrs::IfPossible)?.put()?;
    Ok(Outcome::BlocksOut)
}

/// Keeps what somebody has made of the file at `path`, beside it: no program reads a file of that
/// name.
fn keep(path: &Path, now: &Regular) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".proauth-old");
    let kept = path.with_file_name(name);
    let attributes = Some(&now.attributes);
    Temp::written(&kept, &back(), &now.text, attributes, Xattrs::IfPossible)?.put()?;
    replace::remove_left_beside(&kept)?;
    Ok(kept)
}

/// Where a file was, somebody has put a link, or `what` else: if it leads to a file that only root
/// can change, our blocks are taken out of that.
fn behind_link(host: &Host, file: &Planned, what: &'static str) -> io::Result<Outcome> {
    let Ok(target) = host.resolve(&file.path) else {
        return Ok(Outcome::Left(what));
    };
    let target = host.path(target);
    let Found::File(now) = look(&target)? else {
        return Ok(Outcome::Left(what));
    };
    let folder = fs::metadata(target.parent().unwrap_or(Path::new("/")))?;
    let is_roots = |uid, mode| uid == rustix::process::geteuid().as_raw() && mode & 0o022 == 0;
    if !is_roots(now.attributes.uid, now.attributes.mode)
        || !is_roots(folder.uid(), folder.mode())
        || without_blocks(&now.text).is_err()
    {
        return Ok(Outcome::Left(what));
    }
    blocks_out(&target, now, false)
}

#[cfg(test)]
#[path = "roll_back_tests.rs"]
mod tests;
