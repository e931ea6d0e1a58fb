//! What `pam-auth-update` would make of its files: it is run on a copy, so that all that changes
//! are files, which can be shown beforehand and put back.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::messages::Refused;
use crate::{Host, run};

/// The profile, by its name in `/usr/share/pam-configs`.
const PROFILE: &str = "proauth";

/// Where what it reads and writes lies.
const FOLDERS: [&str; 4] = [
    "/etc/pam.d",
    "/usr/share/pam-configs",
    "/usr/share/pam",
    "/var/lib/pam",
];

/// What it may change, of those.
const WRITTEN: [&str; 2] = ["/etc/pam.d", "/var/lib/pam"];

/// How long it may take, in seconds; it takes a fraction of one.
const PATIENCE: u32 = 30;

/// The files that switching our profile on or off changes, with what is to be in them.
///
/// # Errors
/// If there is no such profile, or it cannot be tried.
pub fn switched(host: &Host, on: bool) -> Result<BTreeMap<String, Vec<u8>>, Refused> {
    let profile = host.path("/usr/share/pam-configs").join(PROFILE);
    if on && !profile.exists() {
        return Err(Refused::NoProfile);
    }
    let copy = Copy::of(host).map_err(|error| Refused::NoCopy(error.to_string()))?;
    let to = if on { "--enable" } else { "--remove" };
    let answers = format!(
        "DEBCONF_DB_REPLACE=File{{{}}}",
        copy.0.join("answers").display()
    );
    let root = copy.0.display().to_string();
    let argv = [
        "env",
        &answers,
        "pam-auth-update",
        "--root",
        &root,
        "--package",
        to,
        PROFILE,
    ];
    let ran = run(&argv, PATIENCE).map_err(|error| Refused::NoCopy(error.to_string()))?;
    if !ran.is_success() {
        return Err(Refused::NoCopy(ran.complaint()));
    }
    copy.changed(host)
        .map_err(|error| Refused::NoCopy(error.to_string()))
}

/// A folder with the files, which goes away.
struct Copy(PathBuf);

impl Copy {
    fn of(host: &Host) -> io::Result<Self> {
        // Only root writes there, and whoever plans holds the lock.
        let place = host.path("/run/proauth-plan");
        match fs::remove_dir_all(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&place)?,
        }
        let copy = Self(place);
        for folder in FOLDERS {
            let to = Host::under(&copy.0).path(folder);
            fs::create_dir_all(&to)?;
            for (name, text) in files(&host.path(folder))? {
                fs::write(to.join(name), text)?;
            }
        }
        Ok(copy)
    }

    fn changed(&self, host: &Host) -> io::Result<BTreeMap<String, Vec<u8>>> {
        let mut changed = BTreeMap::new();
        for folder in WRITTEN {
            let before = files(&host.path(folder))?;
            for (name, text) in files(&Host::under(&self.0).path(folder))? {
                // A copy of what was there: it keeps one beside each file.
                let is_kept = name.ends_with(".pam-old");
                if !is_kept && before.get(&name) != Some(&text) {
                    changed.insert(format!("{folder}/{name}"), text);
                }
            }
        }
        Ok(changed)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The regular files of a folder, by name, whatever links lead to.
fn files(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let (Some(name), true) = (name, path.is_file()) {
            files.insert(name.to_owned(), fs::read(&path)?);
        }
    }
    Ok(files)
}
