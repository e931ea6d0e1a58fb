//! The master key: 32 random bytes in a file that only root reads. [`keyring`](super::keyring) knows
//! where those files are.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// How long a key is, in bytes.
pub const KEY_LEN: usize = 32;

/// Why there is no key to use, where there should be one.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or written.
    #[error("cannot use the key {path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    /// It is not 32 bytes long.
    #[error(
        "the key {path} is not 32 bytes long: it is damaged, restore it from a backup",
        path = .0.display()
    )]
    Length(PathBuf),
    /// Others can read it or own it.
    #[error(
        "the key {path} is open to others: run `chown root {path} && chmod 600 {path}`, and \
         consider the secrets in the store as known",
        path = .0.display()
    )]
    Exposed(PathBuf),
    /// It is sealed, and nobody unsealed it.
    #[error(
        "the key is sealed at {path}, and the service manager has not handed it over; start the \
         daemon by its unit (`systemctl start proauthd`), and look whether that takes the credential",
        path = .0.display()
    )]
    NotHandedOver(PathBuf),
}

/// The key that all others are made from. Wiped when dropped; cannot be printed.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A new one.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn new_random() -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::from)?;
        Ok(Self(bytes))
    }

    /// The key of these bytes; `None` if they are not [`KEY_LEN`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        if bytes.len() != KEY_LEN {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    /// The key at `path`; `None` if there is none.
    ///
    /// # Errors
    /// If there is one that cannot be used.
    pub fn read(path: &Path) -> Result<Option<Self>, KeyError> {
        let failed = |error| KeyError::Io(path.to_owned(), error);
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        let metadata = file.metadata().map_err(failed)?;
        if metadata.mode() & 0o077 != 0 || metadata.uid() != nix::unistd::geteuid().as_raw() {
            return Err(KeyError::Exposed(path.to_owned()));
        }
        if metadata.len() != KEY_LEN as u64 {
            return Err(KeyError::Length(path.to_owned()));
        }
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        file.read_exact(bytes.as_mut_slice()).map_err(failed)?;
        Ok(Some(Self(bytes)))
    }

    /// Makes a new key at `path`, where none is, durable when this returns.
    ///
    /// # Errors
    /// If it cannot be written, or one is there already.
    pub fn make(path: &Path) -> Result<Self, KeyError> {
        let failed = |error| KeyError::Io(path.to_owned(), error);
        let key = Self::new_random().map_err(failed)?;
        let write = || {
            let draft = key.write_draft(path)?;
            std::fs::hard_link(&draft, path)?;
            std::fs::remove_file(&draft)?;
            sync_folder_of(path)
        };
        write().map_err(failed)?;
        Ok(key)
    }

    /// Writes the key to `path`, in place of what is there, durable when this returns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let draft = self.write_draft(path)?;
        std::fs::rename(draft, path)?;
        sync_folder_of(path)
    }

    /// First under another name: a key that is there is a whole one.
    fn write_draft(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::create_dir_all(folder_of(path))?;
        let draft = path.with_extension("new");
        // Nobody else has this file open, and its mode is the one we give it.
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(self.as_bytes())?;
        file.sync_all()?;
        Ok(draft)
    }
}

/// Makes durable what names the folder of `path` has.
///
/// # Errors
/// If the disk does not say so.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}
