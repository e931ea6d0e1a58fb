//! Whether there is room for records: a code that cannot be used up is not accepted.

use std::path::Path;

use crate::Finding;
use crate::messages::doctor_system as say;

const MEGABYTE: u64 = 1 << 20;
const FULL: u64 = 10;
const LOW: u64 = 100;

/// The free room where `store` lies.
pub fn look(store: &Path) -> Option<Finding> {
    // The folder of a store that is still to be made.
    let folder = store.ancestors().skip(1).find(|folder| folder.exists())?;
    let room = rustix::fs::statvfs(folder).ok()?;
    let megabytes = room.f_bavail.saturating_mul(room.f_frsize) / MEGABYTE;
    let folder = folder.to_string_lossy();
    Some(match megabytes {
        ..FULL => say::disk_full(&folder, megabytes),
        FULL..LOW => say::disk_low(&folder, megabytes),
        _ => say::disk_right(&folder, megabytes),
    })
}
