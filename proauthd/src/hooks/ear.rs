//! Hears the daemon, and nobody else: the signal `Events.Happened`, from the connection that owns
//! the daemon's name and is root's.
//!
//! Anybody may send a signal straight to a connection, and a lax bus policy lets anybody own the
//! name; so who sent it is checked here, whatever the bus has let through.

use std::io;
use std::time::Duration;

use proauth_interface::{Event, names};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use zbus::export::ordered_stream::OrderedStreamExt;
use zbus::names::OwnedUniqueName;
use zbus::{Connection, Message, MessageStream, Type};

use crate::bus;

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const OWNERS: &str = "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',\
    interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.proauth.Daemon1'";
const EVENTS: &str = "type='signal',sender='org.proauth.Daemon1',path='/org/proauth/Daemon1',\
    interface='org.proauth.Daemon1.Events',member='Happened'";

/// How long the bus may take to say who owns a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that listens, and one that asks. One alone could wait for ever: while nobody
/// takes signals from its full queue, it reads no answers either.
pub struct Ear {
    signals: MessageStream,
    asking: Connection,
    owner: Owner,
}

/// Who owns the daemon's name.
#[derive(Debug, PartialEq, Eq)]
pub enum Owner {
    /// A process of root's, which is heard.
    Root(OwnedUniqueName),
    /// A process of this uid, which is not.
    Stranger(u32),
    /// Nobody.
    Nobody,
}

/// What there is to act upon.
pub enum Heard {
    /// The daemon told this.
    Event(Event),
    /// The daemon told something that is no [`Event`].
    Malformed,
    /// See [`Ear::owner`].
    OwnerChanged,
}

impl Ear {
    /// Listens on the bus at `address`.
    ///
    /// # Errors
    /// If the bus does not answer.
    pub async fn open(address: &str) -> zbus::Result<Self> {
        let listening = bus::builder(address).await?.build().await?;
        let asking = bus::builder(address).await?.build().await?;
        for rule in [OWNERS, EVENTS] {
            let () = ask(&listening, "AddMatch", rule).await?;
        }
        // From here on the queue takes signals; asking who owns the name now misses no change.
        let signals = MessageStream::from(listening);
        let mut ear = Self {
            signals,
            asking,
            owner: Owner::Nobody,
        };
        let name = match ask::<OwnedUniqueName>(&ear.asking, "GetNameOwner", names::BUS_NAME).await
        {
            Ok(name) => Some(name),
            Err(error) if is_refusal(&error) => None,
            Err(error) => return Err(error),
        };
        ear.owner = ear.owner_behind(name).await?;
        Ok(ear)
    }

    /// Who is heard.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Waits for the next thing to act upon. Must not be dropped before it is there: a change of
    /// the owner would get lost.
    ///
    /// # Errors
    /// If the bus is gone.
    pub async fn next(&mut self) -> zbus::Result<Heard> {
        loop {
            let Some(message) = self.signals.next().await else {
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into());
            };
            let message = message?;
            match self.kind_of(&message) {
                Kind::Happened => {
                    let event = message.body().deserialize();
                    return Ok(event.map_or(Heard::Malformed, Heard::Event));
                }
                Kind::OwnerChanged => {
                    let body = message.body();
                    let (name, _, new): (&str, &str, &str) = body.deserialize()?;
                    if name != names::BUS_NAME {
                        continue;
                    }
                    self.owner = self
                        .owner_behind(OwnedUniqueName::try_from(new).ok())
                        .await?;
                    return Ok(Heard::OwnerChanged);
                }
                Kind::Other => {}
            }
        }
    }

    fn kind_of(&self, message: &Message) -> Kind {
        let header = message.header();
        let from = header.sender().map_or("", |sender| sender.as_str());
        let interface = header.interface().map(|interface| interface.as_str());
        let member = header.member().map(|member| member.as_str());
        let is_daemon = matches!(&self.owner, Owner::Root(name) if name.as_str() == from);
        match (message.message_type(), interface, member) {
            (zbus::message::Type::Signal, Some(names::EVENTS), Some("Happened")) if is_daemon => {
                Kind::Happened
            }
            (zbus::message::Type::Signal, Some(BUS), Some("NameOwnerChanged")) if from == BUS => {
                Kind::OwnerChanged
            }
            _ => Kind::Other,
        }
    }

    /// What is behind the owner `name`.
    async fn owner_behind(&self, name: Option<OwnedUniqueName>) -> zbus::Result<Owner> {
        let Some(name) = name else {
            return Ok(Owner::Nobody);
        };
        match ask(&self.asking, "GetConnectionUnixUser", name.as_str()).await {
            Ok(0) => Ok(Owner::Root(name)),
            Ok(uid) => Ok(Owner::Stranger(uid)),
            // It has gone already.
            Err(error) if is_refusal(&error) => Ok(Owner::Nobody),
            Err(error) => Err(error),
        }
    }
}

enum Kind {
    Happened,
    OwnerChanged,
    Other,
}

/// Asks the bus. An answer that is not its own is an error: a lax bus lets anybody send one.
async fn ask<R: DeserializeOwned + Type>(
    connection: &Connection,
    method: &str,
    argument: &str,
) -> zbus::Result<R> {
    let answer = connection.call_method(Some(BUS), BUS_PATH, Some(BUS), method, &argument);
    let answer = timeout(PATIENCE, answer).await.map_err(|_| no_answer())??;
    let header = answer.header();
    if header.sender().is_none_or(|sender| sender.as_str() != BUS) {
        return Err(zbus::Error::InvalidReply);
    }
    answer.body().deserialize()
}

/// Whether the bus has answered, but with an error.
fn is_refusal(error: &zbus::Error) -> bool {
    matches!(error, zbus::Error::MethodError(..) | zbus::Error::FDO(_))
}

/// The bus says nothing.
pub fn no_answer() -> zbus::Error {
    io::Error::from(io::ErrorKind::TimedOut).into()
}
