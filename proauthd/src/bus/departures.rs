//! Whoever leaves the bus in the middle of an enrollment has ended it: Ctrl-C, a closed terminal,
//! a connection that broke.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use proauth_interface::{Error, ask_bus};
use zbus::export::ordered_stream::OrderedStreamExt;
use zbus::{Connection, MatchRule, MessageStream};

use crate::daemon::Daemon;
use crate::{audit, messages};

const BUS: &str = "org.freedesktop.DBus";

static WATCHED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Lets `daemon` know when `sender` leaves the bus, or has left it already, for as long as an
/// enrollment of its is under way. Once is enough for a connection.
///
/// # Errors
/// If the bus does not let us watch: then the enrollment has ended, for it would not.
pub async fn watch(
    connection: &Connection,
    sender: &str,
    daemon: &Arc<Daemon>,
) -> Result<(), Error> {
    if !watched().insert(sender.to_owned()) {
        return Ok(());
    }
    let departures = departures_of(connection, sender).await;
    let departures = departures.map_err(|error| {
        watched().remove(sender);
        daemon.connection_gone(sender);
        audit::failed("watching the bus", &error);
        messages::caller_unknown()
    })?;
    let (connection, sender) = (connection.clone(), sender.to_owned());
    let daemon = Arc::clone(daemon);
    tokio::spawn(async move {
        let mut gone = pin!(wait_until_gone(&connection, &sender, departures));
        let mut has_left = false;
        while !is_over(&daemon, &sender) {
            if !has_left {
                tokio::select! {
                    () = &mut gone => has_left = true,
                    () = daemon.wait_for_ends_of(&sender) => {}
                }
            }
            if has_left {
                daemon.connection_gone(&sender);
            }
        }
    });
    Ok(())
}

/// Whether nothing of `sender` is under way: then it is not watched any more.
fn is_over(daemon: &Daemon, sender: &str) -> bool {
    let mut watched = watched();
    let is_over = !daemon.has_enrollments_of(sender);
    if is_over {
        watched.remove(sender);
    }
    is_over
}

/// What the bus tells when `sender` leaves it.
async fn departures_of(connection: &Connection, sender: &str) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(BUS)
        .interface(BUS)
        .member("NameOwnerChanged")
        .arg(0, sender)
        .arg(2, "")
        .build()?;
    MessageStream::for_match_rule(rule, connection, None).await
}

async fn wait_until_gone(connection: &Connection, sender: &str, mut departures: MessageStream) {
    // It may have left before anybody watched.
    let there = ask_bus(connection, "NameHasOwner", &sender).await;
    if there.unwrap_or(false) {
        let _gone = departures.next().await;
    }
}

fn watched() -> MutexGuard<'static, HashSet<String>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}
