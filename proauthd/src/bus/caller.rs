//! Who calls: the one place where transport credentials become a [`Caller`].

use proauth_interface::{Error, ask_bus};
use zbus::Connection;
use zbus::message::Header;

use super::gate::{self, Place};
use crate::{audit, messages};

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
        let uid = ask_bus(connection, "GetConnectionUnixUser", &sender).await;
        let Ok(uid) = uid else {
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
