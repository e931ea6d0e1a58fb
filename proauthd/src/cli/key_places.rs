//! Where the key of the store is kept, and how it gets there: as a file, or sealed to this machine.
//!
//! A new key is durable at the place of the next key before the daemon hears of it, and stays there
//! until the daemon needs no other. Then it is moved into its place, and only after that everything
//! else goes. So there is no moment at which the keys of the store's marks are not in places where
//! the next daemon looks: see `store::keyring`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::{replaceable, systemd_creds};
use crate::messages;
use crate::store::key::{MasterKey, sync_folder_of};
use crate::store::keyring::next_to;
use crate::store::mark_of;

/// How a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In a file that only root reads.
    File,
    /// Sealed to this machine, as a credential of systemd.
    Credential,
}

/// The places of the store's key.
pub struct Places {
    file: PathBuf,
    /// That of the daemon's unit; `None` for a daemon that is not the unit's, which must not take
    /// or remove a key of another store.
    sealed: Option<PathBuf>,
}

impl Places {
    /// With `file` as the setting `key.path`, of a daemon that is that of the unit or not.
    pub fn new(file: PathBuf, is_units: bool) -> Self {
        Self {
            file,
            sealed: is_units.then(systemd_creds::place),
        }
    }

    /// The place of `kind`.
    fn of(&self, kind: Kind) -> Option<&Path> {
        match kind {
            Kind::File => Some(&self.file),
            Kind::Credential => self.sealed.as_deref(),
        }
    }

    /// All places.
    fn all(&self) -> impl Iterator<Item = (Kind, &Path)> {
        let with_path = |kind| Some((kind, self.of(kind)?));
        [Kind::File, Kind::Credential]
            .into_iter()
            .filter_map(with_path)
    }

    /// Where the key of `mark` is, if it is in its place.
    pub fn place_of(&self, mark: &[u8]) -> Option<(Kind, &Path)> {
        self.all().find(|(kind, path)| holds(*kind, path, mark))
    }

    /// Likewise, if it waits at the place of the next key; gives the place it is to get into.
    pub fn place_of_next(&self, mark: &[u8]) -> Option<(Kind, &Path)> {
        self.all()
            .find(|(kind, path)| holds(*kind, &next_to(path), mark))
    }

    /// Checks, before anything depends on it, that [`Self::put_next`] writes over nothing that may be
    /// the key of `mark`, and that [`Self::settle`] can replace and remove what is in the places.
    ///
    /// # Errors
    /// What stands in the way, and what to do about it, as a sentence.
    pub fn check(&self, mark: &[u8]) -> Result<(), String> {
        for (_, place) in self.all() {
            replaceable::check(place)?;
            replaceable::check(&next_to(place))?;
        }
        if self.place_of(mark).is_some() || self.place_of_next(mark).is_some() {
            return Ok(());
        }
        let nexts = self.all().map(|(kind, path)| (kind, next_to(path)));
        match nexts
            .into_iter()
            .find(|(kind, next)| is_unreadable(*kind, next))
        {
            Some((_, next)) => Err(messages::next_key_unreadable(&next)),
            None => Ok(()),
        }
    }

    /// Makes `key` durable at the place of the next key.
    ///
    /// # Errors
    /// Why that is not possible, as a clause.
    pub fn put_next(&self, kind: Kind, key: &MasterKey) -> Result<(), String> {
        match kind {
            Kind::Credential if self.sealed.is_none() => Err(messages::sealed_is_units()),
            Kind::Credential => systemd_creds::seal_next(key),
            Kind::File => {
                let next = next_to(&self.file);
                let written = key.write(&next);
                written.map_err(|error| messages::key_not_written(&next, &error))
            }
        }
    }

    /// Moves the next key into its place where it is the one of `mark`, and removes all others once
    /// that one is in a place. Gives that place.
    ///
    /// # Errors
    /// If it is in none, or the disk fails; then nothing is removed that was the key.
    pub fn settle(&self, mark: &[u8]) -> Result<(Kind, &Path), Failure> {
        if let Some((_, place)) = self.place_of_next(mark) {
            let moved = fs::rename(next_to(place), place).and_then(|()| sync_folder_of(place));
            moved.map_err(|error| cannot(place, &error))?;
        }
        let (kind, place) = self
            .place_of(mark)
            .ok_or_else(|| Failure::Unable(messages::new_key_not_found()))?;
        for (_, other) in self.all() {
            remove(&next_to(other))?;
            if other != place {
                remove(other)?;
            }
        }
        Ok((kind, place))
    }
}

fn holds(kind: Kind, path: &Path, mark: &[u8]) -> bool {
    read(kind, path).is_some_and(|key| mark_of(&key) == mark)
}

fn read(kind: Kind, path: &Path) -> Option<MasterKey> {
    match kind {
        Kind::File => MasterKey::read(path).ok().flatten(),
        Kind::Credential => systemd_creds::unseal(path),
    }
}

/// Whether something is there that may be any key.
fn is_unreadable(kind: Kind, path: &Path) -> bool {
    let about = path.symlink_metadata();
    let is_missing = about.is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    !is_missing && read(kind, path).is_none()
}

fn remove(path: &Path) -> Result<(), Failure> {
    let removed = match fs::remove_file(path) {
        Ok(()) => sync_folder_of(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    removed.map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::Unable(messages::key_not_written(path, error))
}

#[cfg(test)]
#[path = "key_places_tests.rs"]
mod tests;
