//! The inside of a sealed row: JSON, where later versions can add fields. Short all the same: a
//! record is written at every login.

use std::num::NonZeroU64;

use proauth_core::changes::{Change, Changed};
use proauth_core::identity::Identity;
use proauth_core::lockout::{KnownSource, Lockout, Source};
use proauth_core::recovery::{CODES, Emergency, Hash, Recovery};
use proauth_core::ticket::{self, Ticket};
use proauth_core::totp::{Algorithm, Digits, Parameters, SECRET_LEN, Secret, Step};
use proauth_core::{
    AccountName, Authenticator, AuthenticatorName, Authenticators, Failures, Record, Suspension,
    UnixTime,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What the text of a session begins with, and no address does.
const SESSION: char = '@';

/// A [`Record`], less what stands in the row's associated data.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct RecordRow {
    identity: Option<IdentityRow>,
    authenticators: Vec<AuthenticatorRow>,
    lockout: LockoutRow,
    recovery: RecoveryRow,
    changes: Vec<(ChangeRow, u64)>,
}

/// [`Identity`].
#[derive(Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
struct IdentityRow {
    issuer: String,
    subject: String,
    user: String,
}

/// [`Authenticator`].
#[derive(Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
struct AuthenticatorRow {
    name: String,
    secret: Vec<u8>,
    algorithm: String,
    digits: u8,
    period: u64,
    skew: u8,
    last_step: u64,
    clock_offset: i64,
    drift: i8,
    last_offset: i64,
    enrolled_at: u64,
}

/// [`Lockout`]: of a record, and alone in the row of a bucket.
#[derive(Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct LockoutRow {
    known: Vec<KnownRow>,
    elsewhere: FailuresRow,
    local: FailuresRow,
    locker: FailuresRow,
    consecutive: u32,
}

/// [`KnownSource`]: an address, or `@` and a session; the last success; wrong codes since.
#[derive(Serialize, Deserialize, Zeroize)]
struct KnownRow(String, u64, FailuresRow);

/// [`Recovery`].
#[derive(Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
struct RecoveryRow {
    salt: u128,
    codes: Vec<u128>,
    emergency: Option<(u128, u64, u64)>,
}

/// [`Change`].
#[derive(Clone, Copy, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
enum ChangeRow {
    Enrolled,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    EmergencyCodeMade,
    EmergencyCodeUsed,
    Resynced,
    AuthenticatorAdded,
    AuthenticatorReplaced,
    AuthenticatorRemoved,
}

/// [`Suspension`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspensionRow {
    since: u64,
    by: u32,
}

/// [`Ticket`].
#[derive(Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct TicketRow {
    uid: u32,
    hash: [u8; ticket::HASH_LEN],
    until: u64,
}

/// [`Failures`]: how many, and when the last was.
#[derive(Clone, Copy, Serialize, Deserialize, Zeroize)]
struct FailuresRow(u32, u64);

impl From<&Record> for RecordRow {
    fn from(record: &Record) -> Self {
        let authenticators = record.authenticators.iter();
        let changes = record.changes.iter();
        Self {
            identity: record.identity.as_ref().map(IdentityRow::from),
            authenticators: authenticators.map(AuthenticatorRow::from).collect(),
            lockout: LockoutRow::from(&record.lockout),
            recovery: RecoveryRow::from(&record.recovery),
            changes: changes.map(|it| (it.change.into(), it.at.0)).collect(),
        }
    }
}

impl RecordRow {
    /// That of nobody, as long as that of somebody who has just signed in at Google and enrolled.
    pub fn decoy() -> Self {
        const WIDE: u128 = u128::MAX / 3;
        const LATE: u64 = 1 << 31;
        Self {
            identity: Some(IdentityRow {
                issuer: "https://accounts.google.com".to_owned(),
                subject: "1".repeat(21),
                user: "nobody@example.com".to_owned(),
            }),
            authenticators: vec![AuthenticatorRow {
                name: AuthenticatorName::main().to_string(),
                secret: vec![200; SECRET_LEN],
                algorithm: Algorithm::Sha1.name().to_owned(),
                digits: Digits::SIX.get(),
                period: 30,
                skew: 1,
                last_step: LATE,
                clock_offset: 0,
                drift: 0,
                last_offset: 0,
                enrolled_at: LATE,
            }],
            lockout: LockoutRow::from(&Lockout::NONE),
            recovery: RecoveryRow {
                salt: WIDE,
                codes: vec![WIDE; CODES],
                emergency: None,
            },
            changes: vec![(ChangeRow::Enrolled, LATE)],
        }
    }

    /// The record of `name` and `uid`; `None` if a value is out of its range.
    pub fn into_record(self, name: AccountName, uid: u32) -> Option<Record> {
        let authenticators = self.authenticators.iter();
        let authenticators = authenticators.map(AuthenticatorRow::to_authenticator);
        Some(Record {
            name,
            uid,
            identity: self.identity.as_ref().map(IdentityRow::to_identity),
            authenticators: Authenticators::from_all(authenticators.collect::<Option<_>>()?)?,
            lockout: self.lockout.to_lockout(),
            recovery: self.recovery.to_recovery(),
            changes: self.changes.iter().map(changed).collect(),
        })
    }
}

impl From<&Identity> for IdentityRow {
    fn from(identity: &Identity) -> Self {
        Self {
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            user: identity.user.clone(),
        }
    }
}

impl IdentityRow {
    fn to_identity(&self) -> Identity {
        Identity {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            user: self.user.clone(),
        }
    }
}

impl From<&Authenticator> for AuthenticatorRow {
    fn from(authenticator: &Authenticator) -> Self {
        let Parameters {
            algorithm,
            digits,
            period,
            skew,
        } = authenticator.parameters;
        Self {
            name: authenticator.name.to_string(),
            secret: authenticator.secret.as_bytes().to_vec(),
            algorithm: algorithm.name().to_owned(),
            digits: digits.get(),
            period: period.get(),
            skew,
            last_step: authenticator.last_step.0,
            clock_offset: authenticator.clock_offset,
            drift: authenticator.drift,
            last_offset: authenticator.last_offset,
            enrolled_at: authenticator.enrolled_at.0,
        }
    }
}

impl AuthenticatorRow {
    fn to_authenticator(&self) -> Option<Authenticator> {
        Some(Authenticator {
            name: AuthenticatorName::parse(&self.name).ok()?,
            secret: Secret::new(self.secret.clone())?,
            parameters: Parameters {
                algorithm: Algorithm::from_name(&self.algorithm)?,
                digits: Digits::new(self.digits)?,
                period: NonZeroU64::new(self.period)?,
                skew: self.skew,
            },
            last_step: Step(self.last_step),
            clock_offset: self.clock_offset,
            drift: self.drift,
            last_offset: self.last_offset,
            enrolled_at: UnixTime(self.enrolled_at),
        })
    }
}

impl From<&Lockout> for LockoutRow {
    fn from(lockout: &Lockout) -> Self {
        Self {
            known: lockout.known.iter().filter_map(known_row).collect(),
            elsewhere: lockout.elsewhere.into(),
            local: lockout.local.into(),
            locker: lockout.locker.into(),
            consecutive: lockout.consecutive,
        }
    }
}

impl LockoutRow {
    /// The counts.
    pub fn to_lockout(&self) -> Lockout {
        Lockout {
            known: self.known.iter().filter_map(known_source).collect(),
            elsewhere: self.elsewhere.into(),
            local: self.local.into(),
            locker: self.locker.into(),
            consecutive: self.consecutive,
        }
    }
}

fn known_row(known: &KnownSource) -> Option<KnownRow> {
    let source = match &known.source {
        Source::Address(address) => address.to_string(),
        Source::Session(session) => format!("{SESSION}{session}"),
        Source::Local | Source::Elsewhere | Source::Locker => return None,
    };
    Some(KnownRow(
        source,
        known.last_success.0,
        known.failures.into(),
    ))
}

/// What is no address is forgotten: it would be known to nobody.
fn known_source(KnownRow(source, last_success, failures): &KnownRow) -> Option<KnownSource> {
    let source = match source.strip_prefix(SESSION) {
        Some(session) => Source::Session(session.to_owned()),
        None => Source::Address(source.parse().ok()?),
    };
    let (last_success, failures) = (UnixTime(*last_success), (*failures).into());
    Some(KnownSource {
        source,
        last_success,
        failures,
    })
}

impl From<&Recovery> for RecoveryRow {
    fn from(recovery: &Recovery) -> Self {
        let number = |hash: &Hash| u128::from_be_bytes(*hash);
        Self {
            salt: u128::from_be_bytes(recovery.salt),
            codes: recovery.codes.iter().map(number).collect(),
            emergency: recovery
                .emergency
                .map(|it| (number(&it.hash), it.from.0, it.until.0)),
        }
    }
}

impl RecoveryRow {
    fn to_recovery(&self) -> Recovery {
        let hash = |number: &u128| number.to_be_bytes();
        Recovery {
            salt: self.salt.to_be_bytes(),
            codes: self.codes.iter().map(hash).collect(),
            emergency: self.emergency.map(|(number, from, until)| Emergency {
                hash: hash(&number),
                from: UnixTime(from),
                until: UnixTime(until),
            }),
        }
    }
}

fn changed((change, at): &(ChangeRow, u64)) -> Changed {
    let change = match change {
        ChangeRow::Enrolled => Change::Enrolled,
        ChangeRow::RecoveryCodesMade => Change::RecoveryCodesMade,
        ChangeRow::RecoveryCodeUsed => Change::RecoveryCodeUsed,
        ChangeRow::EmergencyCodeMade => Change::EmergencyCodeMade,
        ChangeRow::EmergencyCodeUsed => Change::EmergencyCodeUsed,
        ChangeRow::Resynced => Change::Resynced,
        ChangeRow::AuthenticatorAdded => Change::AuthenticatorAdded,
        ChangeRow::AuthenticatorReplaced => Change::AuthenticatorReplaced,
        ChangeRow::AuthenticatorRemoved => Change::AuthenticatorRemoved,
    };
    Changed {
        change,
        at: UnixTime(*at),
    }
}

impl From<Change> for ChangeRow {
    fn from(change: Change) -> Self {
        match change {
            Change::Enrolled => Self::Enrolled,
            Change::RecoveryCodesMade => Self::RecoveryCodesMade,
            Change::RecoveryCodeUsed => Self::RecoveryCodeUsed,
            Change::EmergencyCodeMade => Self::EmergencyCodeMade,
            Change::EmergencyCodeUsed => Self::EmergencyCodeUsed,
            Change::Resynced => Self::Resynced,
            Change::AuthenticatorAdded => Self::AuthenticatorAdded,
            Change::AuthenticatorReplaced => Self::AuthenticatorReplaced,
            Change::AuthenticatorRemoved => Self::AuthenticatorRemoved,
        }
    }
}

impl From<Suspension> for SuspensionRow {
    fn from(suspension: Suspension) -> Self {
        Self {
            since: suspension.since.0,
            by: suspension.by,
        }
    }
}

impl From<SuspensionRow> for Suspension {
    fn from(row: SuspensionRow) -> Self {
        Self {
            since: UnixTime(row.since),
            by: row.by,
        }
    }
}

impl From<&Ticket> for TicketRow {
    fn from(ticket: &Ticket) -> Self {
        Self {
            uid: ticket.uid,
            hash: ticket.hash,
            until: ticket.until.0,
        }
    }
}

impl From<TicketRow> for Ticket {
    fn from(row: TicketRow) -> Self {
        Self {
            uid: row.uid,
            hash: row.hash,
            until: UnixTime(row.until),
        }
    }
}

impl From<Failures> for FailuresRow {
    fn from(failures: Failures) -> Self {
        Self(failures.count, failures.last.0)
    }
}

impl From<FailuresRow> for Failures {
    fn from(FailuresRow(count, last): FailuresRow) -> Self {
        Self {
            count,
            last: UnixTime(last),
        }
    }
}
