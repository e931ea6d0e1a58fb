//! Where keys are looked for. None of the places goes before another: the marks in the store decide
//! which key is the one. So a rekey can leave a new key in one place and the old one in another,
//! be cut off at any moment, and the next daemon finds what it needs.

use std::io;
use std::path::{Path, PathBuf};

use tracing::warn;

use super::cipher::mark_of;
use super::engine::Marks;
use super::key::{KeyError, MasterKey};

/// The name of the key among systemd's credentials.
pub const CREDENTIAL: &str = "proauthd.key";

/// The folder in which systemd looks for sealed credentials by their names.
pub const SEALED_CREDENTIALS: &str = "/etc/credstore.encrypted";

/// Where keys may lie.
#[derive(Debug, Clone, Copy)]
pub struct Lookout<'a> {
    /// The setting `key.path`.
    pub file: &'a Path,
    /// Where systemd puts unsealed credentials, if it started this process.
    pub credentials: Option<&'a Path>,
    /// Where it looks for sealed ones; `None` for a daemon that is not the unit's, whose key is never
    /// there.
    pub sealed: Option<&'a Path>,
}

impl<'a> Lookout<'a> {
    /// Only for a key in a file.
    #[cfg(test)]
    pub const fn file(file: &'a Path) -> Self {
        Self {
            file,
            credentials: None,
            sealed: None,
        }
    }

    /// Sealed keys that should be among the credentials, and are not.
    fn not_handed_over(self) -> impl Iterator<Item = PathBuf> {
        let name = Path::new(CREDENTIAL);
        let names = [name.to_owned(), next_to(name)].into_iter();
        names.filter_map(move |name| {
            let sealed = self.sealed?.join(&name);
            let credential = self.credentials.map(|folder| folder.join(&name));
            // What cannot be looked at may well be there.
            let is_sealed = sealed
                .symlink_metadata()
                .map_or_else(|error| error.kind() != io::ErrorKind::NotFound, |_| true);
            let is_here = credential.is_some_and(|path| path.exists());
            (is_sealed && !is_here).then_some(sealed)
        })
    }
}

/// The place of the next key, beside the key at `path`: a rekey keeps it there until no row needs
/// the old one.
pub fn next_to(path: &Path) -> PathBuf {
    let mut next = path.as_os_str().to_owned();
    next.push(".next");
    next.into()
}

/// The keys that were found.
pub struct Keyring {
    keys: Vec<Placed>,
    /// What is there and cannot be used.
    unfit: Vec<KeyError>,
}

struct Placed {
    place: PathBuf,
    is_next: bool,
    key: MasterKey,
    mark: [u8; 32],
}

impl Keyring {
    /// Looks everywhere. A sealed key that was not handed over is one that cannot be used.
    pub fn look(lookout: Lookout<'_>) -> Self {
        let credential = lookout.credentials.map(|folder| folder.join(CREDENTIAL));
        let places = [credential.as_deref(), Some(lookout.file)];
        let places = places.into_iter().flatten();
        let mut ring = Self {
            keys: Vec::new(),
            unfit: Vec::new(),
        };
        // Those beside the places first: the end of a rekey moves them into the places, and must
        // not do so behind our back.
        for place in places.clone() {
            ring.add(next_to(place), true);
        }
        for place in places {
            ring.add(place.to_owned(), false);
        }
        let missing = lookout.not_handed_over().map(KeyError::NotHandedOver);
        ring.unfit.extend(missing);
        ring
    }

    fn add(&mut self, place: PathBuf, is_next: bool) {
        match MasterKey::read(&place) {
            Ok(None) => {}
            Ok(Some(key)) => self.keys.push(Placed {
                mark: mark_of(&key),
                place,
                is_next,
                key,
            }),
            Err(error) => self.unfit.push(error),
        }
    }

    /// Whether there is nothing, usable or not.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.unfit.is_empty()
    }

    /// The key of `mark`.
    pub fn with_mark(&self, mark: &[u8]) -> Option<&MasterKey> {
        let fitting = self.keys.iter().find(|it| it.mark == mark);
        fitting.map(|it| &it.key)
    }

    /// Something that is there and cannot be used: perhaps the key that is missing.
    pub fn into_unfit(self) -> Option<KeyError> {
        self.unfit.into_iter().next()
    }

    /// The key for a store that has no mark yet.
    ///
    /// # Errors
    /// If there is one that cannot be used.
    pub fn for_new_store(mut self) -> Result<Option<MasterKey>, KeyError> {
        if !self.unfit.is_empty() {
            return Err(self.unfit.swap_remove(0));
        }
        self.keys.sort_by_key(|it| it.is_next);
        Ok(self.keys.into_iter().next().map(|it| it.key))
    }

    /// Says of what is here and is not the key of `marks` that it is not used.
    pub fn warn_of_strangers(&self, marks: &Marks) {
        for unfit in &self.unfit {
            warn!(event = "key_unused", "not used: {unfit}");
        }
        let own = [&marks.current, &marks.previous];
        for placed in &self.keys {
            let place = placed.place.display();
            if !own.iter().any(|it| it.as_deref() == Some(&placed.mark)) {
                warn!(
                    event = "key_unused", %place,
                    "not used: {place} is not the key of this store; if it opens no backup of yours, \
                     remove it"
                );
            } else if placed.is_next {
                warn!(
                    event = "rekey_unfinished", %place,
                    "a rekey left the key at {place}: run `proauthd rekey` to put it into its place"
                );
            }
        }
    }
}
