//! What sshd itself makes of its configuration: `sshd -t` and `sshd -T`.

use std::path::Path;

use super::SshdError;
use crate::{Ran, run};

/// Where distributions keep it. It wants to be called by its full name.
const PLACES: [&str; 3] = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];

/// It looks up names of hosts and users, at most.
const SECONDS: u32 = 20;

/// A login that is asked about: who, and from where, by name and by address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The user who wants in.
    pub user: String,
    /// The name of the machine that they come from.
    pub host: String,
    /// Its address.
    pub addr: String,
}

/// What holds: sshd's own list, in which each `Match` is decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effective(Vec<(String, String)>);

impl Effective {
    /// Reads what `sshd -T` prints.
    #[must_use]
    pub fn parse(printed: &str) -> Self {
        let pairs = printed.lines().map(|line| {
            let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
            (keyword.to_ascii_lowercase(), value.trim().to_owned())
        });
        Self(pairs.collect())
    }

    /// The value of `keyword`, which is in lower case; the first, if there are several.
    #[must_use]
    pub fn get(&self, keyword: &str) -> Option<&str> {
        let first = self.0.iter().find(|(name, _)| name == keyword);
        first.map(|(_, value)| value.as_str())
    }

    /// All its values.
    pub fn all<'a>(&'a self, keyword: &'a str) -> impl Iterator<Item = &'a str> {
        let mine = self.0.iter().filter(move |(name, _)| name == keyword);
        mine.map(|(_, value)| value.as_str())
    }
}

/// The sshd of this machine, if it has one.
#[must_use]
pub fn program() -> Option<&'static str> {
    PLACES.into_iter().find(|place| Path::new(place).exists())
}

/// What holds by `config`, for the login `about`.
///
/// # Errors
/// If there is no sshd, or it does not like its configuration; also if it may not read its host
/// keys, which root alone may.
pub fn effective(config: &Path, about: Option<&Connection>) -> Result<Effective, SshdError> {
    let about =
        about.map(|Connection { user, host, addr }| format!("user={user},host={host},addr={addr}"));
    let mut arguments = vec!["-T"];
    if let Some(about) = &about {
        arguments.extend(["-C", about]);
    }
    Ok(Effective::parse(&ask(config, &arguments)?))
}

/// Whether sshd would start with `config`.
///
/// # Errors
/// If not, with what it says.
pub fn check(config: &Path) -> Result<(), SshdError> {
    ask(config, &["-t"]).map(drop)
}

fn ask(config: &Path, arguments: &[&str]) -> Result<String, SshdError> {
    let program = program().ok_or(SshdError::NoProgram)?;
    let config = config.to_str().ok_or(SshdError::NoProgram)?;
    let ran = run(&[&[program], arguments, &["-f", config]].concat(), SECONDS);
    let ran = ran.map_err(|error| SshdError::Refused(error.to_string()))?;
    match ran.is_success() {
        true => Ok(ran.stdout),
        false => Err(SshdError::Refused(complaint(&ran))),
    }
}

/// What is wrong stands before the line that says that sshd ends.
fn complaint(ran: &Ran) -> String {
    let last = ran.complaint();
    let mut lines = ran.stderr.lines().filter(|line| !line.trim().is_empty());
    match lines.rfind(|line| !line.contains("terminating, ")) {
        Some(line) if last.contains("terminating, ") => {
            line.chars().filter(|c| !c.is_control()).collect()
        }
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sshd_prints_is_found_by_its_keyword() {
        let effective = Effective::parse(
            "port 22\nusepam yes\nauthenticationmethods publickey,keyboard-interactive password\n\
             acceptenv LANG\nacceptenv LC_*\n",
        );
        assert_eq!(effective.get("usepam"), Some("yes"));
        let both: Vec<&str> = effective.all("acceptenv").collect();
        assert_eq!(both, ["LANG", "LC_*"]);
        assert_eq!(effective.get("banner"), None);
    }
}
