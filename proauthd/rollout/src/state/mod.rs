//! What was changed and waits for its confirmation, on disk: what a roll-back needs, and nothing
//! else does.
//!
//! `pending.new` is prepared, made durable, and renamed to `pending`: from then on a roll-back puts
//! everything back, whatever has been written by then. Whoever renames `pending` away has won:
//! `settle` to `settled`, which is removed; a roll-back to `rolling-back`, which stays until all of
//! it is done. No lock decides between them, so nobody who hangs can keep a roll-back from its work.

mod complete;
mod folder;
mod plan;
mod text;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use complete::{Complete, complete, mark_complete};
pub(crate) use folder::Folder;
pub(crate) use plan::{Plan, Planned, Sum};

use crate::Host;
use crate::replace::{self, Found, NEW, Temp, Xattrs, look};

const PREPARED: &str = "pending.new";
const PENDING: &str = "pending";
const ROLLING_BACK: &str = "rolling-back";
const SETTLED: &str = "settled";
const ROLLED_BACK: &str = "rolled-back";
const PLAN: &str = "plan";

/// A file that shall be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it is on the host; no link (see [`Host::resolve`]).
    pub path: PathBuf,
    /// What it shall hold.
    pub after: Vec<u8>,
}

/// A change as a whole: who made it, when, and what else is to be done when it is put back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Armed {
    /// The boot that it was made in: `/proc/sys/kernel/random/boot_id`.
    pub boot: String,
    /// When; Unix time.
    pub at: u64,
    /// The greatest audit session then; 0 if none was known.
    pub session: u32,
    /// When, on the kernel's monotonic clock; microseconds since it booted.
    pub monotonic: u64,
    /// For how long it waits to be confirmed; seconds.
    pub seconds: u64,
    /// Who: the login uid, or the uid.
    pub by: u32,
    /// What is protected by it.
    pub services: Vec<String>,
    /// Whether sshd has to be told when it is put back.
    pub reload: bool,
    /// What has to be run when it is put back, each with its arguments, after the files.
    pub commands: Vec<Vec<String>>,
}

/// Why something could not be done with the state.
#[derive(Debug, Error)]
pub enum StateError {
    /// Others could have a hand in it, or it is something else.
    #[error(
        "{0} is not a folder of root's alone (mode 0700): look at what it is, remove it, then try again"
    )]
    Foreign(PathBuf),
    /// A change waits already.
    #[error("a change waits to be confirmed already: confirm it, or take it back, first")]
    Pending,
    /// A change is just being put back, or could not be put back whole.
    #[error(
        "a roll-back is under way, or could not be finished: see `journalctl -u proauth-rollback`"
    )]
    RollingBack,
    /// The change was put back, or confirmed, meanwhile.
    #[error("the change does not wait any more: it was put back, or confirmed, meanwhile")]
    NotPending,
    /// A file of the state does not hold what was written.
    #[error(
        "{file}, line {line}: not what was written there; take the blocks out with `proauthd unprotect`"
    )]
    Damaged {
        /// Which.
        file: PathBuf,
        /// Where, from 1.
        line: usize,
    },
    /// A file that shall be changed is not what it was when that was planned.
    #[error("{0} was changed by somebody else meanwhile: try again")]
    Changed(PathBuf),
    /// A file that shall be changed is no file.
    #[error("{0} is {1}, not a file: it cannot be changed")]
    NotAFile(PathBuf, &'static str),
    /// A file could not be read or written.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl StateError {
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io {
            path: path.clone(),
            error,
        }
    }
}

/// Notes what `changes` will change, with all that is needed to put it back, durably. Changes
/// nothing yet.
///
/// # Errors
/// If something waits already, or one of the files cannot be changed or noted.
pub fn arm(host: &Host, armed: &Armed, changes: &[Change]) -> Result<(), StateError> {
    let folder = Folder::made(host)?;
    if folder.sub(ROLLING_BACK)?.is_some() {
        return Err(StateError::RollingBack);
    } else if folder.sub(PENDING)?.is_some() {
        return Err(StateError::Pending);
    }
    let prepared = folder.new_sub(PREPARED)?;
    let mut plan = Plan {
        armed: armed.clone(),
        files: Vec::new(),
    };
    for (number, change) in changes.iter().enumerate() {
        let path = host.path(&change.path);
        let before = match look(&path).map_err(StateError::io(&path))? {
            Found::Missing => None,
            Found::Other(what) => return Err(StateError::NotAFile(path, what)),
            Found::File(file) => {
                write(&prepared.join(format!("{number}.before")), &file.text)?;
                Some((file.attributes, Sum::of(&file.text)))
            }
        };
        write(&prepared.join(format!("{number}.after")), &change.after)?;
        plan.files.push(Planned {
            path: change.path.clone(),
            before,
            after: Sum::of(&change.after),
        });
    }
    write(&prepared.join(PLAN), plan.to_text().as_bytes())?;
    folder::sync(&prepared)?;
    folder.rename(PREPARED, PENDING).map(drop)
}

/// What waits for its confirmation.
///
/// # Errors
/// If that cannot be found out.
pub fn pending(host: &Host) -> Result<Option<Armed>, StateError> {
    let Some(folder) = Folder::of(host)? else {
        return Ok(None);
    };
    let Some(pending) = folder.sub(PENDING)? else {
        return Ok(None);
    };
    match read_plan(&pending) {
        // It was settled in this moment.
        Err(_) if folder.sub(PENDING)?.is_none() => Ok(None),
        plan => plan.map(|plan| Some(plan.armed)),
    }
}

/// Whether a roll-back is under way, or could not be finished.
///
/// # Errors
/// If that cannot be found out.
pub fn is_rolling_back(host: &Host) -> Result<bool, StateError> {
    match Folder::of(host)? {
        Some(folder) => Ok(folder.sub(ROLLING_BACK)?.is_some()),
        None => Ok(false),
    }
}

/// Writes what was planned for the file `path` of the host, while its change still waits: not a
/// moment later, however long this process was stopped in between.
///
/// # Errors
/// If the change waits no more, the file is not what it was, or cannot be written. Then it is as it
/// was.
pub fn apply(host: &Host, path: &Path) -> Result<(), StateError> {
    let applied = Prepared::new(host, path).and_then(Prepared::put);
    match pending(host) {
        // Whatever it stumbled over, that is why.
        Ok(None) if applied.is_err() => Err(StateError::NotPending),
        _ => applied,
    }
}

/// A file that is written beside its place.
pub(crate) struct Prepared {
    folder: Folder,
    temp: Temp,
    at: PathBuf,
}

impl Prepared {
    pub(crate) fn new(host: &Host, path: &Path) -> Result<Self, StateError> {
        let folder = Folder::of(host)?.ok_or(StateError::NotPending)?;
        let pending = folder.sub(PENDING)?.ok_or(StateError::NotPending)?;
        let plan = read_plan(&pending)?;
        let mut files = plan.files.iter().enumerate();
        let found = files.find(|(_, file)| file.path == path);
        let (number, file) = found.ok_or(StateError::NotPending)?;
        let text = read(&pending, number, "after", file.after)?;
        let at = host.path(path);
        let (now, attributes) = match look(&at).map_err(StateError::io(&at))? {
            Found::Missing => (None, None),
            Found::File(regular) => (Some(Sum::of(&regular.text)), Some(regular.attributes)),
            Found::Other(what) => return Err(StateError::NotAFile(at, what)),
        };
        if now != file.before.as_ref().map(|(_, sum)| *sum) {
            return Err(StateError::Changed(at));
        }
        let attributes = attributes.map(replace::now);
        let temp = Temp::written(&at, NEW, &text, attributes.as_ref(), Xattrs::All);
        let temp = temp.map_err(StateError::io(&at))?;
        Ok(Self { folder, temp, at })
    }

    pub(crate) fn put(self) -> Result<(), StateError> {
        // In this order: a roll-back first renames `pending`, then removes what lies beside the files. So
        // either it is seen here, or what was written is gone before it is put in its place, or it was in
        // its place before the roll-back looks there.
        if self.folder.sub(PENDING)?.is_none() {
            return Err(StateError::NotPending);
        }
        self.temp.put().map_err(StateError::io(&self.at))
    }
}

/// Has what waits stay for good; false if nothing waits any more.
///
/// # Errors
/// If that cannot be made durable.
pub fn settle(host: &Host) -> Result<bool, StateError> {
    let Some(folder) = Folder::of(host)? else {
        return Ok(false);
    };
    if folder.sub(PENDING)?.is_none() {
        return Ok(false);
    }
    finish(&folder, PENDING)
}

/// Forgets what waits, and what a roll-back could not finish: for who has taken all blocks out.
///
/// # Errors
/// If that cannot be made durable.
pub fn forget(host: &Host) -> Result<bool, StateError> {
    let Some(folder) = Folder::of(host)? else {
        return Ok(false);
    };
    let mut found = false;
    for name in [PENDING, ROLLING_BACK] {
        if folder.sub(name)?.is_some() {
            found |= finish(&folder, name)?;
        }
    }
    Ok(found)
}

/// What the last roll-back did, and when (UTC), if there was one.
#[must_use]
pub fn last_roll_back(host: &Host) -> Option<String> {
    let path = Folder::of(host).ok()??.path(ROLLED_BACK);
    let Ok(Found::File(file)) = look(&path) else {
        return None;
    };
    let (seconds, _) = file.attributes.modified?;
    let text = String::from_utf8(file.text).ok()?;
    Some(format!("{}:\n{text}", text::utc(seconds)))
}

/// What waits to be put back, or is being put back.
pub(crate) fn waiting(folder: &Folder) -> Option<PathBuf> {
    let sub = |name| folder.sub(name).ok().flatten();
    sub(ROLLING_BACK).or_else(|| sub(PENDING))
}

/// Begins a roll-back, or goes on with one: where what it needs lies.
pub(crate) fn begin(folder: &Folder) -> Result<Option<PathBuf>, StateError> {
    if folder.sub(ROLLING_BACK)?.is_none()
        && let Some(pending) = folder.sub(PENDING)?
        && folder.rename(PENDING, ROLLING_BACK).is_err()
    {
        // A disk that cannot be written to, which nobody can confirm on either. The files may lie on
        // another one; the end will fail, and all of it be tried again.
        return Ok(Some(pending));
    }
    // Of what was over, and whoever ended it was killed.
    folder.remove_sub(SETTLED)?;
    folder.sub(ROLLING_BACK)
}

/// Ends a roll-back that is complete, which has done what `text` says.
pub(crate) fn end(folder: &Folder, rolling: &Path, text: &str) -> Result<(), StateError> {
    if !rolling.exists() {
        // Another roll-back has said what it did.
        return Ok(());
    }
    let path = folder.path(ROLLED_BACK);
    let written = Temp::written(&path, &replace::back(), text.as_bytes(), None, Xattrs::All);
    // Nobody's login hangs on it.
    let _ = written.and_then(Temp::put);
    let _ = replace::remove_left_beside(&path);
    let is_renamed = rolling == folder.path(ROLLING_BACK);
    finish(folder, if is_renamed { ROLLING_BACK } else { PENDING }).map(drop)
}

fn finish(folder: &Folder, name: &str) -> Result<bool, StateError> {
    folder.remove_sub(SETTLED)?;
    let won = folder.rename(name, SETTLED)?;
    folder.remove_sub(SETTLED)?;
    Ok(won)
}

/// The plan in the folder `pending`.
pub(crate) fn read_plan(pending: &Path) -> Result<Plan, StateError> {
    let path = pending.join(PLAN);
    let text = read_file(&path)?;
    let text = String::from_utf8_lossy(&text);
    Plan::parse(&text).map_err(|line| StateError::Damaged { file: path, line })
}

/// What the file `number` of the folder `pending` holds `before` or `after`, if it is whole.
pub(crate) fn read(
    pending: &Path,
    number: usize,
    which: &str,
    sum: Sum,
) -> Result<Vec<u8>, StateError> {
    let path = copy(pending, number, which);
    let text = read_file(&path)?;
    if Sum::of(&text) == sum {
        Ok(text)
    } else {
        Err(StateError::Damaged {
            file: path,
            line: 1,
        })
    }
}

/// Where that is.
pub(crate) fn copy(pending: &Path, number: usize, which: &str) -> PathBuf {
    pending.join(format!("{number}.{which}"))
}

fn read_file(path: &Path) -> Result<Vec<u8>, StateError> {
    match look(path).map_err(StateError::io(path))? {
        Found::File(file) => Ok(file.text),
        Found::Missing => Err(StateError::io(path)(io::ErrorKind::NotFound.into())),
        Found::Other(_) => Err(StateError::Foreign(path.to_owned())),
    }
}

fn write(path: &Path, text: &[u8]) -> Result<(), StateError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text)?;
        file.sync_all()
    });
    written.map_err(StateError::io(path))
}
