//! What a file has beside its content: mode, owner, extended attributes, time.

use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use rustix::fs::{Timespec, Timestamps, UTIME_OMIT, XattrFlags};
use rustix::fs::{fgetxattr, flistxattr, fremovexattr, fsetxattr, futimens};
use rustix::io::Errno;

/// What the kernel computes itself: a copy of it would be wrong for any other file.
const NOT_TO_COPY: &[u8] = b"security.evm";

/// Beside this one, which a file always has where there are labels: it can be changed, not removed.
const LABEL: &[u8] = b"security.selinux";

/// An access control list, which says more than the mode.
const ACL: &[u8] = b"system.posix_acl_access";

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// Permissions, with the set-user-ID bits and the like.
    pub mode: u32,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// Names and values: labels, access control lists, and what else there is; sorted.
    pub xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    /// When the content was changed last, in seconds and nanoseconds of Unix time; none: now.
    pub modified: Option<(i64, i64)>,
}

impl Attributes {
    /// Those of an open file.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn of(file: &File) -> io::Result<Self> {
        let about = file.metadata()?;
        Ok(Self {
            mode: about.mode() & 0o7777,
            uid: about.uid(),
            gid: about.gid(),
            xattrs: xattrs(file)?,
            modified: Some((about.mtime(), about.mtime_nsec())),
        })
    }

    /// Gives them to `file`, whose content is there already. Says which extended attributes it would
    /// not take.
    ///
    /// # Errors
    /// If it does not take one of the others.
    pub fn give_to(&self, file: &File) -> io::Result<Vec<String>> {
        let about = file.metadata()?;
        if (about.uid(), about.gid()) != (self.uid, self.gid) {
            std::os::unix::fs::fchown(file, Some(self.uid), Some(self.gid))?;
        }
        // After the owner, whose change takes bits away; before the list, which may say more.
        file.set_permissions(std::fs::Permissions::from_mode(self.mode))?;
        let refused = self.give_xattrs(file)?;
        if let Some((tv_sec, tv_nsec)) = self.modified {
            let omit = Timespec {
                tv_sec: 0,
                tv_nsec: UTIME_OMIT as _,
            };
            let last_modification = Timespec {
                tv_sec,
                tv_nsec: tv_nsec as _,
            };
            let times = Timestamps {
                last_access: omit,
                last_modification,
            };
            futimens(file, &times)?;
        }
        Ok(refused)
    }

    fn give_xattrs(&self, file: &File) -> io::Result<Vec<String>> {
        let has = xattrs(file)?;
        let mut refused = Vec::new();
        for (name, _) in &has {
            let is_wanted = self.xattrs.iter().any(|(wanted, _)| wanted == name);
            // What the folder gives to each new file, as a default access control list does.
            if !is_wanted && name != LABEL && fremovexattr(file, name.as_slice()).is_err() {
                refused.push(String::from_utf8_lossy(name).into_owned());
            }
        }
        // An access control list that went with the mode it stood for.
        if has.iter().any(|(name, _)| name == ACL) {
            file.set_permissions(std::fs::Permissions::from_mode(self.mode))?;
        }
        for attribute in self.xattrs.iter().filter(|wanted| !has.contains(wanted)) {
            let (name, value) = attribute;
            if fsetxattr(file, name.as_slice(), value, XattrFlags::empty()).is_err() {
                refused.push(String::from_utf8_lossy(name).into_owned());
            }
        }
        Ok(refused)
    }
}

fn xattrs(file: &File) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let list = match sized(|buffer| flistxattr(file, buffer)) {
        Err(Errno::NOTSUP) => Vec::new(),
        list => list?,
    };
    let names = list.split(|byte| *byte == 0);
    let names = names.filter(|name| !name.is_empty() && *name != NOT_TO_COPY);
    let mut found = Vec::new();
    for name in names {
        match sized(|buffer| fgetxattr(file, name, buffer)) {
            // It went in this moment.
            Err(Errno::NODATA) => {}
            value => found.push((name.to_vec(), value?)),
        }
    }
    found.sort();
    Ok(found)
}

/// What `call` writes into a buffer that is large enough: Linux allows no larger ones.
fn sized(call: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
    let mut buffer = vec![0; 64 * 1024];
    let size = call(&mut buffer)?;
    buffer.truncate(size);
    Ok(buffer)
}
