//! Whose files are read and changed.

use std::path::{Path, PathBuf};

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

    /// Whether its programs can be asked: only those of this machine.
    #[must_use]
    pub fn is_this(&self) -> bool {
        self.root == Path::new("/")
    }
}
