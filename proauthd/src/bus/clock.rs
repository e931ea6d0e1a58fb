//! Whether this machine's clock is synchronised, as systemd's timedated reads it from the kernel.
//!
//! Not read by ourselves: that takes a system call without a safe crate, and one that the unit's
//! `ProtectClock=` forbids. Where there is no timedated, nobody says anything.

use std::time::Duration;

use zbus::{Connection, Variant};

use crate::daemon::Daemon;

const TIMEDATE: &str = "org.freedesktop.timedate1";
const TIMEDATE_PATH: &str = "/org/freedesktop/timedate1";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// At the start, a clock is often not synchronised yet.
const FIRST: Duration = Duration::from_secs(5 * 60);

const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Asks again and again, and lets `daemon` know, for ever. Where there is no answer twice, there
/// is no timedated, and the bus is not troubled any more.
pub async fn watch_clock(connection: &Connection, daemon: &Daemon) {
    let (mut pause, mut unanswered) = (FIRST, 0);
    while unanswered < 2 {
        match is_synchronised(connection).await {
            Some(synchronised) => {
                unanswered = 0;
                daemon.set_clock_unsynchronised(!synchronised);
            }
            None => unanswered += 1,
        }
        tokio::time::sleep(pause).await;
        pause = INTERVAL;
    }
    std::future::pending().await
}

async fn is_synchronised(connection: &Connection) -> Option<bool> {
    let question = (TIMEDATE, "NTPSynchronized");
    let interface = Some(PROPERTIES);
    let answer = connection
        .call_method(Some(TIMEDATE), TIMEDATE_PATH, interface, "Get", &question)
        .await;
    let answer = answer.ok()?;
    let body = answer.body();
    match body.deserialize::<Variant<'_>>().ok()? {
        Variant::Bool(synchronised) => Some(synchronised),
        _ => None,
    }
}
