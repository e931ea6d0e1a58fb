//! The files of PAM: those of a host, and what is to be written over them.

use std::collections::BTreeMap;
use std::io;

use crate::Host;

/// Where libpam looks for a service, in this order.
const FOLDERS: [&str; 3] = ["/etc/pam.d", "/usr/lib/pam.d", "/usr/share/pam.d"];

/// Where modules lie that are named without a path, where distributions put them.
const SECURITY: [&str; 6] = [
    "/lib/x86_64-linux-gnu/security",
    "/usr/lib/x86_64-linux-gnu/security",
    "/usr/lib/aarch64-linux-gnu/security",
    "/usr/lib64/security",
    "/usr/lib/security",
    "/lib/security",
];

/// The files of a host, as they are or as they are planned.
#[derive(Debug, Clone)]
pub struct Files<'a> {
    host: &'a Host,
    planned: BTreeMap<String, Vec<u8>>,
}

impl<'a> Files<'a> {
    /// As they are.
    #[must_use]
    pub fn of(host: &'a Host) -> Self {
        Self {
            host,
            planned: BTreeMap::new(),
        }
    }

    /// With `text` as the file `path`.
    #[must_use]
    pub fn with(mut self, path: &str, text: Vec<u8>) -> Self {
        self.planned.insert(path.to_owned(), text);
        self
    }

    /// The file that libpam reads for `name`, a service or what an include names, and its text;
    /// none if there is none.
    pub(super) fn find(&self, name: &str) -> io::Result<Option<(String, String)>> {
        if name.starts_with('/') {
            return self.read(name);
        }
        for folder in FOLDERS {
            let found = self.read(&format!("{folder}/{name}"))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn read(&self, path: &str) -> io::Result<Option<(String, String)>> {
        let text = match self.planned.get(path) {
            Some(text) => text.clone(),
            None => match self.host.read(path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        let text = String::from_utf8_lossy(&text).into_owned();
        Ok(Some((path.to_owned(), text)))
    }

    /// Whether there is a module that a line calls `name`.
    pub(super) fn has_module(&self, name: &str) -> bool {
        let there = |path: &str| self.host.path(path).exists();
        match name.starts_with('/') {
            true => there(name),
            false => SECURITY.iter().any(|at| there(&format!("{at}/{name}"))),
        }
    }

    /// Where the module lies that a line calls `name`.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<String> {
        let mut places = SECURITY.iter().map(|at| format!("{at}/{name}"));
        places.find(|path| self.host.path(path).exists())
    }

    /// The services that have a file, by name.
    #[must_use]
    pub fn services(&self) -> Vec<String> {
        let mut names: Vec<String> = FOLDERS
            .iter()
            .filter_map(|folder| std::fs::read_dir(self.host.path(folder)).ok())
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names.dedup();
        names
    }
}
