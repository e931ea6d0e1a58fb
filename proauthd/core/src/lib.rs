//! The decisions of ProAuth, without effects: what is the same for the same arguments.
//!
//! There is no IO, no clock and no async in here. Time comes in as [`UnixTime`], the stored state
//! of an account as [`Record`], and out goes what to answer together with the state to store
//! before answering. The way of a code: [`Typed`] (its form) → [`login::verify`] (the verdict) →
//! [`totp`] (the arithmetic).
#![forbid(unsafe_code)]

mod account;
mod authenticator;
mod authenticators;
pub mod changes;
pub mod check;
pub mod enrollment;
mod failures;
pub mod identity;
mod letters;
pub mod lockout;
pub mod login;
mod record;
pub mod recovery;
pub mod resync;
pub mod ticket;
mod time;
pub mod totp;
mod typed;

pub use account::{AccountName, BadAccountName, Suspension};
pub use authenticator::{Authenticator, AuthenticatorName, BadAuthenticatorName};
pub use authenticators::{Authenticators, MAX_AUTHENTICATORS, NotAdded, NotRemoved};
pub use changes::{Change, Changed};
pub use failures::{FIRST_DELAY, FREE_TRIES, Failures, LONGEST_DELAY};
pub use lockout::Source;
pub use record::Record;
pub use time::UnixTime;
pub use typed::Typed;
