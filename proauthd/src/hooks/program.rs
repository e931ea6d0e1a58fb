//! Whether a file may be run as root: nobody but root can have written it, or put it there.
//!
//! Looked at from `/` downwards. Once a folder is known to be root's alone, nobody else can change
//! what is in it while the next step is looked at.

use std::fs::{FileType, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What keeps a program from being run.
#[derive(Debug)]
pub struct Unfit {
    /// The program, or the folder or link on the way to it.
    pub path: PathBuf,
    /// What is wrong there.
    pub why: Why,
}

/// What can be wrong with a program or the way to it.
#[derive(Debug)]
pub enum Why {
    /// It cannot be looked at.
    Unreadable(io::Error),
    /// It is a symbolic link: who owns that is not who owns what it leads to.
    Link,
    /// It belongs to this uid.
    Owner(u32),
    /// Its group, or others, may write to it.
    Writable,
    /// The program is something else than a file.
    NotAFile,
    /// The program is not executable.
    NotExecutable,
}

/// Looks at the file at `path`, an absolute path, and at every folder on the way to it.
///
/// # Errors
/// With the first thing that is wrong.
pub fn check(path: &Path) -> Result<(), Unfit> {
    let mut steps: Vec<&Path> = path.ancestors().collect();
    steps.reverse();
    for step in steps {
        let looked = step.symlink_metadata().map_err(Why::Unreadable);
        let verdict = looked.and_then(|metadata| match step == path {
            true => is_roots_alone(&metadata).and_then(|()| is_program(&metadata)),
            false => is_roots_alone(&metadata),
        });
        verdict.map_err(|why| Unfit {
            path: step.to_owned(),
            why,
        })?;
    }
    Ok(())
}

/// Write access by an access control list shows in the bits of the group, too.
fn is_roots_alone(metadata: &Metadata) -> Result<(), Why> {
    if metadata.is_symlink() {
        Err(Why::Link)
    } else if metadata.uid() != 0 {
        Err(Why::Owner(metadata.uid()))
    } else if metadata.permissions().mode() & 0o022 != 0 {
        Err(Why::Writable)
    } else {
        Ok(())
    }
}

fn is_program(metadata: &Metadata) -> Result<(), Why> {
    if !FileType::is_file(&metadata.file_type()) {
        Err(Why::NotAFile)
    } else if metadata.permissions().mode() & 0o111 == 0 {
        Err(Why::NotExecutable)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_the_system_is_fit() {
        check(&Path::new("/usr/bin/env").canonicalize().unwrap()).unwrap();
    }

    #[test]
    fn what_is_wrong_is_named_with_the_place_where_it_is() {
        let unfit = check(Path::new("/usr/nonexistent/program")).unwrap_err();
        assert_eq!(unfit.path, Path::new("/usr/nonexistent"));
        assert!(matches!(unfit.why, Why::Unreadable(_)));

        let unfit = check(Path::new("/tmp/program")).unwrap_err();
        assert_eq!(unfit.path, Path::new("/tmp"));
        assert!(matches!(unfit.why, Why::Writable));

        let unfit = check(Path::new("/usr/bin")).unwrap_err();
        assert!(matches!(unfit.why, Why::NotAFile));

        let unfit = check(Path::new("/etc/passwd")).unwrap_err();
        assert!(matches!(unfit.why, Why::NotExecutable));

        let unfit = check(Path::new("/proc/self/exe")).unwrap_err();
        assert_eq!(unfit.path, Path::new("/proc/self"));
        assert!(matches!(unfit.why, Why::Link));
    }
}
