//! Whoever leaves the bus in the middle of an enrollment has ended it: Ctrl-C, a closed terminal,
//! a connection that broke.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use proauth_interface::Error;
use zbus::export::ordered_stream::OrderedStreamExt;
use zbus::{Connection, MatchRule, MessageStream};

use crate::daemon::Daemon;
use crate::{audit, messages};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

static WATCHED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Lets `daemon` know when `sender` leaves the bus. Once is enough for a connection.
///
/// # Errors
/// If the bus does not let us watch: then nothing must be begun that would not end.
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
        audit::failed("watching the bus", &error);
        messages::caller_unknown()
    })?;
    let (connection, sender) = (connection.clone(), sender.to_owned());
    let daemon = Arc::clone(daemon);
    tokio::spawn(async move {
        wait_until_gone(&connection, &sender, departures).await;
        watched().remove(&sender);
        daemon.connection_gone(&sender).await;
    });
    Ok(())
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
    let there: zbus::Result<bool> = async {
        let question = "NameHasOwner";
        let answer = connection
            .call_method(Some(BUS), BUS_PATH, Some(BUS), question, &sender)
            .await?;
        answer.body().deserialize()
    }
    .await;
    if there.unwrap_or(false) {
        let _gone = departures.next().await;
    }
}

fn watched() -> MutexGuard<'static, HashSet<String>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}
