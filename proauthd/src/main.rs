//! `proauthd`: the daemon that decides about second factors, and the command line that asks it.
//!
//! `serve` runs [`daemon`] over [`store`] and lets [`bus`] speak for it; every other command of
//! [`cli`] is a client on the bus. What is decided is decided in the crate `proauth-core`.
#![forbid(unsafe_code)]

mod audit;
mod bus;
mod cli;
mod config;
mod daemon;
mod harden;
mod hooks;
mod key_pipe;
#[cfg(feature = "manual")]
mod manual;
mod messages;
mod store;

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory when it is freed: codes pass through buffers of the bus library, which does
/// not wipe them.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    #[cfg(feature = "manual")]
    if let Some(errand) = manual::asked() {
        return manual::write(&errand);
    }
    cli::run()
}
