//! The files of a roll-back, in two phases: first all are written beside their places, then they are
//! renamed. So sshd's half is never put back without PAM's, which would let nobody in.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::{Outcome, Report};
use crate::attributes::Attributes;
use crate::block::{self, without_blocks};
use crate::replace::{self, Found, NEW, Regular, Temp, Xattrs, back, beside, look};
use crate::state::{self, Plan, Planned, StateError, Sum};
use crate::{Host, messages, plan};

/// A file that is ready to be put back.
struct Ready {
    /// Where what is done is done.
    at: PathBuf,
    steps: Vec<Step>,
    outcome: Outcome,
}

enum Step {
    Put(Temp),
    Remove,
}

impl Ready {
    fn nothing(at: &Path, outcome: Outcome) -> Self {
        Self::new(at, Vec::new(), outcome)
    }

    fn new(at: &Path, steps: Vec<Step>, outcome: Outcome) -> Self {
        Self {
            at: at.to_owned(),
            steps,
            outcome,
        }
    }

    fn put(self) -> io::Result<Outcome> {
        for step in self.steps {
            match step {
                Step::Put(temp) => temp.put()?,
                Step::Remove => {
                    replace::remove(&self.at)?;
                    replace::sync_folder_of(&self.at)?;
                }
            }
        }
        Ok(self.outcome)
    }
}

/// Puts the files of `plan` back; none, if one of them cannot be.
pub(super) fn put_back(host: &Host, plan: &Plan, rolling: &Path) -> Report {
    let files = plan.files.iter().enumerate();
    let jobs = files.map(|(number, file)| {
        let ready = move || ready(host, rolling, number, file);
        (file.path.as_path(), ready)
    });
    both_phases(host, jobs.collect())
}

/// Takes our blocks out of whatever `protect` puts them into, since nobody knows what it was.
pub(super) fn without_plan(host: &Host) -> Report {
    let jobs = KNOWN.map(|path| {
        let ready = move || ready_without_plan(host, path);
        (Path::new(path), ready)
    });
    let mut report = both_phases(host, jobs.into());
    if report.is_complete() {
        report.done.push(messages::plan_is_damaged());
    }
    report
}

/// The files that `protect` puts blocks into; PAM's before sshd's.
const KNOWN: [&str; 5] = [
    "/etc/pam.d/sshd",
    "/etc/pam.d/sudo",
    "/etc/pam.d/sudo-i",
    plan::CONFIG,
    plan::DROP_IN,
];

/// How often a file is looked at again because another roll-back was at it at the same moment: the
/// timer's comes when it comes.
const TRIES: usize = 5;

fn both_phases<F: Fn() -> io::Result<Ready>>(host: &Host, jobs: Vec<(&Path, F)>) -> Report {
    let mut report = Report {
        found: true,
        ..Report::default()
    };
    let mut readied = Vec::new();
    for (path, ready) in jobs {
        match again_if_gone(&ready) {
            Ok(it) => readied.push((path, ready, it)),
            Err(error) => report.failed.push(messages::not_back(path, &error)),
        }
    }
    if !report.is_complete() {
        return report;
    }
    for (path, ready, first) in readied {
        let outcome = match first.put() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                again_if_gone(&|| ready().and_then(Ready::put))
            }
            outcome => outcome,
        };
        let cleaned = outcome.and_then(|outcome| {
            replace::remove_left_beside(&host.path(path))?;
            Ok(outcome)
        });
        match cleaned {
            Ok(outcome) => {
                report.changed |= outcome.is_change();
                report.done.push(messages::file(path, &outcome));
            }
            // What comes behind it would be half of something.
            Err(error) => {
                report.failed.push(messages::not_back(path, &error));
                return report;
            }
        }
    }
    report
}

fn again_if_gone<T>(job: &dyn Fn() -> io::Result<T>) -> io::Result<T> {
    let mut result = job();
    for _ in 1..TRIES {
        match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound => result = job(),
            _ => break,
        }
    }
    result
}

fn ready(host: &Host, rolling: &Path, number: usize, file: &Planned) -> io::Result<Ready> {
    let path = host.path(&file.path);
    // What `state::apply` would still put in its place, however long it was stopped.
    replace::remove(&beside(&path, NEW))?;
    let now = match look(&path)? {
        Found::File(now) => now,
        Found::Missing if file.before.is_none() => {
            return Ok(Ready::nothing(&path, Outcome::AsBefore));
        }
        Found::Missing => return Ok(Ready::nothing(&path, Outcome::Gone)),
        Found::Other(what) => return behind_link(host, &file.path, what),
    };
    let sum = Sum::of(&now.text);
    let before = file.before.as_ref();
    if before.is_some_and(|(_, before)| *before == sum) {
        return Ok(Ready::nothing(&path, Outcome::AsBefore));
    }
    if sum == file.after {
        match whole(&path, rolling, number, file) {
            Ok(ready) => return ready,
            // Another roll-back has done it all.
            Err(_) if !rolling.exists() => return Ok(Ready::nothing(&path, Outcome::AsBefore)),
            Err(_) => {}
        }
    }
    match without_blocks(&now.text) {
        Ok(_) => blocks_out(&path, now, file.before.is_none()),
        Err(_) => {
            let (kept, at) = keep(&path, &now)?;
            let mut ready = whole(&path, rolling, number, file).map_err(io::Error::other)??;
            ready.steps.insert(0, Step::Put(kept));
            ready.outcome = Outcome::Kept(at);
            Ok(ready)
        }
    }
}

fn ready_without_plan(host: &Host, name: &str) -> io::Result<Ready> {
    let path = host.path(name);
    replace::remove(&beside(&path, NEW))?;
    match look(&path)? {
        Found::File(now) => blocks_out(&path, now, name == plan::DROP_IN),
        Found::Missing => Ok(Ready::nothing(&path, Outcome::AsBefore)),
        Found::Other(what) => behind_link(host, Path::new(name), what),
    }
}

/// Makes of the file at `path` what it was, whole. The outer error says that this is not known.
fn whole(
    path: &Path,
    rolling: &Path,
    number: usize,
    file: &Planned,
) -> Result<io::Result<Ready>, StateError> {
    let Some((attributes, sum)) = &file.before else {
        return Ok(removed(path));
    };
    let text = state::read(rolling, number, "before", *sum)?;
    let temp = Temp::written(path, &back(), &text, Some(attributes), Xattrs::IfPossible);
    let temp = match temp {
        Err(error) if is_full(&error) => {
            let copy = state::copy(rolling, number, "before");
            the_copy_itself(&copy, path, attributes).map_err(|_| error)
        }
        temp => temp,
    };
    Ok(temp.map(|temp| {
        let refused = temp.refused.clone();
        Ready::new(path, vec![Step::Put(temp)], Outcome::PutBack { refused })
    }))
}

fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

/// Where there is no room to write: what was kept is renamed.
fn the_copy_itself(copy: &Path, path: &Path, attributes: &Attributes) -> io::Result<Temp> {
    if fs::symlink_metadata(copy)?.dev() != fs::symlink_metadata(path)?.dev() {
        return Err(io::ErrorKind::CrossesDevices.into());
    }
    Temp::kept(copy, path, attributes)
}

fn removed(path: &Path) -> io::Result<Ready> {
    // Asked beforehand: a disk may be read-only, and others not.
    access(path.parent().unwrap_or(Path::new("/")), Access::WRITE_OK)?;
    Ok(Ready::new(path, vec![Step::Remove], Outcome::Removed))
}

/// Takes our blocks out of the file at `path`, which somebody has edited.
fn blocks_out(path: &Path, now: Regular, is_new: bool) -> io::Result<Ready> {
    if !block::has_block(&now.text) {
        return Ok(Ready::nothing(path, Outcome::NothingOfOurs));
    }
    let text = without_blocks(&now.text).map_err(io::Error::other)?;
    if is_new && text.trim_ascii().is_empty() {
        return removed(path);
    }
    let attributes = replace::now(now.attributes);
    let temp = Temp::written(path, &back(), &text, Some(&attributes), Xattrs::IfPossible)?;
    Ok(Ready::new(path, vec![Step::Put(temp)], Outcome::BlocksOut))
}

/// Keeps what somebody has made of the file at `path`, beside it: no program reads a file of that
/// name.
fn keep(path: &Path, now: &Regular) -> io::Result<(Temp, PathBuf)> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".proauth-old");
    let kept = path.with_file_name(name);
    replace::remove_left_beside(&kept)?;
    let attributes = Some(&now.attributes);
    let temp = Temp::written(&kept, &back(), &now.text, attributes, Xattrs::IfPossible)?;
    Ok((temp, kept))
}

/// Where a file was, somebody has put a link, or `what` else: if it leads to a file that only root
/// can change, our blocks are taken out of that.
fn behind_link(host: &Host, path: &Path, what: &'static str) -> io::Result<Ready> {
    let left = Ready::nothing(&host.path(path), Outcome::Left(what));
    let Ok(target) = host.resolve(path) else {
        return Ok(left);
    };
    let target = host.path(target);
    let Found::File(now) = look(&target)? else {
        return Ok(left);
    };
    let folder = fs::metadata(target.parent().unwrap_or(Path::new("/")))?;
    let is_roots = |uid, mode| uid == rustix::process::geteuid().as_raw() && mode & 0o022 == 0;
    if !is_roots(now.attributes.uid, now.attributes.mode)
        || !is_roots(folder.uid(), folder.mode())
        || without_blocks(&now.text).is_err()
    {
        return Ok(left);
    }
    blocks_out(&target, now, false)
}
