//! The master key: 32 random bytes in a file that only root reads.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The name of the key among systemd's credentials.
const CREDENTIAL: &str = "proauthd.key";

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
}

/// The key that all others are made from. Wiped when dropped; cannot be printed.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in systemd's credentials folder if it is there, else the one at `path`; `None` if
    /// there is neither.
    ///
    /// # Errors
    /// If there is one that cannot be used: never falls back to another.
    pub fn find(path: &Path, credentials: Option<&Path>) -> Result<Option<Self>, KeyError> {
        if let Some(folder) = credentials
            && let Some(key) = read(&folder.join(CREDENTIAL))?
        {
            return Ok(Some(key));
        }
        read(path)
    }

    /// Makes a new key at `path`, where none is, durable when this returns.
    ///
    /// # Errors
    /// If it cannot be written, or one is there already.
    pub fn make(path: &Path) -> Result<Self, KeyError> {
        let failed = |error| KeyError::Io(path.to_owned(), error);
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|error| failed(error.into()))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(folder).map_err(failed)?;
        // First under another name: a key that is there is a whole one.
        let draft = path.with_extension("new");
        let write = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&draft)?;
            file.write_all(bytes.as_slice())?;
            file.sync_all()?;
            std::fs::hard_link(&draft, path)?;
            std::fs::remove_file(&draft)?;
            File::open(folder)?.sync_all()
        };
        write().map_err(failed)?;
        Ok(Self(bytes))
    }
}

fn read(path: &Path) -> Result<Option<MasterKey>, KeyError> {
    let failed = |error| KeyError::Io(path.to_owned(), error);
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    let metadata = file.metadata().map_err(failed)?;
    if metadata.mode() & 0o077 != 0 || metadata.uid() != nix::unistd::geteuid().as_raw() {
        return Err(KeyError::Exposed(path.to_owned()));
    }
    if metadata.len() != 32 {
        return Err(KeyError::Length(path.to_owned()));
    }
    let mut bytes = Zeroizing::new([0; 32]);
    file.read_exact(bytes.as_mut_slice()).map_err(failed)?;
    Ok(Some(MasterKey(bytes)))
}
