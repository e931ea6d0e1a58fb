//! The words that rows are written in.

use std::fmt;

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Standing, Verdict};

/// One row of the table: what is set up, which calls of libpam are made, and what comes of each.
///
/// Every play begins with `pam_start_confdir` and ends with `pam_end`, which has to succeed.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What it shows.
    pub name: &'static str,
    /// Who logs in.
    pub who: Who,
    /// What has happened before.
    pub given: &'static [Given],
    /// What logs in.
    pub host: Host,
    /// The lines of its PAM file.
    pub service: &'static str,
    /// The calls, and what is to be seen of them.
    pub play: &'static [Step],
    /// Wrong codes in a row that the daemon has counted afterwards, over all sources.
    pub failures: u64,
    /// The same, for screen lockers alone.
    pub locker_failures: u64,
    /// What the daemon answered on the way.
    pub answers: &'static [Answer],
    /// What the module must have told the administrator.
    pub logged: &'static str,
}

/// A row that says nothing: what others begin with.
pub const ROW: Row = Row {
    name: "",
    who: Who::Enrolled,
    given: &[],
    host: Host::Sshd,
    service: CODE,
    play: &[],
    failures: 0,
    locker_failures: 0,
    answers: &[],
    logged: "",
};

/// The module and nothing else.
pub const CODE: &str = "auth required pam_proauth.so";

/// What it asks with.
pub const PROMPT: &str = "ProAuth code (6 digits): ";

/// The address from which an enrolled user has logged in once. Rows play without any address.
pub const HOME: &str = "192.0.2.1";

/// Somebody who wants to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Has an authenticator and ten recovery codes, and has logged in with it once from
    /// [`HOME`].
    Enrolled,
    /// Has enrolled, and not logged in since.
    JustEnrolled,
    /// Has an account and no authenticator.
    NotEnrolled,
    /// Has no account.
    Unknown,
}

/// A program that calls libpam.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// As root, with the service name `sshd`.
    Sshd,
    /// The same, and there is nobody to ask: its conversation function is NULL.
    Mute,
    /// As the user who logs in, with the service name `swaylock`.
    Locker,
}

/// Something that happened before, or happens in the middle of a play.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    /// This was typed at a login of the user, who was let in.
    LoggedIn(Typed),
    /// So many wrong codes were typed at logins, and counted.
    Failed(u32),
    /// The same, from this address.
    FailedFrom(&'static str, u32),
    /// So many seconds passed.
    Passed(u64),
    /// An administrator did this: `proauthd COMMAND --user USER`.
    Admin(&'static str),
    /// A help desk made an emergency code for half an hour.
    Emergency,
    /// The account was deleted.
    Deleted,
    /// The account was deleted, and made anew with another uid.
    Reborn,
    /// The account got another name.
    Renamed,
    /// The daemon ended.
    DaemonStopped,
    /// The daemon reads nothing any more.
    DaemonHangs,
    /// The module's question has arrived at the daemon, which does not read it.
    QuestionArrived,
    /// The daemon is killed, and a user who is not root takes its name on the bus and says yes to
    /// everything.
    NameTaken,
}

/// A step of a play.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// `pam_set_item(pam, PAM_RHOST, …)`.
    SetRhost(&'static str),
    /// `pam_set_item(pam, PAM_USER, …)`.
    SetUser(&'static str),
    /// `pam_putenv(pam, …)`.
    PutEnv(&'static str),
    /// `pam_authenticate(pam, 0)`.
    Authenticate,
    /// `pam_authenticate(pam, PAM_SILENT)`.
    AuthenticateSilently,
    /// `pam_acct_mgmt(pam, 0)`.
    AcctMgmt,
    /// The user answers the question.
    Types(Typed),
    /// The conversation answers with a NULL pointer.
    RepliesNull,
    /// The conversation fails.
    HangsUp,
    /// Something happens.
    Meanwhile(Given),
    /// To be seen: `PAM_PROMPT_ECHO_OFF` with this text.
    Asked(&'static str),
    /// To be seen: `PAM_PROMPT_ECHO_ON`.
    AskedAloud(&'static str),
    /// To be seen: `PAM_TEXT_INFO`.
    Told(&'static str),
    /// To be seen: `PAM_ERROR_MSG`.
    Warned(&'static str),
    /// To be seen: the token module finds this in `PAM_AUTHTOK`.
    Token(Typed),
    /// To be seen: it finds nothing.
    NoToken,
    /// To be seen: the call returns, and asks for no delay.
    Returns(PamCode),
    /// To be seen: it returns, and asks for a delay of two seconds, as libpam spreads them.
    Delays(PamCode),
}

/// A reply on the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Of `Login.Begin`.
    Begin(Decision),
    /// Of `Login.Verify`.
    Verify(Verdict),
    /// Of `Login.Account`.
    Account(Standing),
}

impl Row {
    /// Whether the account is not what it was, once the row has been played.
    pub fn changes_account(&self) -> bool {
        let changes =
            |given: &Given| matches!(given, Given::Deleted | Given::Reborn | Given::Renamed);
        let meanwhile = |step: &Step| matches!(step, Step::Meanwhile(given) if changes(given));
        self.given.iter().any(changes) || self.play.iter().any(meanwhile)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            who,
            given,
            host,
            ..
        } = self;
        writeln!(f, "{name}\n  given: {who:?} {given:?}, {host:?}")?;
        for line in self.service.lines() {
            writeln!(f, "  pam.d: {line}")?;
        }
        writeln!(f, "  pam_start_confdir")?;
        for step in self.play {
            writeln!(f, "  {step}")?;
        }
        let Self {
            failures,
            locker_failures,
            answers,
            ..
        } = self;
        writeln!(f, "  pam_end")?;
        writeln!(
            f,
            "  counted: {failures} (lockers {locker_failures}); bus: {answers:?}"
        )
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetRhost(host) => write!(f, "pam_set_item PAM_RHOST {host}"),
            Self::SetUser(user) => write!(f, "pam_set_item PAM_USER {user}"),
            Self::PutEnv(variable) => write!(f, "pam_putenv {variable:?}"),
            Self::Authenticate => write!(f, "pam_authenticate"),
            Self::AuthenticateSilently => write!(f, "pam_authenticate PAM_SILENT"),
            Self::AcctMgmt => write!(f, "pam_acct_mgmt"),
            Self::Types(typed) => write!(f, "  < {typed:?}"),
            Self::RepliesNull => write!(f, "  < NULL"),
            Self::HangsUp => write!(f, "  < PAM_CONV_ERR"),
            Self::Meanwhile(given) => write!(f, "  ({given:?})"),
            Self::Asked(text) => write!(f, "  ? {text:?}"),
            Self::AskedAloud(text) => write!(f, "  ? {text:?}, aloud"),
            Self::Told(text) => write!(f, "  i {text:?}"),
            Self::Warned(text) => write!(f, "  ! {text:?}"),
            Self::Token(typed) => write!(f, "  PAM_AUTHTOK: {typed:?}"),
            Self::NoToken => write!(f, "  no PAM_AUTHTOK"),
            Self::Returns(code) => write!(f, "  = {code}"),
            Self::Delays(code) => write!(f, "  = {code}, after 2 s"),
        }
    }
}
