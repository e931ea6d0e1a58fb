//! Whose files are read and changed.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A machine: this one, or one whose files lie under a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    root: PathBuf,
}

impl Host {
    /// This machine.
    #[must_use]
    pub fn this() -> Self {
        Self::under("/")
    }

    /// The one whose root is the folder `root`.
    #[must_use]
    pub fn under(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where its file `path` lies, which begins with `/`.
    #[must_use]
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// What its regular file `path` holds; links are followed. Waits for no pipe.
    ///
    /// # Errors
    /// If it is not there, may not be read, is something else, or is larger than any such file is.
    pub fn read(&self, path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        crate::replace::read(&self.path(path))
    }

    /// Whether its programs can be asked: only those of this machine.
    #[must_use]
    pub fn is_this(&self) -> bool {
        self.root == Path::new("/")
    }

    /// Where on the host its file `path` really lies: links are followed, also those whose end is not
    /// there. They never lead out of the host's root.
    ///
    /// # Errors
    /// If a folder on the way cannot be read, or the links go in circles.
    pub fn resolve(&self, path: impl AsRef<Path>) -> io::Result<PathBuf> {
        let mut resolved = PathBuf::from("/");
        let mut rest = path.as_ref().to_owned();
        for _ in 0..LINKS {
            let mut parts = rest.components();
            let Some(part) = parts.next() else {
                return Ok(resolved);
            };
            let after = parts.as_path().to_owned();
            match part {
                Component::ParentDir => drop(resolved.pop()),
                Component::Normal(name) => {
                    resolved.push(name);
                    if let Some(target) = link(&self.path(&resolved))? {
                        resolved.pop();
                        if target.is_absolute() {
                            resolved = PathBuf::from("/");
                        }
                        rest = target.join(after);
                        continue;
                    }
                }
                Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
            }
            rest = after;
        }
        Err(io::Error::other("too many links, or folders, on the way"))
    }
}

/// How many folders and links a path may go through.
const LINKS: usize = 256;

/// Where the link at `path` leads, if it is one.
fn link(path: &Path) -> io::Result<Option<PathBuf>> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => fs::read_link(path).map(Some),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(None),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A host with these files, as long as the folder is there.
    pub(crate) fn host_with(files: &[(&str, &str)]) -> (tempfile::TempDir, Host) {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::under(folder.path());
        for (path, text) in files {
            let path = host.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        (folder, host)
    }

    #[test]
    fn only_regular_files_are_read_and_none_without_end() {
        let root = tempfile::TempDir::new().unwrap();
        let host = Host::under(root.path());
        fs::write(host.path("/file"), "text").unwrap();
        symlink("file", host.path("/link")).unwrap();
        assert_eq!(host.read("/link").unwrap(), b"text");
        let pipe = host.path("/pipe");
        let made = crate::run(&["mkfifo", pipe.to_str().unwrap()], 5).unwrap();
        assert!(made.is_success(), "{made:?}");
        assert!(host.read("/pipe").is_err());
        symlink("/dev/zero", host.path("/endless")).unwrap();
        assert!(host.read("/endless").is_err());
        let long = fs::File::create(host.path("/long")).unwrap();
        long.set_len(1 << 30).unwrap();
        assert!(host.read("/long").is_err());
    }

    #[test]
    fn links_are_followed_and_never_out_of_the_root() {
        let root = tempfile::TempDir::new().unwrap();
        let host = Host::under(root.path());
        fs::create_dir_all(host.path("/etc/real")).unwrap();
        fs::write(host.path("/etc/real/file"), "").unwrap();
        symlink("real", host.path("/etc/pam.d")).unwrap();
        symlink("/etc/real/file", host.path("/etc/real/whole")).unwrap();
        symlink("../../../../etc/pam.d/new", host.path("/etc/real/out")).unwrap();
        symlink("circle", host.path("/etc/circle")).unwrap();
        for (path, real) in [
            ("/etc/pam.d/file", "/etc/real/file"),
            ("/etc/pam.d/whole", "/etc/real/file"),
            ("/etc/pam.d/out", "/etc/real/new"),
            ("/etc/pam.d/missing", "/etc/real/missing"),
        ] {
            assert_eq!(host.resolve(path).unwrap(), Path::new(real), "{path}");
        }
        assert!(host.resolve("/etc/circle").is_err());
    }
}
