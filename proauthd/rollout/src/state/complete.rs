//! The mark `complete`: the change was carried out to its end, and when that was. What came in before
//! it proves nothing about it.

use std::fmt::Write;
use std::io;
use std::str::FromStr;

use super::{Folder, PENDING, StateError, read_file};
use crate::Host;
use crate::replace::{NEW, Temp, Xattrs};

const NAME: &str = "complete";

/// When a change was whole: all files written, sshd told, and answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Complete {
    /// The greatest audit session then; 0 if none was known.
    pub session: u32,
    /// When, on the kernel's monotonic clock; microseconds since it booted.
    pub monotonic: u64,
    /// When; Unix time.
    pub at: u64,
}

/// Notes, durably, that what waits is whole.
///
/// # Errors
/// If nothing waits any more, or that cannot be written.
pub fn mark_complete(host: &Host, complete: Complete) -> Result<(), StateError> {
    let folder = Folder::of(host)?.ok_or(StateError::NotPending)?;
    let pending = folder.sub(PENDING)?.ok_or(StateError::NotPending)?;
    let path = pending.join(NAME);
    let text = complete.to_text();
    let written = Temp::written(&path, NEW, text.as_bytes(), None, Xattrs::All);
    match written.and_then(Temp::put) {
        // It is being put back.
        Err(_) if folder.sub(PENDING)?.is_none() => Err(StateError::NotPending),
        written => written.map_err(StateError::io(&path)),
    }
}

/// When what waits was whole; none if it is not, since who made it was cut short.
///
/// # Errors
/// If that cannot be found out.
pub fn complete(host: &Host) -> Result<Option<Complete>, StateError> {
    let folder = Folder::of(host)?.ok_or(StateError::NotPending)?;
    let pending = folder.sub(PENDING)?.ok_or(StateError::NotPending)?;
    let path = pending.join(NAME);
    let text = match read_file(&path) {
        Err(StateError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        text => text?,
    };
    let complete = Complete::parse(&String::from_utf8_lossy(&text));
    let damaged = StateError::Damaged {
        file: path,
        line: 1,
    };
    complete.map(Some).ok_or(damaged)
}

impl Complete {
    fn to_text(self) -> String {
        let Self {
            session,
            monotonic,
            at,
        } = self;
        let mut text = String::new();
        let _ = write!(
            text,
            "session {session}\nmonotonic {monotonic}\nat {at}\nend\n"
        );
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let (session, rest) = line(text, "session ")?;
        let (monotonic, rest) = line(rest, "monotonic ")?;
        let (at, rest) = line(rest, "at ")?;
        (rest == "end\n").then_some(Self {
            session,
            monotonic,
            at,
        })
    }
}

fn line<'a, T: FromStr>(text: &'a str, key: &str) -> Option<(T, &'a str)> {
    let (line, rest) = text.split_once('\n')?;
    Some((line.strip_prefix(key)?.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Complete = Complete {
        session: 7,
        monotonic: 8,
        at: 9,
    };

    #[test]
    fn what_is_written_down_is_read_again_and_nothing_less() {
        let text = WHOLE.to_text();
        assert_eq!(Complete::parse(&text), Some(WHOLE));
        for (end, _) in text.char_indices() {
            assert_eq!(Complete::parse(&text[..end]), None);
        }
    }

    #[test]
    fn only_what_waits_is_whole_and_only_once_that_was_noted() {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        std::fs::create_dir_all(host.path("/var/lib")).unwrap();
        let none = mark_complete(&host, WHOLE);
        assert!(matches!(none, Err(StateError::NotPending)), "{none:?}");
        super::super::arm(&host, &super::super::Armed::default(), &[]).unwrap();
        assert_eq!(complete(&host).unwrap(), None);
        mark_complete(&host, WHOLE).unwrap();
        assert_eq!(complete(&host).unwrap(), Some(WHOLE));
        super::super::settle(&host).unwrap();
        assert!(complete(&host).is_err());
    }
}
