//! From a configuration to a daemon that answers, until it is told to end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use proauth_interface::{Event, names};
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Receiver;
use tokio::time::{sleep, timeout};
use tracing::{error, info, warn};
use zbus::Connection;

use super::{Daemon, accounts, hasher, log, name_services};
use crate::bus;
use crate::config::{self, ConfigError, Loaded};
use crate::store::keyring::{Lookout, SEALED_CREDENTIALS};
use crate::store::{self, OpenError};

/// From finding the daemon to having asked it, a module takes a millisecond.
const LAST_CALLS: Duration = Duration::from_millis(300);

/// How often to look whether all codes were judged: recovery codes take a tenth of a second, each.
const AGAIN: Duration = Duration::from_millis(20);

/// How long all of ending may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why the daemon did not start, or ended unasked.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store is not to be used as it is.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The bus does not answer, or gave the name to somebody else.
    #[error(
        "cannot serve on the bus: {0}; check that the bus runs, that its policy lets root own the \
         name, and that no other proauthd runs"
    )]
    Bus(#[from] zbus::Error),
    /// The bus went away.
    #[error("the bus closed the connection; start the daemon again when the bus is back")]
    BusGone,
    /// The system does not give what the daemon needs.
    #[error("cannot start: {0}")]
    System(String),
}

/// Serves until SIGTERM. SIGHUP reads the configuration again.
///
/// # Errors
/// [`ServeError`].
pub fn serve(config: Option<&Path>, address: &str) -> Result<(), ServeError> {
    log::start();
    let loaded = load(config)?;
    let Loaded {
        config: settings, ..
    } = loaded;
    let credentials = credentials();
    let keys = lookout(&settings.key, credentials.as_deref(), config.is_none());
    let store = store::open(&settings.store, keys)?;
    name_services::warn_of_networked();
    let (daemon, events) = Daemon::new(store, settings).map_err(system)?;
    let daemon = Arc::new(daemon);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(accounts::LOOKUPS + hasher::HASHES)
        .build()
        .map_err(system)?;
    let ended = runtime.block_on(run(config, address, &daemon, events));
    // A look-up that hangs must not keep the daemon from ending.
    runtime.shutdown_background();
    ended
}

/// Makes an empty store for the key that is there.
///
/// # Errors
/// [`ServeError`]; above all if there is a store.
pub fn init(config: Option<&Path>) -> Result<PathBuf, ServeError> {
    let Loaded {
        config: settings, ..
    } = load(config)?;
    let credentials = credentials();
    let keys = lookout(&settings.key, credentials.as_deref(), config.is_none());
    drop(store::create(&settings.store, keys)?);
    Ok(settings.store)
}

async fn run(
    config: Option<&Path>,
    address: &str,
    daemon: &Arc<Daemon>,
    events: Receiver<Event>,
) -> Result<(), ServeError> {
    let listen = |kind| signal(kind).map_err(system);
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let connection = bus::serve(address, daemon).await?;
    notify(&[NotifyState::Ready]);
    info!(event = "ready", "serving");
    let ended = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        () = connection.closed() => Err(ServeError::BusGone),
        () = reload_on(&mut hangup, config, daemon) => Ok(()),
        () = bus::tell(&connection, events) => Ok(()),
        () = bus::watch_clock(&connection, daemon) => Ok(()),
        () = daemon.finish_rekeys() => Ok(()),
    };
    notify(&[NotifyState::Stopping]);
    info!(event = "stopping", "ending");
    close(connection, daemon).await;
    ended
}

/// Reads the configuration again at each signal; a wrong one changes nothing.
async fn reload_on(hangup: &mut Signal, path: Option<&Path>, daemon: &Daemon) {
    while hangup.recv().await.is_some() {
        match load(path) {
            Ok(Loaded { config: new, .. }) => {
                let old = daemon.config();
                if (&new.store, &new.key) != (&old.store, &old.key) {
                    warn!(
                        event = "reload",
                        "store.path and key.path change only at a restart"
                    );
                }
                daemon.set_config(new);
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

fn load(path: Option<&Path>) -> Result<Loaded, ConfigError> {
    let loaded = config::load(path)?;
    for warning in &loaded.warnings {
        warn!(event = "config", "{warning}");
    }
    Ok(loaded)
}

/// Where the keys of a daemon may lie that is that of the unit, or not.
fn lookout<'a>(file: &'a Path, credentials: Option<&'a Path>, is_units: bool) -> Lookout<'a> {
    let sealed = is_units.then(|| Path::new(SEALED_CREDENTIALS));
    Lookout {
        file,
        credentials,
        sealed,
    }
}

/// The folder of systemd's credentials. The one variable besides `NOTIFY_SOCKET` that the daemon
/// heeds: both come from the service manager.
fn credentials() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "systemd.exec(5), LoadCredential="
    )]
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

/// Tells systemd; where there is none, there is nobody to tell.
fn notify(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        warn!(
            event = "notify",
            "the service manager cannot be told: {error}"
        );
    }
}

/// Gives up the name, so that whoever asks from now on asks the next daemon, and goes on answering
/// those who have found this one already: a code that was judged but not answered is used up. Does
/// not wait for a stopped bus.
async fn close(connection: Connection, daemon: &Daemon) {
    let farewell = async {
        let _ = connection.release_name(names::BUS_NAME).await;
        sleep(LAST_CALLS).await;
        while daemon.is_judging() {
            sleep(AGAIN).await;
        }
        connection.graceful_shutdown().await;
    };
    let _ = timeout(GOODBYE, farewell).await;
}

fn system(error: impl std::fmt::Display) -> ServeError {
    ServeError::System(error.to_string())
}
