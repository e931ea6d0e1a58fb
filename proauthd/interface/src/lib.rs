//! The D-Bus contract of `proauthd`: names, message bodies, wire enums, errors, and the client
//! that the PAM module and the command line share.
//!
//! What is in here is what both sides of the bus must agree on, and nothing else. The same
//! contract as introspection data is `config/dbus/org.proauth.Daemon1.xml`. `identity` is the contract
//! between the daemon and `proauth-idp`: `config/dbus/org.proauth.IdentityProvider1.xml`.
#![forbid(unsafe_code)]

mod body;
mod client;
mod error;
mod identity;
mod identity_client;
pub mod names;
mod outcome;
mod peer;

pub use body::{
    AcceptedLogin, AccountReply, AccountStatus, BeginReply, Changed, CheckReply, Context,
    EnrollRequest, Event, IdentityReport, Progress, RekeyStatus, UNTIL_UNLOCK, VerifyReply,
};
pub use client::Daemon;
pub use error::Error;
pub use identity::{Claims, Discovered, Grant, IdentityError, Provider};
pub use identity_client::IdentityProvider;
pub use outcome::{Change, Decision, Finding, How, Purpose, SignIn, Stage, Standing, Verdict};
pub use peer::{ConnectError, Peer, ask_bus};
