//! Whether a key and a store belong together, and what to do where one of them is missing.
//!
//! A fresh key over old rows would lose every enrollment, and a fresh store beside an old key
//! would let in whoever "is not enrolled": both are refused, with a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::engine::{Engine, Job};
use super::key::{KeyError, MasterKey};
use super::keyring::{Keyring, Lookout, next_to};
use super::seal::Sealer;
use super::sqlite::Sqlite;
use super::{Store, StoreError, rekey};

/// Why the store was not opened. The daemon does not start then.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key, or its file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The engine.
    #[error("the store cannot be opened: {0}; check the disk and the file's permissions")]
    Engine(#[from] rusqlite::Error),
    /// A row or the mark of the key.
    #[error("the store cannot be used: {0}")]
    Store(#[from] StoreError),
    /// The folder or the thread.
    #[error("the store cannot be opened: {0}")]
    Io(#[from] io::Error),
    /// The check of the engine found damage.
    #[error("the store at {path} is damaged ({1}); restore it from a backup", path = .0.display())]
    Damaged(PathBuf, String),
    /// The disk, or the file, takes no writes.
    #[error("the store at {path} cannot be written; check the disk and its mount", path = .0.display())]
    ReadOnly(PathBuf),
    /// Written by a newer program.
    #[error(
        "the store has schema {found}, this proauthd knows {known}; install the newer proauthd"
    )]
    Newer {
        /// The schema in the file.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// Rows, and no key to open them with.
    #[error(
        "there is a store at {store}, but no key at {key}; restore the key from a backup, or move \
         the store away to start anew (everybody enrolls again)",
        store = .store.display(), key = .key.display()
    )]
    NoKey {
        /// Where the store is.
        store: PathBuf,
        /// Where the key should be.
        key: PathBuf,
    },
    /// A key, and no rows.
    #[error(
        "there is a key, but no store at {path}; restore the store from a backup, or run `proauthd \
         init` to start with an empty one (everybody enrolls again)",
        path = .0.display()
    )]
    NoStore(PathBuf),
    /// Not the key of this store.
    #[error(
        "the key is not the one that the store at {path} was sealed with; restore the right one",
        path = .0.display()
    )]
    WrongKey(PathBuf),
    /// One of the two keys of a rekey that was not finished.
    #[error(
        "the store at {path} is on its way from one key to another, and the {which} one is not \
         there; restore it as {missing}",
        path = .path.display(), missing = .missing.display()
    )]
    HalfRekeyed {
        /// Where the store is.
        path: PathBuf,
        /// Which of the keys: "old" or "new".
        which: &'static str,
        /// A place for it.
        missing: PathBuf,
    },
    /// `init` without a key.
    #[error(
        "there is no key at {path}, so no store was lost; start the daemon, which makes both, or \
         let `init` see the credential that holds the key",
        path = .0.display()
    )]
    NoKeyToInit(PathBuf),
    /// `init` where there is a store.
    #[error("there is a store at {path} already; nothing was done", path = .0.display())]
    AlreadyThere(PathBuf),
}

/// Opens the store at `path`. At the very first start, with neither key nor store, makes both.
///
/// # Errors
/// [`OpenError`]; nothing that exists is ever replaced.
pub fn open(path: &Path, keys: Lookout<'_>) -> Result<Store, OpenError> {
    let (key, found) = (keys.file, Keyring::look(keys));
    match (found.is_empty(), has_tables(path)?) {
        (false, true) => with_keys(Sqlite::open(path)?, found, path, key),
        (false, false) => {
            found.for_new_store()?;
            Err(OpenError::NoStore(path.to_owned()))
        }
        (true, true) => {
            let engine = Sqlite::open(path)?;
            if engine.marks()?.current.is_some() || !engine.accounts()?.is_empty() {
                return Err(OpenError::NoKey {
                    store: path.to_owned(),
                    key: key.to_owned(),
                });
            }
            // The very first start ended between the store and its key.
            with_first_key(engine, &MasterKey::make(key)?)
        }
        (true, false) => {
            let engine = create_engine(path)?;
            with_first_key(engine, &MasterKey::make(key)?)
        }
    }
}

/// Makes an empty store at `path` for the key that is there.
///
/// # Errors
/// [`OpenError`]; above all if there is a store already, or no key.
pub fn create(path: &Path, keys: Lookout<'_>) -> Result<Store, OpenError> {
    if has_tables(path)? {
        return Err(OpenError::AlreadyThere(path.to_owned()));
    }
    let master = Keyring::look(keys).for_new_store()?;
    let master = master.ok_or_else(|| OpenError::NoKeyToInit(keys.file.to_owned()))?;
    with_first_key(create_engine(path)?, &master)
}

fn create_engine(path: &Path) -> Result<Sqlite, OpenError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // A log left by a store that is gone must not be replayed into the new one.
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        match std::fs::remove_file(beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Sqlite::create(path)
}

/// Whether there is a database with tables; an empty file is none, and is not opened: SQLite would
/// take its log for a stranger's and remove it.
fn has_tables(path: &Path) -> Result<bool, OpenError> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
        Ok(metadata) if metadata.len() == 0 => Ok(false),
        Ok(_) => Ok(Sqlite::schema_version(path)? > 0),
    }
}

/// The store of an engine that has a mark, or was cut off before it had one.
fn with_keys(engine: Sqlite, found: Keyring, path: &Path, key: &Path) -> Result<Store, OpenError> {
    let marks = engine.marks()?;
    let Some(current) = &marks.current else {
        if !engine.accounts()?.is_empty() {
            return Err(OpenError::WrongKey(path.to_owned()));
        }
        let master = found.for_new_store()?;
        let master = master.ok_or_else(|| OpenError::WrongKey(path.to_owned()))?;
        return with_first_key(engine, &master);
    };
    let (new, old) = (found.with_mark(current), marks.previous.as_ref());
    let sealer = match (new, old.map(|mark| found.with_mark(mark))) {
        (Some(new), None) => Ok(Sealer::new(new, None)?),
        (Some(new), Some(Some(old))) => Ok(Sealer::new(new, Some(old))?),
        (Some(_), Some(None)) => Err(Some("old")),
        (None, Some(Some(_))) => Err(Some("new")),
        (None, _) => Err(None),
    };
    match sealer {
        Ok(sealer) => {
            found.warn_of_strangers(&marks);
            with_sealer(engine, sealer)
        }
        Err(missing) => Err(match (found.into_unfit(), missing) {
            (Some(unfit), _) => OpenError::Key(unfit),
            (None, Some(which)) => OpenError::HalfRekeyed {
                path: path.to_owned(),
                which,
                // Either is found at either place; this one is free.
                missing: next_to(key),
            },
            (None, None) => OpenError::WrongKey(path.to_owned()),
        }),
    }
}

fn with_first_key(engine: Sqlite, master: &MasterKey) -> Result<Store, OpenError> {
    let sealer = Sealer::new(master, None)?;
    engine.set_marks(&sealer.keys().marks(), &Job::new())?;
    with_sealer(engine, sealer)
}

fn with_sealer(engine: Sqlite, mut sealer: Sealer) -> Result<Store, OpenError> {
    if let Some(kept) = engine.get(rekey::BUCKET_KEY)? {
        sealer.adopt_bucket_key(rekey::BUCKET_KEY, &kept)?;
    }
    Store::new(Arc::new(engine), sealer)
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
