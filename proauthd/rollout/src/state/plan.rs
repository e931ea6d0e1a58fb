//! The file `plan`: what was changed, and what it was before, in lines of text.

use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::str::FromStr;

use super::Armed;
use super::text::{checksum, escaped, unescaped};
use crate::attributes::Attributes;

/// The first line; the number is raised when an older roll-back could not read what follows.
const HEADER: &str = "proauth-rollout 1";

/// The last line: without it the file is not whole.
const END: &str = "end";

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) armed: Armed,
    pub(crate) files: Vec<Planned>,
}

/// A file that is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Where it is on the host.
    pub(crate) path: PathBuf,
    /// What it was before; none if it was not there.
    pub(crate) before: Option<(Attributes, Sum)>,
    /// What is written.
    pub(crate) after: Sum,
}

/// By which a copy is known to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    length: u64,
    checksum: u64,
}

impl Sum {
    pub(crate) fn of(text: &[u8]) -> Self {
        Self {
            length: text.len() as u64,
            checksum: checksum(text),
        }
    }
}

impl Plan {
    /// Of what nobody knows any more.
    pub(crate) fn unknown() -> Self {
        Self {
            armed: Armed {
                reload: true,
                ..Armed::default()
            },
            files: Vec::new(),
        }
    }

    /// As it is written down.
    pub(crate) fn to_text(&self) -> String {
        let Armed {
            boot,
            at,
            session,
            monotonic,
            seconds,
            by,
            services,
            reload,
            commands,
        } = &self.armed;
        let mut text = format!("{HEADER}\nboot {}\n", escaped(boot.as_bytes()));
        let _ = writeln!(text, "at {at}\nsession {session}\nmonotonic {monotonic}");
        let _ = writeln!(text, "seconds {seconds}\nby {by}");
        for service in services {
            let _ = writeln!(text, "service {}", escaped(service.as_bytes()));
        }
        let _ = writeln!(text, "reload {reload}");
        for command in commands {
            let words: Vec<String> = command.iter().map(|w| escaped(w.as_bytes())).collect();
            let _ = writeln!(text, "command {}", words.join(" "));
        }
        for file in &self.files {
            file.write_to(&mut text);
        }
        let _ = writeln!(text, "{END}");
        text
    }

    /// What `text` says; else the number of the line that says something else.
    pub(crate) fn parse(text: &str) -> Result<Self, usize> {
        let mut lines = (1..).zip(text.split_inclusive('\n'));
        let (_, header) = lines.next().ok_or(1_usize)?;
        if header.strip_suffix('\n') != Some(HEADER) {
            return Err(1);
        }
        let mut plan = Self {
            armed: Armed::default(),
            files: Vec::new(),
        };
        let mut last = 1;
        for (number, line) in lines {
            last = number;
            let line = line.strip_suffix('\n').ok_or(number)?;
            if line == END {
                return Ok(plan);
            }
            plan.take(line).ok_or(number)?;
        }
        Err(last + 1)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let mut words = line.split(' ');
        let key = words.next()?;
        let armed = &mut self.armed;
        match key {
            "boot" => armed.boot = text(&mut words)?,
            "at" => armed.at = number(&mut words)?,
            "session" => armed.session = number(&mut words)?,
            "monotonic" => armed.monotonic = number(&mut words)?,
            "seconds" => armed.seconds = number(&mut words)?,
            "by" => armed.by = number(&mut words)?,
            "service" => armed.services.push(text(&mut words)?),
            "reload" => armed.reload = number(&mut words)?,
            "command" => {
                let command: Option<Vec<String>> = words.by_ref().map(one_text).collect();
                armed.commands.push(command?);
            }
            "file" => self.files.push(Planned {
                path: PathBuf::from(OsString::from_vec(unescaped(words.next()?)?)),
                after: sum(&mut words)?,
                before: None,
            }),
            "was" => {
                let file = self.files.last_mut()?;
                file.before = Some((attributes(&mut words)?, sum(&mut words)?));
            }
            "xattr" => {
                let (was, _) = self.files.last_mut()?.before.as_mut()?;
                let attribute = (unescaped(words.next()?)?, unescaped(words.next()?)?);
                was.xattrs.push(attribute);
            }
            _ => return None,
        }
        words.next().is_none().then_some(())
    }
}

impl Planned {
    fn write_to(&self, text: &mut String) {
        let path = escaped(self.path.as_os_str().as_bytes());
        let Sum { length, checksum } = self.after;
        let _ = writeln!(text, "file {path} {length} {checksum:016x}");
        let Some((was, sum)) = &self.before else {
            return;
        };
        let (seconds, nanoseconds) = was.modified.unwrap_or_default();
        let _ = writeln!(
            text,
            "was {:o} {} {} {seconds} {nanoseconds} {} {:016x}",
            was.mode, was.uid, was.gid, sum.length, sum.checksum
        );
        for (name, value) in &was.xattrs {
            let _ = writeln!(text, "xattr {} {}", escaped(name), escaped(value));
        }
    }
}

type Words<'a> = std::str::Split<'a, char>;

fn number<T: FromStr>(words: &mut Words<'_>) -> Option<T> {
    words.next()?.parse().ok()
}

fn text(words: &mut Words<'_>) -> Option<String> {
    one_text(words.next()?)
}

fn one_text(word: &str) -> Option<String> {
    String::from_utf8(unescaped(word)?).ok()
}

fn sum(words: &mut Words<'_>) -> Option<Sum> {
    let length = number(words)?;
    let checksum = u64::from_str_radix(words.next()?, 16).ok()?;
    Some(Sum { length, checksum })
}

fn attributes(words: &mut Words<'_>) -> Option<Attributes> {
    Some(Attributes {
        mode: u32::from_str_radix(words.next()?, 8).ok()?,
        uid: number(words)?,
        gid: number(words)?,
        modified: Some((number(words)?, number(words)?)),
        xattrs: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let was = Attributes {
            mode: 0o4640,
            uid: 0,
            gid: 42,
            xattrs: vec![(b"user.a b".to_vec(), b"\0\xff%".to_vec())],
            modified: Some((-5, 999_999_999)),
        };
        let sum = Sum::of(b"before\n");
        Plan {
            armed: Armed {
                boot: "0123-abc".into(),
                at: 1_700_000_000,
                session: 7,
                monotonic: 12,
                seconds: 600,
                by: 1000,
                services: vec!["sshd".into(), "sudo".into()],
                reload: true,
                commands: vec![vec!["authselect".into(), "select".into(), "a b".into()]],
            },
            files: vec![
                Planned {
                    path: "/etc/pam.d/su do\n".into(),
                    before: Some((was, sum)),
                    after: Sum::of(b"after"),
                },
                Planned {
                    path: "/etc/ssh/new".into(),
                    before: None,
                    after: Sum::of(b""),
                },
            ],
        }
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        let plan = plan();
        assert_eq!(Plan::parse(&plan.to_text()), Ok(plan));
    }

    #[test]
    fn a_plan_that_breaks_off_anywhere_is_refused() {
        let text = plan().to_text();
        for (end, _) in text.char_indices() {
            assert!(Plan::parse(&text[..end]).is_err(), "{:?}", &text[..end]);
        }
    }

    #[test]
    fn a_line_that_says_something_else_is_refused() {
        for (number, line) in [
            (1, "proauth-rollout 2\nend\n"),
            (2, "proauth-rollout 1\nfoo\nend\n"),
            (2, "proauth-rollout 1\nat -1\nend\n"),
            (2, "proauth-rollout 1\nat 1 2\nend\n"),
            (2, "proauth-rollout 1\nwas 644 0 0 0 0 0 0\nend\n"),
            (2, "proauth-rollout 1\nxattr a b\nend\n"),
        ] {
            assert_eq!(Plan::parse(line), Err(number), "{line}");
        }
    }
}
