//! One file, replaced as a whole or not at all, also if power is lost: what is to be there is
//! written beside it, made durable, and renamed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::OFlags;

use crate::attributes::Attributes;

/// More than any file of PAM or sshd has; bytes.
const LIMIT: u64 = 4 << 20;

/// Puts `text` in place of what the regular file at `path` holds, whose mode, owner and extended
/// attributes it gets. A file that is not there yet gets the mode 0644 and what its folder gives.
///
/// # Errors
/// If that cannot be done whole: then nothing has changed. Also if `path` is a link, a folder or the
/// like.
pub fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let kept = match look(path)? {
        Found::Missing => None,
        Found::File(file) => Some(file.attributes),
        Found::Other(what) => return Err(io::Error::other(format!("it is {what}"))),
    };
    Temp::written(path, NEW, text, kept.map(now).as_ref(), Xattrs::All)?.put()
}

/// `attributes` of a file that is changed now.
pub(crate) fn now(attributes: Attributes) -> Attributes {
    Attributes {
        modified: None,
        ..attributes
    }
}

/// What is at a path.
#[derive(Debug)]
pub(crate) enum Found {
    Missing,
    File(Regular),
    /// What else, as people call it.
    Other(&'static str),
}

/// A regular file.
#[derive(Debug)]
pub(crate) struct Regular {
    pub(crate) text: Vec<u8>,
    pub(crate) attributes: Attributes,
}

/// Looks, and follows no link at the end of `path`.
pub(crate) fn look(path: &Path) -> io::Result<Found> {
    let about = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
        about => about?,
    };
    let kind = about.file_type();
    if kind.is_symlink() {
        return Ok(Found::Other("a link"));
    } else if kind.is_dir() {
        return Ok(Found::Other("a folder"));
    } else if !kind.is_file() {
        return Ok(Found::Other("no regular file"));
    }
    let file = open(path)?;
    let mut text = Vec::new();
    (&file).take(LIMIT + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LIMIT {
        return Err(io::Error::other("it is too large"));
    }
    let attributes = Attributes::of(&file)?;
    Ok(Found::File(Regular { text, attributes }))
}

/// Opens a regular file to read it; follows no link, and waits for no pipe.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.bits().cast_signed());
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    Ok(file)
}

/// What a regular file holds, to which links may lead.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Asked first: devices may do something when they are opened.
    let is_regular = |about: fs::Metadata| match about.is_file() {
        true => Ok(()),
        false => Err(io::Error::other("it is no regular file")),
    };
    is_regular(fs::metadata(path)?)?;
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    is_regular(file.metadata()?)?;
    let mut text = Vec::new();
    (&file).take(LIMIT + 1).read_to_end(&mut text)?;
    match text.len() as u64 > LIMIT {
        true => Err(io::Error::other("it is too large")),
        false => Ok(text),
    }
}

/// How the name of what is written beside a file ends, while something is put in.
pub(crate) const NEW: &str = "proauth-new";

/// The same while something is put back, before what tells those who do so at the same time apart.
const BACK: &str = "proauth-back.";

/// How the name of what this one puts back ends: what others write is not renamed half written.
pub(crate) fn back() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{BACK}{}.{number}", std::process::id())
}

/// Removes what was to be put back to `path` and was left beside it when power was lost. Whoever is
/// about to put it there finds it gone, and looks again.
pub(crate) fn remove_left_beside(path: &Path) -> io::Result<()> {
    let folder = match fs::read_dir(path.parent().unwrap_or(Path::new("/"))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        folder => folder?,
    };
    let left = beside(path, BACK);
    let prefix = left.file_name().unwrap_or_default().as_encoded_bytes();
    for entry in folder {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(prefix) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Where it is written: no program reads a file of such a name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// What shall happen to extended attributes that a file does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Xattrs {
    /// Then it is not written.
    All,
    /// It is written without them: better than not at all.
    IfPossible,
}

/// A file that is written, durable, and not in its place yet. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Temp {
    at: PathBuf,
    place: PathBuf,
    /// The extended attributes that it did not take.
    pub(crate) refused: Vec<String>,
    /// Whether it stays where it is unless it is put into its place.
    stays: bool,
}

impl Temp {
    /// Writes `text` beside `place`. One that was left there when power was lost goes.
    pub(crate) fn written(
        place: &Path,
        ending: &str,
        text: &[u8],
        attributes: Option<&Attributes>,
        xattrs: Xattrs,
    ) -> io::Result<Self> {
        let at = beside(place, ending);
        remove(&at)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut file = options.open(&at)?;
        // From here on it is removed again unless it is put into its place.
        let mut temp = Self {
            at,
            place: place.to_owned(),
            refused: Vec::new(),
            stays: false,
        };
        file.write_all(text)?;
        match attributes {
            Some(attributes) => temp.refused = attributes.give_to(&file)?,
            None => file.set_permissions(fs::Permissions::from_mode(0o644))?,
        }
        if xattrs == Xattrs::All && !temp.refused.is_empty() {
            let names = temp.refused.join(", ");
            return Err(io::Error::other(format!("cannot keep its {names}")));
        }
        file.sync_all()?;
        Ok(temp)
    }

    /// The file `at`, which becomes the one at `place` and stays until then.
    pub(crate) fn kept(at: &Path, place: &Path, attributes: &Attributes) -> io::Result<Self> {
        let file = open(at)?;
        let refused = attributes.give_to(&file)?;
        file.sync_all()?;
        Ok(Self {
            at: at.to_owned(),
            place: place.to_owned(),
            refused,
            stays: true,
        })
    }

    /// Puts it into its place.
    pub(crate) fn put(self) -> io::Result<()> {
        fs::rename(&self.at, &self.place)?;
        sync_folder_of(&self.place)
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.stays {
            // It may be in its place by now.
            let _ = remove(&self.at);
        }
    }
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    // Asked first, so that a read-only disk has nothing to say about what is not there.
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Makes durable which names the folder of `path` has.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    File::open(folder)?.sync_all()
}
