//! What a try of SSH needs on disk: a key for the client, and the host keys that it takes.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::may;
use crate::sshd::Effective;
use crate::{run, sshd};

/// Where it lies while it is needed.
const FOLDER: &str = "/run/proauth-probe";

/// By which name the client knows this machine.
pub(super) const THIS_HOST: &str = "proauth-probe";

/// A key that exists for this try. Dropping it removes it.
#[derive(Debug)]
pub struct Key(PathBuf);

impl Key {
    /// Makes one of a kind that sshd takes by the settings `effective`.
    ///
    /// # Errors
    /// If `ssh-keygen` is not there, or cannot write it, or makes none of those.
    pub fn make(effective: &Effective) -> io::Result<Self> {
        let key = Self(PathBuf::from(FOLDER));
        key.remove()?;
        // sshd reads the public half as the user who logs in.
        DirBuilder::new().mode(0o755).create(FOLDER)?;
        fs::set_permissions(FOLDER, Permissions::from_mode(0o755))?;
        let private = key.private();
        generate(&private, effective)?;
        let public = fs::read(format!("{private}.pub"))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o644);
        let mut file = options.open(key.authorized())?;
        file.write_all(b"restrict ")?;
        file.write_all(&public)?;
        file.set_permissions(Permissions::from_mode(0o644))?;
        Ok(key)
    }

    /// Has the client know the host keys that sshd has under `config`, so that it types at nobody
    /// else.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub(super) fn know_this_host(&self, config: &Path) -> io::Result<()> {
        let effective = sshd::effective(config, None).map_err(io::Error::other)?;
        let mut known = String::new();
        for file in effective.all("hostkey") {
            let ran = run(&["ssh-keygen", "-y", "-P", "", "-f", file], 30)?;
            let public = match ran.is_success() {
                true => Some(ran.stdout),
                false => beside(file),
            };
            if let Some(public) = public {
                known.push_str(&format!("{THIS_HOST} {}\n", public.trim()));
            }
        }
        if known.is_empty() {
            return Err(io::Error::other("no host key of sshd can be read"));
        }
        fs::write(self.known_hosts(), known)
    }

    pub(super) fn known_hosts(&self) -> String {
        self.0.join("known_hosts").display().to_string()
    }

    pub(super) fn private(&self) -> String {
        self.0.join("key").display().to_string()
    }

    pub(super) fn authorized(&self) -> String {
        self.0.join("authorized_keys").display().to_string()
    }

    fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The best that `ssh-keygen` makes: where cryptography is restricted, it refuses some.
fn generate(private: &str, effective: &Effective) -> io::Result<()> {
    let mut why = "sshd takes no key of a kind that ssh-keygen makes".to_owned();
    for kind in may::kinds(effective) {
        let common = ["-q", "-N", "", "-C", "proauth", "-f", private];
        let ran = run(&[&["ssh-keygen"], kind, &common[..]].concat(), 60)?;
        if ran.is_success() {
            return Ok(());
        }
        why = ran.complaint();
    }
    Err(io::Error::other(why))
}

/// The public half of a host key whose private one an agent or a device keeps: `HostKey` may name
/// either.
fn beside(file: &str) -> Option<String> {
    let name = file.strip_suffix(".pub").unwrap_or(file);
    let text = crate::replace::read(Path::new(&format!("{name}.pub"))).ok()?;
    let text = String::from_utf8(text).ok()?;
    text.lines().next().map(str::to_owned)
}

impl Drop for Key {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_half_of_a_host_key_is_found_by_either_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("host").display().to_string();
        assert_eq!(beside(&file), None);
        fs::write(format!("{file}.pub"), "ssh-ed25519 AAAA comment\n").unwrap();
        for name in [file.clone(), format!("{file}.pub")] {
            let found = beside(&name);
            assert_eq!(found.as_deref(), Some("ssh-ed25519 AAAA comment"));
        }
    }
}
