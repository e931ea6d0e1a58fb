//! Login sessions: which one this process belongs to, and which there were at some time.
//!
//! The kernel gives each login a number, its audit session, which counts up and stays with all its
//! processes, also those of sudo. Where it gives none, logind knows when a session began.

use crate::{Host, run};

/// What the kernel says where a process has no audit session, or no login user.
const UNSET: u32 = u32::MAX;

/// How long logind may take, in seconds.
const PATIENCE: u32 = 10;

/// The session of this process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// Its audit session; none if the kernel gave none.
    pub audit: Option<u32>,
    /// The uid that logged in: that of before sudo.
    pub login_uid: Option<u32>,
    /// What logind knows of it.
    pub logind: Option<Logind>,
}

/// A session, as logind has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logind {
    /// Its user.
    pub uid: u32,
    /// When it began: microseconds since the kernel booted.
    pub began: u64,
    /// The address that it came from, as PAM was told; empty for one of this machine.
    pub remote: String,
}

impl Session {
    /// That of this process.
    #[must_use]
    pub fn own() -> Self {
        let number = |name| read_number(&format!("/proc/self/{name}"));
        let audit = number("sessionid");
        Self {
            audit,
            login_uid: number("loginuid"),
            logind: logind(audit),
        }
    }

    /// Who logged in.
    #[must_use]
    pub fn uid(&self) -> Option<u32> {
        let of_logind = || self.logind.as_ref().map(|it| it.uid);
        self.login_uid.or_else(of_logind)
    }

    /// Whether it began after all audit sessions up to the number `greatest`, or else after the
    /// time `monotonic`, in microseconds since the kernel booted. None if that is not known.
    #[must_use]
    pub fn began_after(&self, greatest: u32, monotonic: u64) -> Option<bool> {
        match (self.audit, &self.logind) {
            (Some(audit), _) => Some(audit > greatest),
            (None, Some(logind)) => Some(logind.began > monotonic),
            (None, None) => None,
        }
    }
}

/// The greatest audit session of all processes; 0 if none has one.
#[must_use]
pub fn greatest(host: &Host) -> u32 {
    let Ok(processes) = std::fs::read_dir(host.path("/proc")) else {
        return 0;
    };
    let files = processes.flatten().map(|it| it.path().join("sessionid"));
    let numbers = files.filter_map(|file| read_number(&file.to_string_lossy()));
    numbers.max().unwrap_or(0)
}

fn read_number(path: &str) -> Option<u32> {
    let text = std::fs::read_to_string(path).ok()?;
    let number = text.trim().parse().ok()?;
    (number != UNSET).then_some(number)
}

fn logind(audit: Option<u32>) -> Option<Logind> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    // Its sessions are called after their audit sessions, where there are such.
    let id = scope(&groups).or_else(|| audit.map(|audit| audit.to_string()))?;
    let ran = run(&asking(&id), PATIENCE).ok()?;
    ran.is_success().then(|| parse(&ran.stdout)).flatten()
}

/// Each property by an option of its own: of several in one, loginctl gives none.
fn asking(id: &str) -> [&str; 6] {
    [
        "loginctl",
        "show-session",
        id,
        "--property=User",
        "--property=TimestampMonotonic",
        "--property=RemoteHost",
    ]
}

/// The session whose scope this process is in.
fn scope(groups: &str) -> Option<String> {
    let mut parts = groups.split(['/', '\n']);
    parts.find_map(|part| {
        let id = part.strip_prefix("session-")?.strip_suffix(".scope")?;
        Some(id.to_owned())
    })
}

fn parse(properties: &str) -> Option<Logind> {
    let get = |name: &str| {
        let mut pairs = properties.lines().filter_map(|line| line.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    Some(Logind {
        uid: get("User")?.parse().ok()?,
        began: get("TimestampMonotonic")?.parse().ok()?,
        remote: get("RemoteHost").unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audit_sessions_decide_and_logind_where_there_are_none() {
        let logind = |began| {
            Some(Logind {
                uid: 1000,
                began,
                remote: String::new(),
            })
        };
        for (audit, began, expected) in [
            (Some(7), None, Some(false)),
            (Some(8), None, Some(true)),
            (Some(7), Some(600), Some(false)),
            (None, Some(500), Some(false)),
            (None, Some(501), Some(true)),
            (None, None, None),
        ] {
            let session = Session {
                audit,
                login_uid: None,
                logind: began.and_then(logind),
            };
            assert_eq!(session.began_after(7, 500), expected, "{session:?}");
        }
    }

    #[test]
    fn a_session_is_found_by_its_scope() {
        let groups =
            "12:cpu:/x\n1:name=systemd:/user.slice/user-1000.slice/session-c4.scope\n0::/\n";
        assert_eq!(scope(groups).unwrap(), "c4");
        assert_eq!(scope("0::/system.slice/ssh.service\n"), None);
    }

    #[test]
    fn logind_is_asked_for_one_property_at_a_time() {
        assert!(!asking("7").iter().any(|word| word.contains(',')));
    }

    #[test]
    fn what_logind_says_is_read() {
        let said = "User=1000\nRemoteHost=192.0.2.1\nTimestampMonotonic=42\n";
        let session = parse(said).unwrap();
        assert_eq!((session.uid, session.began), (1000, 42));
        assert_eq!(session.remote, "192.0.2.1");
        assert_eq!(parse("RemoteHost=\n"), None);
    }
}
