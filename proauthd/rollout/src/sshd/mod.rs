//! sshd's configuration: the lines, with where they stand, and what sshd makes of them.

mod ask;
mod glob;
mod words;

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Host;

pub(crate) use glob::fits;

pub use ask::{Connection, Effective, check, effective, program};

/// The configuration that sshd reads if nobody says otherwise.
pub const CONFIG: &str = "/etc/ssh/sshd_config";

/// What `Include` is relative to.
const FOLDER: &str = "/etc/ssh";

/// As deep as sshd follows `Include`.
const DEPTH: usize = 16;

/// As many lines as anybody has. Files that include themselves several times have far more.
const LINES: usize = 100_000;

/// Why nothing can be said about sshd.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SshdError {
    /// There is none.
    #[error("there is no sshd on this machine")]
    NoProgram,
    /// It says this.
    #[error("{0}")]
    Refused(String),
    /// A file of its configuration cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, io::ErrorKind),
    /// `Include` leads to itself.
    #[error("{0}: Include leads to itself, or too deep")]
    TooDeep(String),
}

/// A line of the configuration that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The file, as it is called on the host.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// What it is about, in lower case.
    pub keyword: String,
    /// What it says.
    pub arguments: Vec<String>,
    /// The text of the `Match` that it stands in, if it stands in one; `and` joins that of the
    /// file that includes it.
    pub criteria: Option<String>,
}

impl Directive {
    /// `FILE:LINE`.
    #[must_use]
    pub fn at(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// All directives of the file `config` of `host`, in the order in which sshd comes by them:
/// `Include` is followed, and stands before what it brings. Of most keywords, the first that
/// applies holds.
///
/// # Errors
/// If a file cannot be read.
pub fn read(host: &Host, config: &str) -> Result<Vec<Directive>, SshdError> {
    let mut directives = Vec::new();
    follow(host, Path::new(config), None, 0, &mut directives)?;
    Ok(directives)
}

fn follow(
    host: &Host,
    file: &Path,
    outer: Option<&str>,
    depth: usize,
    out: &mut Vec<Directive>,
) -> Result<(), SshdError> {
    let name = || file.display().to_string();
    if depth > DEPTH || out.len() > LINES {
        return Err(SshdError::TooDeep(name()));
    }
    let text = host
        .read(file)
        .map_err(|error| SshdError::Unreadable(name(), error.kind()))?;
    // What a Match in here begins, ends with the file.
    let mut criteria = outer.map(str::to_owned);
    for (number, line) in (1..).zip(String::from_utf8_lossy(&text).lines()) {
        let Some((keyword, arguments)) = words::line(line) else {
            continue;
        };
        if keyword == "match" {
            criteria = inner(outer, &arguments);
        }
        let included = keyword == "include";
        let directive = Directive {
            file: file.to_owned(),
            line: number,
            keyword,
            arguments,
            criteria: criteria.clone(),
        };
        out.push(directive.clone());
        if included {
            for file in directive.arguments.iter().flat_map(|p| files(host, p)) {
                follow(host, &file, criteria.as_deref(), depth + 1, out)?;
            }
        }
    }
    Ok(())
}

/// `Match all` ends a block, but not that of the file that includes this one.
fn inner(outer: Option<&str>, arguments: &[String]) -> Option<String> {
    let own = arguments.join(" ");
    match (outer, own.eq_ignore_ascii_case("all")) {
        (None, true) => None,
        (Some(outer), true) => Some(outer.to_owned()),
        (None, false) => Some(own),
        (Some(outer), false) => Some(format!("{outer} and {own}")),
    }
}

fn files(host: &Host, pattern: &str) -> Vec<PathBuf> {
    match pattern.starts_with('/') {
        true => glob::files(host, pattern),
        false => glob::files(host, &format!("{FOLDER}/{pattern}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::host_with as host;

    #[test]
    fn includes_are_followed_where_they_stand_and_in_their_order() {
        let (_folder, host) = host(&[
            (CONFIG, "Include sshd_config.d/*.conf\nUsePAM no\n"),
            ("/etc/ssh/sshd_config.d/50-b.conf", "# b\nUsePAM yes\n"),
            ("/etc/ssh/sshd_config.d/00-a.conf", "Port 23\n"),
        ]);
        let said: Vec<String> = read(&host, CONFIG)
            .unwrap()
            .iter()
            .map(|d| format!("{} {} {}", d.at(), d.keyword, d.arguments.join(" ")))
            .collect();
        assert_eq!(
            said,
            [
                "/etc/ssh/sshd_config:1 include sshd_config.d/*.conf",
                "/etc/ssh/sshd_config.d/00-a.conf:1 port 23",
                "/etc/ssh/sshd_config.d/50-b.conf:2 usepam yes",
                "/etc/ssh/sshd_config:2 usepam no",
            ]
        );
    }

    #[test]
    fn a_match_lasts_to_the_next_and_not_beyond_an_included_file() {
        let (_folder, host) = host(&[
            (
                CONFIG,
                "Include a.conf\nPort 1\nMatch User bob\nInclude a.conf\nPort 2\nMatch all\nPort 3\n",
            ),
            ("/etc/ssh/a.conf", "Port 4\nMatch Group x\nPort 5\n"),
        ]);
        let ports: Vec<(String, Option<String>)> = read(&host, CONFIG)
            .unwrap()
            .into_iter()
            .filter(|d| d.keyword == "port")
            .map(|d| (d.arguments.concat(), d.criteria))
            .collect();
        let expected = [
            ("4", None),
            ("5", Some("Group x")),
            ("1", None),
            ("4", Some("User bob")),
            ("5", Some("User bob and Group x")),
            ("2", Some("User bob")),
            ("3", None),
        ];
        let expected = expected.map(|(port, of)| (port.to_owned(), of.map(str::to_owned)));
        assert_eq!(ports, expected);
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        let (_folder, host) = host(&[(CONFIG, "Include sshd_config\n")]);
        assert!(matches!(read(&host, CONFIG), Err(SshdError::TooDeep(_))));
    }
}
