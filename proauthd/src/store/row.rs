//! The inside of a sealed row: JSON, where later versions can add fields.

use std::num::NonZeroU64;

use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step};
use proauth_core::{AccountName, Failures, Record, UnixTime};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A [`Record`], less what stands in the row's associated data.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct RecordRow {
    secret: Vec<u8>,
    algorithm: String,
    digits: u8,
    period: u64,
    skew: u8,
    last_step: u64,
    clock_offset: i64,
    login_failures: FailuresRow,
    locker_failures: FailuresRow,
    enrolled_at: u64,
}

/// [`Failures`].
#[derive(Clone, Copy, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct FailuresRow {
    count: u32,
    last: u64,
}

impl From<&Record> for RecordRow {
    fn from(record: &Record) -> Self {
        let Parameters {
            algorithm,
            digits,
            period,
            skew,
        } = record.parameters;
        Self {
            secret: record.secret.as_bytes().to_vec(),
            algorithm: algorithm.name().to_owned(),
            digits: digits.get(),
            period: period.get(),
            skew,
            last_step: record.last_step.0,
            clock_offset: record.clock_offset,
            login_failures: record.login_failures.into(),
            locker_failures: record.locker_failures.into(),
            enrolled_at: record.enrolled_at.0,
        }
    }
}

impl RecordRow {
    /// The record of `name` and `uid`; `None` if a value is out of its range.
    pub fn into_record(self, name: AccountName, uid: u32) -> Option<Record> {
        Some(Record {
            name,
            uid,
            secret: Secret::new(self.secret.clone())?,
            parameters: Parameters {
                algorithm: Algorithm::from_name(&self.algorithm)?,
                digits: Digits::new(self.digits)?,
                period: NonZeroU64::new(self.period)?,
                skew: self.skew,
            },
            last_step: Step(self.last_step),
            clock_offset: self.clock_offset,
            login_failures: self.login_failures.into(),
            locker_failures: self.locker_failures.into(),
            enrolled_at: UnixTime(self.enrolled_at),
        })
    }
}

impl From<Failures> for FailuresRow {
    fn from(failures: Failures) -> Self {
        Self {
            count: failures.count,
            last: failures.last.0,
        }
    }
}

impl From<FailuresRow> for Failures {
    fn from(row: FailuresRow) -> Self {
        Self {
            count: row.count,
            last: UnixTime(row.last),
        }
    }
}
