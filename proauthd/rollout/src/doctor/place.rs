//! Whether files that root relies on are root's alone to change.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::messages::doctor_system as say;
use crate::{Finding, Host};

const ROOT: u32 = 0;
const OTHERS_WRITE: u32 = 0o022;

/// The files of a folder, and the folder.
pub fn look(host: &Host, folder: &str) -> Vec<Finding> {
    let entries = fs::read_dir(host.path(folder)).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut paths: Vec<String> = names.map(|name| format!("{folder}/{name}")).collect();
    paths.push(folder.to_owned());
    paths.sort();
    let wrong = |path: &String| Some(say::writable(path, &complaint(&host.path(path))?));
    paths.iter().filter_map(wrong).collect()
}

/// Why others than root can change it; none if they cannot, or if it is not there.
pub fn complaint(path: &Path) -> Option<String> {
    let found = fs::metadata(path).ok()?;
    if found.uid() != ROOT {
        return Some(format!("it belongs to uid {}, not to root", found.uid()));
    }
    (found.mode() & OTHERS_WRITE != 0).then(|| "others than root can write to it".to_owned())
}
