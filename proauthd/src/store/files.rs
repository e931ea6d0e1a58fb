//! Whether the files that are written are still the ones that the next daemon will find. A file
//! that was removed, moved or covered by a mount takes writes as ever, and loses them with us.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::StoreError;

/// The database and its log, as they were opened.
pub struct Files([Place; 2]);

struct Place {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl Files {
    /// Those of the database at `path`, which is open.
    ///
    /// # Errors
    /// If one of them is not there.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let place = |path: PathBuf| {
            let identity = identity(&path)?;
            io::Result::Ok(Place { path, identity })
        };
        Ok(Self([place(path.to_owned())?, place(log.into())?]))
    }

    /// Whether both are where they were.
    ///
    /// # Errors
    /// [`StoreError::Gone`] if one is not; until the daemon is started anew.
    pub fn are_in_place(&self) -> Result<(), StoreError> {
        for place in &self.0 {
            if identity(&place.path).ok() != Some(place.identity) {
                return Err(StoreError::Gone(place.path.clone()));
            }
        }
        Ok(())
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}
