//! The daemon's face on the bus: the served interfaces, who may call what, and who calls.
//!
//! A call comes in at `login`, `enrollment` or `admin`; `gate` bounds what one connection asks at
//! a time; `caller` makes a `Caller` of its transport credentials; `access` is the one table of
//! who may; then `crate::daemon` does it. `departures` notices who leaves in the middle. `events`
//! goes the other way; `clock` and `origin` ask other services.

mod access;
mod admin;
mod caller;
mod clock;
mod departures;
mod enrollment;
mod events;
mod gate;
mod login;
mod origin;
mod socket;

use std::sync::Arc;

use proauth_interface::names;
use tokio::net::UnixStream;
use zbus::Connection;
use zbus::connection::Builder;

use crate::daemon::Daemon;

pub use clock::watch_clock;
pub use events::tell;

/// Serves `daemon` on the bus at `address`; the name is owned when this returns.
///
/// # Errors
/// If the bus does not answer, or refuses the name.
pub async fn serve(address: &str, daemon: &Arc<Daemon>) -> zbus::Result<Connection> {
    let shared = || Arc::clone(daemon);
    builder(address)
        .await?
        .serve_at(names::OBJECT_PATH, login::Login(shared()))
        .serve_at(names::OBJECT_PATH, enrollment::Enrollment(shared()))
        .serve_at(names::OBJECT_PATH, admin::Admin(shared()))
        .serve_at(names::OBJECT_PATH, events::Events)
        // zbus' defaults let anybody who may own the name take it from a running daemon.
        .allow_name_replacements(false)
        .replace_existing_names(false)
        .name(names::BUS_NAME)
        .build()
        .await
}

/// The beginning of a connection to the bus at `address`: at a path, one that keeps no message and
/// takes no descriptors.
///
/// # Errors
/// If nobody listens there.
pub async fn builder(address: &str) -> zbus::Result<Builder<'_>> {
    Ok(match address.strip_prefix("unix:path=") {
        Some(path) => Builder::socket(socket::Stream(UnixStream::connect(path).await?)),
        None => Builder::address(address),
    })
}
