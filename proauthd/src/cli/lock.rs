//! One `proauthd rekey` at a time, and one `proauthd protect`.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::unistd::geteuid;

use super::failure::Failure;
use crate::messages;

/// What a rekey locks, in a folder that only root writes to. It stays: whoever removed it would lock
/// another file than who has it open.
pub const REKEY: &str = "/run/proauth-rekey.lock";

/// What changes to PAM and sshd lock.
pub const ROLLOUT: &str = "/run/proauth-rollout.lock";

/// Keeps others from doing the same, until it is dropped or this process ends. Nobody else can open
/// the file, and so nobody else can hold the lock. `held` says what somebody does who holds it.
///
/// # Errors
/// If somebody holds it, or what is at `path` is not ours alone.
pub fn lock(path: &Path, held: fn() -> String) -> Result<Flock<File>, Failure> {
    let failed = |error: io::Error| Failure::Unable(messages::cannot_lock(path, &error));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    // A named pipe must not make us wait.
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = options
        .custom_flags(flags.bits())
        .open(path)
        .map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    let is_ours = about.uid() == geteuid().as_raw() && about.mode() & 0o077 == 0;
    if !is_ours || !about.is_file() {
        return Err(Failure::Unable(messages::lock_is_not_ours(path)));
    }
    Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|_| Failure::No(held()))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn it_is_held_once_and_free_again_afterwards() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("lock");
        let first = lock(&path, messages::rekey_runs).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(matches!(
            lock(&path, messages::rekey_runs),
            Err(Failure::No(_))
        ));
        drop(first);
        lock(&path, messages::rekey_runs).unwrap();
    }

    #[test]
    fn what_others_could_hold_is_not_locked() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("open"), "").unwrap();
        fs::set_permissions(path("open"), Permissions::from_mode(0o644)).unwrap();
        fs::write(path("target"), "").unwrap();
        fs::set_permissions(path("target"), Permissions::from_mode(0o600)).unwrap();
        symlink(path("target"), path("link")).unwrap();
        nix::unistd::mkfifo(&path("pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();
        for name in ["open", "link", "pipe"] {
            assert!(
                matches!(
                    lock(&path(name), messages::rekey_runs),
                    Err(Failure::Unable(_))
                ),
                "{name}"
            );
        }
    }
}
