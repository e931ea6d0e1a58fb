//! The table: who may call what.

use std::collections::BTreeMap;

use proauth_e2e::{Answer, Interfaces, repository};

pub use Expected::NotAuthorized;
use Expected::{Error, Reply};

/// What a call comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is answered.
    Reply,
    /// It is let through, and then fails for this reason.
    Error(&'static str),
    /// It is refused to this caller.
    NotAuthorized,
}

/// A call about alice, who is enrolled, and what it comes to for each caller.
pub struct Row {
    pub method: &'static str,
    pub values: &'static [&'static str],
    root: Expected,
    alice: Expected,
    bob: Expected,
    /// A uid below `UID_MIN`.
    service: Expected,
}

const fn row(
    method: &'static str,
    values: &'static [&'static str],
    [root, alice, bob, service]: [Expected; 4],
) -> Row {
    Row {
        method,
        values,
        root,
        alice,
        bob,
        service,
    }
}

const ROOT: [Expected; 4] = [Reply, NotAuthorized, NotAuthorized, NotAuthorized];
const OWNER: [Expected; 4] = [Reply, Reply, NotAuthorized, NotAuthorized];
const WRONG_CODES: Expected = Error("CodeRejected");
const NOTHING_PENDING: [Expected; 4] = [
    Error("NoPendingEnrollment"),
    Error("NoPendingEnrollment"),
    NotAuthorized,
    NotAuthorized,
];

/// A first enrollment by signing in.
#[rustfmt::skip]
const START: &[&str] = &[
    "7", "user", "s", "alice", "how", "u", "1", "purpose", "u", "1", "name", "s", "",
    "ticket", "s", "", "code", "s", "", "any_identity", "b", "false",
];

/// Begin and Verify, through what: a screen locker, another service, a locker that claims to be
/// reached from elsewhere.
const LOCKER: &[&str] = &["alice", "swaylock", "", ":0", ""];
const LOCKER_CODE: &[&str] = &["alice", "swaylock", "", ":0", "", "malformed"];
const OTHER: &[&str] = &["alice", "sshd", "", "ssh", ""];
const OTHER_CODE: &[&str] = &["alice", "sshd", "", "ssh", "", "malformed"];
const REMOTE: &[&str] = &["alice", "swaylock", "192.0.2.1", ":0", ""];
const REMOTE_CODE: &[&str] = &["alice", "swaylock", "192.0.2.1", ":0", "", "malformed"];

/// The table. Its last row is the one after which alice is not enrolled any more.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row("Login.Begin", LOCKER, OWNER),
    row("Login.Begin", OTHER, ROOT),
    row("Login.Begin", REMOTE, ROOT),
    row("Login.Verify", LOCKER_CODE, OWNER),
    row("Login.Verify", OTHER_CODE, ROOT),
    row("Login.Verify", REMOTE_CODE, ROOT),
    row("Login.Account", LOCKER, OWNER),
    row("Login.Account", OTHER, ROOT),
    row("Login.Account", REMOTE, ROOT),
    row("Login.Told", &["alice", "swaylock", "", ":0", "", "1"], ROOT),
    row("Admin.Status", &["alice"], OWNER),
    row("Admin.List", &[], ROOT),
    row("Admin.Check", &["alice", "malformed"], ROOT),
    row("Admin.Resync", &["alice"], ROOT),
    row("Admin.ResyncCodes", &["alice", "3", "x", "y", "z"],
        [WRONG_CODES, WRONG_CODES, NotAuthorized, NotAuthorized]),
    row("Admin.Unlock", &["alice"], ROOT),
    row("Admin.Emergency", &["alice", "60"], ROOT),
    row("Admin.Suspend", &["alice"], ROOT),
    row("Admin.Resume", &["alice"], ROOT),
    row("Admin.Prune", &["alice"],
        [Error("InvalidArgument"), NotAuthorized, NotAuthorized, NotAuthorized]),
    row("Admin.LoginsUnderWay", &[], ROOT),
    row("Admin.AcceptedLogins", &["alice", "0"], ROOT),
    row("Enrollment.RecoveryCodes", &["alice", "malformed"],
        [Reply, WRONG_CODES, NotAuthorized, NotAuthorized]),
    row("Enrollment.Start", START,
        [Error("AlreadyEnrolled"), Error("AlreadyEnrolled"), NotAuthorized, NotAuthorized]),
    row("Enrollment.Wait", &["alice"], NOTHING_PENDING),
    row("Enrollment.Confirm", &["alice", "malformed"], NOTHING_PENDING),
    row("Enrollment.Cancel", &["alice"], NOTHING_PENDING),
    row("Enrollment.RemoveAuthenticator", &["alice", "tablet", "malformed"],
        [Error("InvalidArgument"), Error("InvalidArgument"), NotAuthorized, NotAuthorized]),
    row("Enrollment.Invite", &["alice", "3600"], ROOT),
    row("Admin.CheckIdentity", &[],
        [Error("Unavailable"), NotAuthorized, NotAuthorized, NotAuthorized]),
    // Nothing lies in the pipe.
    row("Admin.Rekey", &[],
        [Error("InvalidArgument"), NotAuthorized, NotAuthorized, NotAuthorized]),
    row("Admin.RekeyStatus", &[], ROOT),
    row("Enrollment.Remove", &["alice"], ROOT),
];

/// A uid that belongs to no person.
pub const SERVICE: &str = "messagebus";

impl Row {
    pub fn callers(&self) -> [(&'static str, Expected); 4] {
        [
            (SERVICE, self.service),
            ("bob", self.bob),
            ("alice", self.alice),
            ("root", self.root),
        ]
    }

    /// What our bus policy makes of what the daemon would say: calls that are for root alone do
    /// not get through to it.
    pub fn is_for_root_alone(&self) -> bool {
        TABLE
            .iter()
            .filter(|row| row.method == self.method)
            .all(|row| row.alice == NotAuthorized)
    }

    /// The call, as `busctl` takes it after the method.
    pub fn body(&self) -> Vec<&'static str> {
        let signatures = methods();
        let signature = signatures.get(self.method).expect("it is in the XML");
        let mut body = vec![&*signature.clone().leak()];
        body.extend(self.values);
        body
    }
}

/// What the daemon itself says.
pub fn by_daemon(expected: Expected) -> Answer {
    let name = match expected {
        Reply => return Answer::Reply(String::new()),
        Error(name) => name,
        NotAuthorized => "NotAuthorized",
    };
    Answer::Error(format!("org.proauth.Daemon1.Error.{name}"))
}

/// Names and signatures of all methods, by the shipped introspection data.
pub fn methods() -> BTreeMap<String, String> {
    let file = repository().join("config/dbus/org.proauth.Daemon1.xml");
    let xml = std::fs::read_to_string(file).expect("config/dbus can be read");
    Interfaces::parse(&xml)
        .methods
        .into_iter()
        .map(|method| (method.name.clone(), method.signature()))
        .collect()
}
