//! The D-Bus contract of `proauthd`: names, message bodies, wire enums, errors, and the client
//! that the PAM module and the command line share.
//!
//! What is in here is what both sides of the bus must agree on, and nothing else. The same
//! contract as introspection data is `config/dbus/org.proauth.Daemon1.xml`.
#![forbid(unsafe_code)]

mod body;
mod client;
mod error;
pub mod names;
mod outcome;

pub use body::{
    AccountReply, AccountStatus, BeginReply, Changed, CheckReply, Context, Event, StartReply,
    UNTIL_UNLOCK, VerifyReply,
};
pub use client::{ConnectError, Daemon};
pub use error::Error;
pub use outcome::{Change, Decision, Finding, Standing, Verdict};
