//! Message bodies: what goes into the methods and comes out of them.

use serde::{Deserialize, Serialize};
use zbus::{DeserializeDict, SerializeDict, Type};

/// Who wants to log in, through what, from where. Read from PAM items, never from the
/// environment, and believed only as far as the caller is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
pub struct Context {
    /// `PAM_USER`. Bytes that are not UTF-8 arrive as U+FFFD, which no account name contains.
    pub user: String,
    /// `PAM_SERVICE`, in lower case as libpam has it.
    pub service: String,
    /// `PAM_RHOST`, empty for a local login.
    pub rhost: String,
    /// `PAM_TTY`, empty where there is none.
    pub tty: String,
    /// The login session: `/proc/self/sessionid` and the kernel's `boot_id`, with a space between;
    /// empty where there is none.
    pub session: String,
}

/// The answer of `Login.Begin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BeginReply {
    /// A [`Decision`](crate::Decision).
    pub decision: u32,
    /// How many digits the code has, for the prompt.
    pub digits: u32,
    /// For how many seconds codes are refused, [`UNTIL_UNLOCK`] for good; zero unless they are.
    /// With `NotEnrolled`, for a module that does not allow that.
    pub wait: u32,
}

/// In place of seconds to wait: until an administrator unlocks the account.
pub const UNTIL_UNLOCK: u32 = u32::MAX;

/// The answer of `Login.Verify`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct VerifyReply {
    /// A [`Verdict`](crate::Verdict).
    pub verdict: u32,
    /// For how many seconds codes are refused, [`UNTIL_UNLOCK`] for good; zero unless locked, or
    /// rejected with a code too many.
    pub wait: u32,
    /// How many recovery codes are left; zero unless one was used.
    pub left: u32,
    /// What was changed and the user was not told yet, oldest first; empty unless this login is
    /// successful. Whoever has shown them says so by `Login.Told`.
    pub changes: Vec<Changed>,
}

/// A change to somebody's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Changed {
    /// A [`Change`](crate::Change).
    pub change: u32,
    /// How many seconds ago.
    pub ago: u64,
    /// Unix time, for `Login.Told`.
    pub at: u64,
}

/// The answer of `Login.Account`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AccountReply {
    /// A [`Standing`](crate::Standing).
    pub standing: u32,
}

/// A login that has shown a right code: what `Admin.AcceptedLogins` gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AcceptedLogin {
    /// See [`Context::service`].
    pub service: String,
    /// See [`Context::rhost`].
    pub rhost: String,
    /// See [`Context::session`]. That of sshd is its own, before the login has one.
    pub session: String,
    /// Unix time.
    pub at: u64,
}

/// What `Enrollment.Start` is asked. A dictionary, so that later versions can add to it.
#[derive(Clone, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct EnrollRequest {
    /// The account.
    pub user: String,
    /// A [`How`](crate::How).
    pub how: u32,
    /// A [`Purpose`](crate::Purpose).
    pub purpose: u32,
    /// The name of the authenticator to add; empty for other purposes.
    pub name: String,
    /// The ticket that an administrator made; empty where there is none.
    pub ticket: String,
    /// A current code or a recovery code, where the account is enrolled already; else empty.
    pub code: String,
    /// Accept whoever signs in, whatever account they map to; for root alone.
    pub any_identity: bool,
}

impl std::fmt::Debug for EnrollRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EnrollRequest({}, [redacted])", self.user)
    }
}

/// How far an enrollment is: the answer of `Enrollment.Start` and `Enrollment.Wait`. It may hold
/// the secret: shown once, never stored by clients. A dictionary.
#[derive(Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct Progress {
    /// A [`Stage`](crate::Stage).
    pub stage: u32,
    /// The account's canonical name.
    pub user: String,
    /// The name of this machine.
    pub host: String,
    /// Where the one who asks is logged in from, as the system's login manager has it: an IP
    /// address; empty where it does not say, or the login is a local one.
    pub origin: String,
    /// How many seconds are left of this stage.
    pub expires_in: u32,
    /// Where to sign in, an https URL without control characters; empty after that.
    pub sign_in_uri: String,
    /// The same with the code in it, where the identity provider has such; else empty.
    pub complete_uri: String,
    /// What to type there; empty where nothing is to be typed.
    pub sign_in_code: String,
    /// `otpauth://totp/…`, the text of the QR code; empty before `Stage::Secret`.
    pub key_uri: String,
    /// The secret in base32 without padding (RFC 4648 section 6), for typing it in; likewise.
    pub secret: String,
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Progress({}, {}, [redacted])", self.stage, self.user)
    }
}

/// What would be asked of whom at a sign-in: the answer of `Admin.CheckIdentity`. A dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct IdentityReport {
    /// `identity.issuer`.
    pub issuer: String,
    /// As the issuer's discovery document has it, like the two below; empty where it has none.
    pub device_authorization_endpoint: String,
    /// For `--browser`.
    pub authorization_endpoint: String,
    /// For both.
    pub token_endpoint: String,
    /// Signature algorithms of ID tokens that the issuer names and we take.
    pub algorithms: Vec<String>,
    /// Client id for signing in on another device; empty where none is configured.
    pub device_client_id: String,
    /// Whether a secret for it was found.
    pub device_client_secret: bool,
    /// Client id for `--browser`; empty where none is configured.
    pub browser_client_id: String,
    /// Whether a secret for it was found.
    pub browser_client_secret: bool,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// `identity.allowed_domains`.
    pub allowed_domains: Vec<String>,
    /// How many entries `identity.users` has.
    pub users: u32,
    /// `identity.templates`, each as `domain: template`.
    pub templates: Vec<String>,
    /// `identity.any_account`.
    pub any_account: bool,
}

/// The answer of `Admin.Check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckReply {
    /// A [`Finding`](crate::Finding).
    pub finding: u32,
    /// How far the code is from now, in seconds: negative where it is old. Zero unless the
    /// finding is `OutsideWindow`.
    pub offset: i64,
}

/// One account, as `Admin.Status` and `Admin.List` tell it. A dictionary on the bus, so that
/// later versions can add to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct AccountStatus {
    /// The account's name.
    pub user: String,
    /// The uid it had when it was enrolled; of an account that is not enrolled, the uid it has.
    pub uid: u32,
    /// Whether an authenticator is bound to it.
    pub enrolled: bool,
    /// `SHA1`, `SHA256` or `SHA512`; empty unless enrolled.
    pub algorithm: String,
    /// Digits of a code; zero unless enrolled.
    pub digits: u32,
    /// Seconds of a step; zero unless enrolled.
    pub period: u64,
    /// Steps accepted either side; zero unless enrolled.
    pub skew: u32,
    /// Unix time of the enrollment; zero unless enrolled.
    pub enrolled_at: u64,
    /// Names of the authenticators; the first is that which the values above and the clock
    /// values below are of.
    pub authenticators: Vec<String>,
    /// Who signed in at the enrollment, as the identity provider calls them; empty where nobody
    /// did.
    pub identity: String,
    /// Unix time at which the last used step began; zero unless enrolled.
    pub last_step_at: u64,
    /// Where the window is centred: how far the authenticator's clock is from ours, in seconds,
    /// as a resync found or logins have shown since.
    pub clock_offset: i64,
    /// How far from our time the last accepted code was, in seconds, in whole steps: negative
    /// where it was old. Zero also before the first login.
    pub last_offset: i64,
    /// Whether the last used step lies beyond the present window, so that every code is refused
    /// until `Admin.Resync`: a sign that this machine's clock was wrong.
    pub step_in_future: bool,
    /// Wrong codes in a row, over all sources.
    pub failures: u32,
    /// Wrong codes in a row at screen lockers.
    pub locker_failures: u32,
    /// For how many seconds codes from unknown addresses are refused now;
    /// [`UNTIL_UNLOCK`] for good.
    pub wait: u32,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
    /// Whether every login is refused until `Admin.Resume`.
    pub suspended: bool,
    /// What became of the Unix account: `present`, `gone` (no such name), `changed` (the name
    /// has another uid now) or `unknown` (the name service did not say). A record of an account
    /// that is gone or changed is an orphan: it lets nobody in.
    pub account: String,
    /// Whether the system says that this machine's clock is not synchronised; false also where
    /// it does not say.
    pub clock_unsynchronised: bool,
}

/// Something that happened, as the signal `Events.Happened` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Event {
    /// `enrolled`, `unenrolled`, `authenticator_added`, `authenticator_replaced`,
    /// `authenticator_removed`, `invited`, `lockout`, `emergency_code`, `emergency_code_used`,
    /// `recovery_codes`, `recovery_code_used`, `suspended` or `resumed`. Later versions may add
    /// words.
    pub event: String,
    /// The account's name.
    pub user: String,
    /// The PAM service of the login that it happened at; empty where it was none.
    pub service: String,
    /// Where that login came from: `PAM_RHOST`; empty for a local one.
    pub rhost: String,
    /// The uid that caused it.
    pub caller: u32,
    /// Unix time.
    pub at: u64,
}

/// The answer of `Admin.RekeyStatus`: which key the store has, and how far a rekey is. A
/// dictionary. Marks tell nothing of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct RekeyStatus {
    /// The mark of the key that rows are sealed with.
    pub current: Vec<u8>,
    /// The mark of the key before it, while rows are under that one still; else empty.
    pub previous: Vec<u8>,
    /// How many rows the rekey has come past.
    pub done: u64,
    /// How many there are.
    pub total: u64,
    /// How many open with neither key, and did not before.
    pub broken: u64,
    /// Where the daemon looks for the key as a file: its setting `key.path` when it started.
    pub key: String,
}
