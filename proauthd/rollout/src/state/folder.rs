//! The folder of the state: root's alone, or not touched.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::StateError;
use crate::Host;
use crate::replace::{remove, sync_folder_of};

/// Where it is. Not in `/var/lib/proauth`, which the daemon may write to: what root puts back must
/// not be the daemon's to choose.
const PLACE: &str = "/var/lib/proauth-rollout";

/// An open state folder.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The one of `host`, if it has one.
    pub(crate) fn of(host: &Host) -> Result<Option<Self>, StateError> {
        let path = host.path(PLACE);
        Ok(is_ours(&path)?.then_some(Self(path)))
    }

    /// The one of `host`, made if it is not there.
    pub(crate) fn made(host: &Host) -> Result<Self, StateError> {
        let path = host.path(PLACE);
        make(&path)?;
        sync_folder_of(&path).map_err(StateError::io(&path))?;
        Ok(Self(path))
    }

    /// Where its entry `name` is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Its folder `name`, if there is one.
    pub(crate) fn sub(&self, name: &str) -> Result<Option<PathBuf>, StateError> {
        let path = self.path(name);
        Ok(is_ours(&path)?.then_some(path))
    }

    /// A new folder `name` in it; one that was left there goes.
    pub(crate) fn new_sub(&self, name: &str) -> Result<PathBuf, StateError> {
        self.remove_sub(name)?;
        let path = self.path(name);
        make(&path)?;
        Ok(path)
    }

    /// Removes its folder `name`, if there is one, with what is in it.
    pub(crate) fn remove_sub(&self, name: &str) -> Result<(), StateError> {
        let path = self.path(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            // Something else of that name: it is root's to make, and not followed.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                remove(&path).map_err(StateError::io(&path))
            }
            removed => removed.map_err(StateError::io(&path)),
        }
    }

    /// Renames its folder `from`, durably. Of several who try at once, one succeeds; false for the
    /// others.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<bool, StateError> {
        let (from, to) = (self.path(from), self.path(to));
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            renamed => renamed.map_err(StateError::io(&from))?,
        }
        sync(&self.0)?;
        Ok(true)
    }
}

/// Makes durable which entries the folder `path` has.
pub(crate) fn sync(path: &Path) -> Result<(), StateError> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(StateError::io(path))
}

fn make(path: &Path) -> Result<(), StateError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.map_err(StateError::io(path))?,
    }
    is_ours(path).map(drop)
}

/// Whether there is a folder at `path`, which is refused if others could have a hand in it.
fn is_ours(path: &Path) -> Result<bool, StateError> {
    let about = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        about => about.map_err(StateError::io(path))?,
    };
    let is_ours = about.is_dir()
        && about.uid() == rustix::process::geteuid().as_raw()
        && about.mode() & 0o077 == 0;
    if is_ours {
        Ok(true)
    } else {
        Err(StateError::Foreign(path.to_owned()))
    }
}
