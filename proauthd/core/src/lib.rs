//! The decisions of ProAuth, without effects: what is the same for the same arguments.
//!
//! There is no IO, no clock and no async in here. Time comes in as [`UnixTime`], the stored state
//! of an account as [`Record`], and out goes what to answer together with the state to store
//! before answering. The way of a code: [`Typed`] (its form) → [`login::verify`] (the verdict) →
//! [`totp`] (the arithmetic).
#![forbid(unsafe_code)]

mod account;
pub mod check;
pub mod enrollment;
mod failures;
pub mod login;
mod record;
pub mod resync;
mod time;
pub mod totp;
mod typed;

pub use account::{AccountName, BadAccountName};
pub use failures::{FREE_TRIES, Failures, RETRY_DELAY};
pub use record::{Record, Source};
pub use time::UnixTime;
pub use typed::Typed;
