//! The way of a new key from the command that made it durable to the daemon: a named pipe, so that
//! neither the bus, which others may listen to, nor a disk ever has it. The daemon takes no
//! descriptors over the bus (see `bus::socket`), and this does not change that.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::{geteuid, mkfifo};
use zeroize::Zeroizing;

use crate::store::key::{KEY_LEN, MasterKey};

/// Where the pipe is, in a folder that only root writes to.
pub const PIPE: &str = "/run/proauth-rekey";

/// A key that lies in the pipe until it is taken, or this is dropped.
#[derive(Debug)]
pub struct Offer<'a> {
    path: &'a Path,
    _pipe: File,
}

impl<'a> Offer<'a> {
    /// Puts `key` into a new pipe at `path`, in place of one that was left there.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn make(path: &'a Path, key: &MasterKey) -> io::Result<Self> {
        remove(path)?;
        mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        // For both directions: then there is always a reader, and nothing waits (fifo(7)).
        let mut pipe = open(OpenOptions::new().read(true).write(true), path)?;
        pipe.write_all(key.as_bytes())?;
        Ok(Self { path, _pipe: pipe })
    }
}

impl Drop for Offer<'_> {
    fn drop(&mut self) {
        // What was not taken is gone with the last who has it open.
        let _ = remove(self.path);
    }
}

/// Takes the key out of the pipe at `path`; `None` if there is none, or anything but a key in it.
pub fn take(path: &Path) -> Option<MasterKey> {
    let mut pipe = open(OpenOptions::new().read(true), path).ok()?;
    let about = pipe.metadata().ok()?;
    let is_ours = about.uid() == geteuid().as_raw() && about.mode() & 0o077 == 0;
    if !about.file_type().is_fifo() || !is_ours {
        return None;
    }
    let mut bytes = Zeroizing::new([0; KEY_LEN + 1]);
    let length = pipe.read(bytes.as_mut_slice()).ok()?;
    MasterKey::from_bytes(bytes.get(..length)?)
}

/// Removes a pipe that was left at `path`. What was in it is gone since nobody has it open.
///
/// # Errors
/// If the system refuses.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW;
    options.custom_flags(flags.bits()).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_once_and_what_is_none_is_not_taken() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("pipe");
        assert!(take(&path).is_none(), "there is nothing");
        let key = MasterKey::new_random().unwrap();
        let offer = Offer::make(&path, &key).unwrap();
        assert_eq!(take(&path).unwrap().as_bytes(), key.as_bytes());
        assert!(take(&path).is_none(), "it was taken");
        drop(offer);
        assert!(!path.exists());
        fs::write(&path, key.as_bytes()).unwrap();
        assert!(take(&path).is_none(), "it is no pipe");
        let _offer = Offer::make(&path, &key).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o620)).unwrap();
        assert!(take(&path).is_none(), "others can write into it");
    }
}
