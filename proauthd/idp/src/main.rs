//! `proauth-idp`: asks an OpenID provider who somebody is. The only process of ProAuth that speaks
//! HTTP and TLS; it runs as an account of its own and holds no authenticator's secret.
//!
//! [`bus`] serves root's calls; [`discovery`] asks the issuer to describe itself; [`device`] and
//! [`browser`] are the two ways to sign in; [`verify`] believes the ID token or does not; [`http`]
//! is the way out. What the issuer says is foreign text, and goes through [`text`] and [`address`]
//! before anybody sees it.
#![forbid(unsafe_code)]

mod address;
mod browser;
mod bus;
mod claims;
mod clock;
mod device;
mod discovery;
mod grants;
mod harden;
mod http;
mod log;
mod messages;
mod redirect;
mod refusals;
mod roots;
mod secret;
mod text;
mod tokens;
mod verify;

use std::alloc::System;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use proauth_interface::names;
use sd_notify::NotifyState;
use tokio::time::sleep;
use zbus::Connection;
use zeroizing_alloc::ZeroAlloc;

use grants::Grants;

/// Wipes all memory when it is freed: tokens and client secrets pass through buffers of libraries,
/// which do not wipe them.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// Threads for exchanges over HTTP, each of which has a deadline.
const THREADS: usize = 20;

/// How often is looked for what nobody waits for.
const SWEEP: Duration = Duration::from_secs(1);

/// As long as calls are still answered that came while the name was given back.
const LINGER: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            log::line(&sentence);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let address = bus_address(std::env::args().skip(1))?;
    harden::harden().map_err(|error| format!("cannot start: {error}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(THREADS)
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let ended = runtime.block_on(serve(&address));
    // An exchange under way must not keep the process from ending.
    runtime.shutdown_background();
    ended
}

/// `--bus ADDRESS`, for tests; otherwise the system bus, at its fixed path.
fn bus_address(mut arguments: impl Iterator<Item = String>) -> Result<String, String> {
    match (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) {
        (None, ..) => Ok(names::SYSTEM_BUS.to_owned()),
        (Some("--bus"), Some(address), None) => Ok(address),
        _ => Err("usage: proauth-idp [--bus ADDRESS]; the bus starts it when proauthd asks".into()),
    }
}

/// Serves until nobody wants anything any more, or the bus is gone.
async fn serve(address: &str) -> Result<(), String> {
    let grants = Arc::new(Grants::new());
    let connection = bus::serve(address, &grants, secret::credentials())
        .await
        .map_err(|error| {
            format!(
                "cannot serve on the bus: {error}; check that the bus runs, that its policy lets \
                 this account own {}, and that no other proauth-idp runs",
                names::IDENTITY_BUS_NAME
            )
        })?;
    // Where there is no service manager, there is nobody to tell.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    tokio::select! {
        () = connection.closed() => Err("the bus closed the connection".into()),
        () = until_idle(&connection, &grants) => Ok(()),
    }
}

/// Gives the name back when there is nothing to do, so that the next call starts a new process, and
/// answers what came meanwhile.
async fn until_idle(connection: &Connection, grants: &Grants) {
    while !grants.sweep() {
        sleep(SWEEP).await;
    }
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    // Fails if the bus is gone: then nobody comes any more.
    let _ = connection.release_name(names::IDENTITY_BUS_NAME).await;
    sleep(LINGER).await;
    while !grants.sweep() {
        sleep(SWEEP).await;
    }
}
