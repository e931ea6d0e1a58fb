//! The engine: SQLite, in write-ahead mode, flushed at every commit.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, params};

use super::engine::{Engine, Expect, Job, Marks, NOBODY, SealedRow, Swap};
use super::files::Files;
use super::{OpenError, StoreError, schema};

/// How long to wait for another process that has the database locked: rusqlite's own.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection to write, one to read: a read never waits for a flush.
pub struct Sqlite {
    reader: Mutex<Connection>,
    /// Closed last: it is the one that tidies up the log.
    writer: Mutex<Connection>,
    files: Files,
}

impl Sqlite {
    /// Opens the database at `path`, and brings its tables up to date.
    ///
    /// # Errors
    /// If it cannot be read and written, is damaged, or belongs to a newer program.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // SQLite would open it for reading alone, without a word.
        if writer.is_readonly("main")? {
            return Err(OpenError::ReadOnly(path.to_owned()));
        }
        check_health(&writer, path)?;
        schema::migrate(&mut writer)?;
        let reader = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let files = Files::of(path)?;
        // From here on the database is known to be whole.
        writer.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(Self {
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            files,
        })
    }

    /// Makes an empty database at `path`, where none is, and opens it.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn create(path: &Path) -> Result<Self, OpenError> {
        drop(connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?);
        Self::open(path)
    }

    /// The version of the tables in the database at `path`: zero in an empty or cut-off file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn schema_version(path: &Path) -> Result<u32, OpenError> {
        schema::version(&connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?)
            .map_err(|error| named(error, path))
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    try_connect(path, flags).map_err(|error| named(error.into(), path))
}

/// What is wrong with the database at `path`, in a sentence of ours.
fn named(error: OpenError, path: &Path) -> OpenError {
    let OpenError::Engine(engine) = &error else {
        return error;
    };
    let is_damage = matches!(
        engine.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    );
    match is_damage {
        true => OpenError::Damaged(path.to_owned(), engine.to_string()),
        false => error,
    }
}

fn try_connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    // Giving up on a damaged database must not take its log away: with the database restored, the
    // log has the last codes that were used.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}

fn check_health(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let verdict = connection.pragma_query_value(None, "quick_check", |row| row.get(0));
    let verdict: String = verdict.map_err(|error| named(error.into(), path))?;
    if verdict == "ok" {
        return Ok(());
    }
    let in_one_line = verdict.lines().collect::<Vec<_>>().join(", ");
    Err(OpenError::Damaged(path.to_owned(), in_one_line))
}

fn sealed_row(row: &Row<'_>, first: usize) -> rusqlite::Result<SealedRow> {
    Ok(SealedRow {
        uid: row.get(first)?,
        version: row.get::<_, i64>(first + 1)?.cast_unsigned(),
        sealed: row.get(first + 2)?,
    })
}

/// A poisoned lock means that a thread panicked between two statements; SQLite has rolled back.
fn locked(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine for Sqlite {
    fn get(&self, key: &str) -> Result<Option<SealedRow>, StoreError> {
        let reader = locked(&self.reader);
        let mut query =
            reader.prepare_cached("SELECT uid, version, sealed FROM rows WHERE key = ?")?;
        Ok(query
            .query_row([key], |row| sealed_row(row, 0))
            .optional()?)
    }

    fn accounts(&self) -> Result<Vec<(String, SealedRow)>, StoreError> {
        let reader = locked(&self.reader);
        let mut query = reader.prepare_cached(
            "SELECT key, uid, version, sealed FROM rows
             WHERE uid <> ? AND key NOT LIKE '!%' ORDER BY key",
        )?;
        let rows = query.query_map([NOBODY], |row| Ok((row.get(0)?, sealed_row(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn keys_from(&self, first: char) -> Result<Vec<String>, StoreError> {
        let reader = locked(&self.reader);
        let mut query =
            reader.prepare_cached("SELECT key FROM rows WHERE substr(key, 1, 1) = ?")?;
        let keys = query.query_map([String::from(first)], |row| row.get(0))?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    fn has_key_of(&self, first: char, uid: u32) -> Result<bool, StoreError> {
        let reader = locked(&self.reader);
        let mut query =
            reader.prepare_cached("SELECT 1 FROM rows WHERE uid = ? AND substr(key, 1, 1) = ?")?;
        Ok(query.exists(params![uid, String::from(first)])?)
    }

    fn has_account_of(&self, uid: u32) -> Result<bool, StoreError> {
        let reader = locked(&self.reader);
        let mut query =
            reader.prepare_cached("SELECT 1 FROM rows WHERE uid = ? AND key NOT LIKE '!%'")?;
        Ok(query.exists([uid])?)
    }

    fn commit(&self, jobs: &[Job]) -> Result<Vec<bool>, StoreError> {
        let mut writer = locked(&self.writer);
        let mut transaction = writer.transaction()?;
        let held = jobs
            .iter()
            .map(|job| apply_all(&mut transaction, job))
            .collect::<Result<_, _>>()?;
        transaction.commit()?;
        self.files.are_in_place()?;
        Ok(held)
    }

    fn rows_after(&self, key: &str, limit: usize) -> Result<Vec<(String, SealedRow)>, StoreError> {
        let reader = locked(&self.reader);
        let mut query = reader.prepare_cached(
            "SELECT key, uid, version, sealed FROM rows WHERE key > ? ORDER BY key LIMIT ?",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![key, limit], |row| {
            Ok((row.get(0)?, sealed_row(row, 1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn count(&self) -> Result<u64, StoreError> {
        let reader = locked(&self.reader);
        let count = reader.query_row("SELECT count(*) FROM rows", [], |row| row.get(0));
        Ok(count.map(i64::cast_unsigned)?)
    }

    fn marks(&self) -> Result<Marks, StoreError> {
        let reader = locked(&self.reader);
        let mark = |role: &str| {
            let query = "SELECT mark FROM keys WHERE role = ?";
            reader.query_row(query, [role], |row| row.get(0)).optional()
        };
        Ok(Marks {
            current: mark(CURRENT)?,
            previous: mark(PREVIOUS)?,
        })
    }

    fn set_marks(&self, marks: &Marks, job: &Job) -> Result<(), StoreError> {
        let mut writer = locked(&self.writer);
        let mut transaction = writer.transaction()?;
        transaction.execute("DELETE FROM keys", [])?;
        for (role, mark) in [(CURRENT, &marks.current), (PREVIOUS, &marks.previous)] {
            if let Some(mark) = mark {
                let insert = "INSERT INTO keys (role, mark) VALUES (?, ?)";
                transaction.execute(insert, params![role, mark])?;
            }
        }
        if !apply_all(&mut transaction, job)? {
            return Err(StoreError::Conflict);
        }
        transaction.commit()?;
        self.files.are_in_place()
    }

    fn forget_overwritten(&self) -> Result<(), StoreError> {
        // Rows in the database itself are overwritten (secure_delete); old ones in the log are not.
        let writer = locked(&self.writer);
        // A backup that is being made must not hold up logins: they would wait for us.
        writer.busy_timeout(Duration::ZERO)?;
        let busy = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        writer.busy_timeout(PATIENCE)?;
        match busy {
            Ok(0_i64) => Ok(()),
            Ok(_) => Err(StoreError::Read),
            Err(error) => Err(error.into()),
        }
    }
}

/// The roles of the marks, in the table `keys`.
const CURRENT: &str = "current";
const PREVIOUS: &str = "previous";

/// Does all of `job` inside `transaction`, or nothing; tells whether every comparison held.
fn apply_all(transaction: &mut Transaction<'_>, job: &Job) -> Result<bool, StoreError> {
    // One swap alone, which nearly all jobs are, undoes itself.
    if let [swap] = job.as_slice() {
        return apply(transaction, swap);
    }
    // Rolled back when it is dropped.
    let savepoint = transaction.savepoint()?;
    for swap in job {
        if !apply(&savepoint, swap)? {
            return Ok(false);
        }
    }
    savepoint.commit()?;
    Ok(true)
}

/// Does one swap inside `transaction`; tells whether its comparison held.
fn apply(transaction: &Connection, swap: &Swap) -> Result<bool, StoreError> {
    let Swap { key, expect, put } = swap;
    let changed = match (expect, put) {
        (Expect::Absent, Some(row)) => transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO rows (key, uid, version, sealed) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![key, row.uid, row.version.cast_signed(), row.sealed])?,
        // The uid of a row never changes, and setting it would write to its index each time.
        (Expect::Version(version), Some(row)) => transaction
            .prepare_cached(
                "UPDATE rows SET version = ?, sealed = ? WHERE key = ? AND version = ? AND uid = ?",
            )?
            .execute(params![
                row.version.cast_signed(),
                row.sealed,
                key,
                version.cast_signed(),
                row.uid
            ])?,
        (Expect::Version(version), None) => transaction
            .prepare_cached("DELETE FROM rows WHERE key = ? AND version = ?")?
            .execute(params![key, version.cast_signed()])?,
        (Expect::Row(old), Some(row)) => transaction
            .prepare_cached(
                "UPDATE rows SET version = ?, sealed = ?
                 WHERE key = ? AND version = ? AND uid = ? AND sealed = ?",
            )?
            .execute(params![
                row.version.cast_signed(),
                row.sealed,
                key,
                old.version.cast_signed(),
                row.uid,
                old.sealed
            ])?,
        (Expect::Absent | Expect::Row(_), None) => 0,
    };
    Ok(changed == 1)
}
