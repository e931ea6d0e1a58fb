//! Who calls: the one place where transport credentials become a [`Caller`].

use proauth_interface::Error;
use zbus::Connection;
use zbus::message::Header;

use super::gate::{self, Place};
use crate::{audit, messages};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

/// A process on the other side, as the transport vouches for it.
#[derive(Debug)]
pub struct Caller {
    /// Its uid.
    pub uid: u32,
    /// Its connection: while it is there, nobody else has the same.
    pub connection: String,
    /// Kept while the call is under way.
    _place: Place,
}

impl Caller {
    /// The sender of a message that came over the bus, by what the bus says of it.
    ///
    /// # Errors
    /// If there is no sender, it has gone, or the bus does not say: a caller that cannot be
    /// looked up is nobody, and least of all root (CVE-2021-3560).
    pub async fn of_message(connection: &Connection, header: &Header<'_>) -> Result<Self, Error> {
        let sender = header.sender().ok_or_else(messages::caller_unknown)?;
        let place = gate::enter(sender).ok_or_else(messages::too_many_questions)?;
        let Some(uid) = uid_of(connection, sender).await else {
            audit::caller_unknown(header.member().map_or("", |member| member.as_str()));
            return Err(messages::caller_unknown());
        };
        Ok(Self {
            uid,
            connection: sender.to_string(),
            _place: place,
        })
    }
}

/// The uid that the bus has for `sender`; `None` unless the bus itself says so.
async fn uid_of(connection: &Connection, sender: &str) -> Option<u32> {
    let question = "GetConnectionUnixUser";
    let answer = connection
        .call_method(Some(BUS), BUS_PATH, Some(BUS), question, &sender)
        .await;
    let answer = answer.ok()?;
    if answer.header().sender()?.as_str() != BUS {
        return None;
    }
    answer.body().deserialize().ok()
}
