//! The tables, by version. A store is brought up to date when it is opened; one from a newer
//! program is left alone.

use rusqlite::{Connection, Transaction};

use super::OpenError;

/// One step each; the number of steps done is the store's `user_version`. Never edit a step that
/// was released: add one.
const MIGRATIONS: &[&str] = &[ROWS, KEYS];

const ROWS: &str = "
    CREATE TABLE rows (
        key     TEXT    PRIMARY KEY,
        uid     INTEGER NOT NULL,
        version INTEGER NOT NULL,
        sealed  BLOB    NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX rows_by_uid ON rows (uid);
    CREATE TABLE key_mark (
        id   INTEGER PRIMARY KEY CHECK (id = 1),
        mark BLOB    NOT NULL
    ) STRICT;
";

/// Two marks while rows go from one key to the next.
const KEYS: &str = "
    CREATE TABLE keys (
        role TEXT PRIMARY KEY CHECK (role IN ('current', 'previous')),
        mark BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO keys (role, mark) SELECT 'current', mark FROM key_mark;
    DROP TABLE key_mark;
";

/// The version that this program writes.
pub const NEWEST: u32 = MIGRATIONS.len() as u32;

/// The version of the tables in `connection`; zero for none.
///
/// # Errors
/// If it could not be read.
pub fn version(connection: &Connection) -> Result<u32, OpenError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Does the steps that are missing, all or none.
///
/// # Errors
/// If the store is newer than this program, or a step failed.
pub fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let found = version(connection)?;
    let Some(missing) = MIGRATIONS.get(found as usize..) else {
        return Err(OpenError::Newer {
            found,
            known: NEWEST,
        });
    };
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    apply(&transaction, missing)?;
    transaction.commit()?;
    Ok(())
}

fn apply(transaction: &Transaction<'_>, missing: &[&str]) -> Result<(), OpenError> {
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", NEWEST)?;
    Ok(())
}
