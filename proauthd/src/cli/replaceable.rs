//! Whether a file of the key can be replaced and removed, before anything depends on that.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use crate::messages;

/// All that is mounted, as this process sees it (proc(5)).
const MOUNTS: &str = "/proc/self/mountinfo";

/// Checks that what is at `path` is nothing, or a file that a rename replaces and a removal removes:
/// no link, which would leave the key where it points to, and no mount point, which stays.
///
/// # Errors
/// Why not, and what to do, as a sentence.
pub fn check(path: &Path) -> Result<(), String> {
    let mounts = fs::read(MOUNTS);
    let mounts = mounts.map_err(|error| messages::key_not_replaceable(path, &error))?;
    check_among(path, &mounts).map_err(|error| messages::key_not_replaceable(path, &error))
}

/// The same, with what is mounted.
fn check_among(path: &Path, mounts: &[u8]) -> io::Result<()> {
    let about = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        about => about?,
    };
    if about.is_symlink() {
        return Err(io::Error::other("it is a symbolic link"));
    }
    if !about.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    // Mounts are listed without the links on the way to them.
    let path = fs::canonicalize(path)?;
    match mount_points(mounts).any(|point| point == path) {
        true => Err(io::Error::other(
            "it is mounted there, such as a container's secret",
        )),
        false => Ok(()),
    }
}

fn mount_points(mounts: &[u8]) -> impl Iterator<Item = PathBuf> {
    let fields = mounts.split(|byte| *byte == b'\n');
    let fields = fields.filter_map(|line| line.split(|byte| *byte == b' ').nth(4));
    fields.map(unescaped)
}

/// With the characters for `\040` and its like.
fn unescaped(field: &[u8]) -> PathBuf {
    let mut parts = field.split(|byte| *byte == b'\\');
    let mut path = parts.next().unwrap_or_default().to_vec();
    for part in parts {
        let octal = part.split_at_checked(3).and_then(|(digits, rest)| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 8).ok()?, rest))
        });
        match octal {
            Some((byte, rest)) => {
                path.push(byte);
                path.extend_from_slice(rest);
            }
            None => {
                path.push(b'\\');
                path.extend_from_slice(part);
            }
        }
    }
    PathBuf::from(OsString::from_vec(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn said(path: &Path, mounts: &str) -> String {
        let checked = check_among(path, mounts.as_bytes());
        checked.map_or_else(|error| error.to_string(), |()| "plain".to_owned())
    }

    #[test]
    fn a_plain_file_or_none_can_be_replaced_and_a_link_or_a_folder_cannot() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("key"), "").unwrap();
        symlink(path("key"), path("link")).unwrap();
        symlink(path("nothing"), path("dangling")).unwrap();
        fs::create_dir(path("folder")).unwrap();
        assert_eq!(said(&path("key"), ""), "plain");
        assert_eq!(said(&path("none"), ""), "plain");
        assert!(said(&path("link"), "").contains("symbolic link"));
        assert!(said(&path("dangling"), "").contains("symbolic link"));
        assert!(said(&path("folder"), "").contains("not a file"));
        check(&path("key")).unwrap();
    }

    #[test]
    fn what_is_mounted_is_seen_through_blanks_and_links() {
        let folder = tempfile::TempDir::new().unwrap();
        let real = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(real.join("a b")).unwrap();
        symlink(real.join("a b"), real.join("way")).unwrap();
        let key = real.join("a b/key");
        fs::write(&key, "").unwrap();
        let escaped = key.to_str().unwrap().replace(' ', "\\040");
        let mounts = format!(
            "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
             30 22 8:1 /secrets/key {escaped} ro - ext4 /dev/sda1 rw\n"
        );
        for path in [&key, &real.join("way/key")] {
            assert!(
                said(path, &mounts).contains("mounted"),
                "{}",
                path.display()
            );
        }
        fs::write(real.join("a b/key.next"), "").unwrap();
        assert_eq!(said(&real.join("a b/key.next"), &mounts), "plain");
    }
}
