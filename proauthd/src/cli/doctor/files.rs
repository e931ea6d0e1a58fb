//! Configuration, key and records, as files.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use proauth_rollout::Finding;

use crate::cli::systemd_creds;
use crate::config::{ConfigError, Loaded};
use crate::messages::doctor as say;

/// Where the records are, if the configuration cannot be asked.
pub const STORE: &str = "/var/lib/proauth/proauth.db";

/// Likewise the key.
pub const KEY: &str = "/etc/proauth/proauthd.key";

const ROOT: u32 = 0;
const OTHERS: u32 = 0o077;
const PERMISSIONS: u32 = 0o7777;

/// Whether the configuration is right.
pub fn config(loaded: Result<Loaded, ConfigError>) -> Vec<Finding> {
    match loaded {
        Err(error) => vec![say::config_wrong(&error.to_string())],
        Ok(loaded) => {
            let complaint = crate::hooks::complaint(loaded.config.on_event.as_deref());
            let warnings = loaded
                .warnings
                .into_iter()
                .map(str::to_owned)
                .chain(complaint);
            let mut findings: Vec<Finding> = warnings.map(|w| say::config_warns(&w)).collect();
            if findings.is_empty() {
                findings.push(say::config_right());
            }
            findings
        }
    }
}

/// Whether the key is there, and root's alone.
pub fn key(path: &Path, store: &Path) -> Vec<Finding> {
    let shown = path.to_string_lossy();
    vec![match fs::symlink_metadata(path) {
        Ok(found) if found.uid() != ROOT || found.mode() & OTHERS != 0 => {
            say::key_open(&shown, found.mode() & PERMISSIONS, found.uid())
        }
        Ok(_) => say::key_right(&shown),
        Err(error) if error.kind() != io::ErrorKind::NotFound => say::key_hidden(),
        Err(_) => match (is_there(&systemd_creds::place()), is_there(store)) {
            (Some(true), _) => say::key_sealed(),
            (None, _) | (_, None) => say::key_hidden(),
            (Some(false), Some(true)) => say::key_missing(&shown),
            (Some(false), Some(false)) => say::key_none(&shown),
        },
    }]
}

/// Whether the records are there, and root's alone.
pub fn store(path: &Path) -> Vec<Finding> {
    let shown = path.to_string_lossy();
    vec![match fs::metadata(path) {
        Ok(found) if found.uid() != ROOT || found.mode() & OTHERS != 0 => {
            say::store_open(&shown, found.mode() & PERMISSIONS, found.uid())
        }
        Ok(_) => say::store_right(&shown),
        Err(error) if error.kind() == io::ErrorKind::NotFound => say::store_none(&shown),
        Err(_) => say::store_hidden(),
    }]
}

/// None where that may not be seen.
fn is_there(path: &Path) -> Option<bool> {
    path.try_exists().ok()
}
