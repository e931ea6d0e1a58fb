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
    Some(judge(&folder.to_string_lossy(), megabytes))
}

fn judge(folder: &str, megabytes: u64) -> Finding {
    match megabytes {
        ..FULL => say::disk_full(folder, megabytes),
        FULL..LOW => say::disk_low(folder, megabytes),
        _ => say::disk_right(folder, megabytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_low_before_it_is_full() {
        let ids = [9, 10, 99, 100].map(|megabytes| judge("/var", megabytes).id);
        assert_eq!(ids, ["disk.full", "disk.low", "disk.low", "disk.right"]);
    }

    #[test]
    fn a_store_that_is_still_to_be_made_is_looked_for_above() {
        let folder = tempfile::tempdir().unwrap();
        assert!(look(&folder.path().join("proauth/proauth.db")).is_some());
    }
}
