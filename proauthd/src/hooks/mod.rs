//! `proauthd hooks`: runs the administrator's program when something happened to an account.
//!
//! A process of its own, since the daemon's sandbox leaves a program nothing to tell anybody with.
//! [`ear`] hears the daemon on the bus, [`happening`] makes of what it hears something that may be
//! handed to a program, [`program`] says whether that program may be run, and [`runner`] runs it,
//! bounded in time and number, each time in a [`group`] of its own.

mod ear;
mod group;
mod happening;
mod program;
mod runner;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::geteuid;
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;
use tracing::{error, info, warn};

use crate::config::{self, ConfigError};
use crate::daemon::log;
use crate::{audit, messages};

use ear::{Ear, Heard};
use happening::Happening;
use program::check;
pub use program::{Unfit, Why};
use runner::WAITING;

/// How long the bus may take to let us listen; it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the process did not start, or ended unasked.
#[derive(Debug, thiserror::Error)]
pub enum HooksError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The events are for root alone.
    #[error("only root hears what happens to accounts; run it as root, or start proauthd-hooks")]
    NotRoot,
    /// The bus does not answer, or went away.
    #[error("cannot listen on the bus: {0}; is the bus running? (`systemctl status dbus`)")]
    Bus(#[from] zbus::Error),
    /// The system does not give what is needed.
    #[error("cannot start: {0}; try again")]
    System(#[from] std::io::Error),
}

/// Why the program of `hooks.on_event`, if there is one, would not be run.
pub fn complaint(on_event: Option<&Path>) -> Option<String> {
    let unfit = check(on_event?).err()?;
    Some(messages::unfit_program(&unfit))
}

/// Listens and runs until SIGTERM, which ends the programs that are running too. SIGHUP reads the
/// configuration again.
///
/// # Errors
/// [`HooksError`].
pub fn hooks(config: Option<&Path>, address: &str) -> Result<(), HooksError> {
    log::start();
    if !geteuid().is_root() {
        return Err(HooksError::NotRoot);
    }
    let program = RefCell::new(load(config)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(run(config, address, &program));
    // Ends the programs, and does not wait for them.
    runtime.shutdown_background();
    ended
}

async fn run(
    config: Option<&Path>,
    address: &str,
    program: &RefCell<Option<PathBuf>>,
) -> Result<(), HooksError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let opened = timeout(PATIENCE, Ear::open(address)).await;
    let ear = opened.unwrap_or_else(|_| Err(ear::no_answer()))?;
    let (queue, waiting) = channel(WAITING);
    notify(NotifyState::Ready);
    let ended = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        error = listen(ear, queue) => Err(error.into()),
        () = reload_on(&mut hangup, config, program) => Ok(()),
        () = runner::run_all(waiting, program) => Ok(()),
    };
    notify(NotifyState::Stopping);
    info!(event = "stopping", "ending");
    ended
}

/// Queues what the daemon tells, until the bus is gone. What finds no room is dropped: a line says
/// so when that begins, and the next one not before the queue was empty again.
async fn listen(mut ear: Ear, queue: Sender<Happening>) -> zbus::Error {
    let mut flooded = false;
    say_owner(&ear);
    loop {
        match ear.next().await {
            Ok(Heard::Event(event)) => {
                let Some(happening) = Happening::parse(event) else {
                    audit::event_malformed();
                    continue;
                };
                flooded &= queue.capacity() < WAITING;
                if queue.try_send(happening).is_err() && !flooded {
                    flooded = true;
                    audit::hooks_flooded(WAITING);
                }
            }
            Ok(Heard::Malformed) => audit::event_malformed(),
            Ok(Heard::OwnerChanged) => say_owner(&ear),
            Err(error) => return error,
        }
    }
}

fn say_owner(ear: &Ear) {
    match ear.owner() {
        ear::Owner::Root(name) => info!(event = "listening", "listening to the daemon ({name})"),
        ear::Owner::Nobody => info!(event = "waiting", "waiting for the daemon"),
        ear::Owner::Stranger(uid) => error!(
            event = "impostor",
            uid,
            "not listening to uid {uid}, which owns the name of the daemon; find out who that is \
             (`busctl status org.proauth.Daemon1`)"
        ),
    }
}

/// Reads the configuration again at each signal; a wrong one changes nothing.
async fn reload_on(hangup: &mut Signal, config: Option<&Path>, program: &RefCell<Option<PathBuf>>) {
    while hangup.recv().await.is_some() {
        match load(config) {
            Ok(new) => {
                program.replace(new);
                info!(event = "reload", "configuration read again");
            }
            Err(mistake) => {
                error!(
                    event = "reload",
                    "configuration is wrong, the old one stays: {mistake}"
                );
            }
        }
    }
}

/// The program of the configuration, and a line if it will not be run as it is now.
fn load(config: Option<&Path>) -> Result<Option<PathBuf>, ConfigError> {
    let program = config::load(config)?.config.on_event;
    match &program {
        None => warn!(
            event = "config",
            "hooks.on_event names no program: nothing will be run; set it, or disable \
             proauthd-hooks"
        ),
        Some(path) => {
            if let Err(unfit) = check(path) {
                audit::hook_refused(&unfit);
            }
        }
    }
    Ok(program)
}

/// Tells systemd; where there is none, there is nobody to tell.
fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        warn!(
            event = "notify",
            "the service manager cannot be told: {error}"
        );
    }
}
