//! A program on the other side of the bus that has been checked to be that program.
//!
//! Whoever owns a name on the bus answers for it, so the owner must have the uid that it is to
//! have, and from then on only that owner's unique name is spoken to. Nothing here has a deadline:
//! no D-Bus library bounds the connect, so callers put one around connect and call together.

use serde::{Serialize, de::DeserializeOwned};
use zbus::names::OwnedUniqueName;
use zbus::{Connection, DynamicType, Type};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

/// The owner of a name on the bus, pinned.
#[derive(Debug, Clone)]
pub struct Peer {
    connection: Connection,
    owner: OwnedUniqueName,
    name: &'static str,
    path: &'static str,
    uid: u32,
}

/// Why there is nobody to talk to. Every one of them denies.
#[derive(Debug)]
pub enum ConnectError {
    /// The bus did not answer: not running, refused, or the address is wrong.
    Bus(zbus::Error),
    /// Nobody owns the name, and the bus could not start anybody who would.
    NoOwner(&'static str, zbus::Error),
    /// The name is owned by a process of the first uid, and is to be owned by the second.
    WrongOwner(u32, u32),
}

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the bus does not answer: {error}"),
            Self::NoOwner(name, error) => write!(f, "nobody owns {name}: {error}"),
            Self::WrongOwner(uid, 0) => write!(f, "the name is owned by uid {uid}, not by root"),
            Self::WrongOwner(uid, right) => {
                write!(f, "the name is owned by uid {uid}, not by uid {right}")
            }
        }
    }
}

impl std::error::Error for ConnectError {}

impl Peer {
    /// Finds the owner of `name`, started by the bus if need be, who must have `uid`.
    ///
    /// # Errors
    /// When there is none, or it has another uid.
    pub async fn find(
        connection: Connection,
        name: &'static str,
        path: &'static str,
        uid: u32,
    ) -> Result<Self, ConnectError> {
        let no_owner = |error| ConnectError::NoOwner(name, error);
        let owner = find_owner(&connection, name).await.map_err(no_owner)?;
        let owned_by: u32 = ask_bus(&connection, "GetConnectionUnixUser", &owner.as_str())
            .await
            .map_err(no_owner)?;
        if owned_by != uid {
            return Err(ConnectError::WrongOwner(owned_by, uid));
        }
        Ok(Self {
            connection,
            owner,
            name,
            path,
            uid,
        })
    }

    /// Calls a method. Where the bus has not delivered the question, because the owner has given the
    /// name up since it was found, the next owner is asked, once.
    ///
    /// # Errors
    /// What it answers; also if somebody else does.
    pub async fn call<B, R, E>(&self, interface: &str, method: &str, body: &B) -> Result<R, E>
    where
        B: Serialize + DynamicType,
        R: DeserializeOwned + Type,
        E: From<zbus::Error>,
    {
        match self.call_once(interface, method, body).await {
            Err(error) if was_not_delivered(&error) => {
                let connection = self.connection.clone();
                match Self::find(connection, self.name, self.path, self.uid).await {
                    Ok(next) if next.owner != self.owner => {
                        Ok(next.call_once(interface, method, body).await?)
                    }
                    // Refused for another reason, then.
                    _ => Err(error.into()),
                }
            }
            answer => Ok(answer?),
        }
    }

    async fn call_once<B, R>(
        &self,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<R, zbus::Error>
    where
        B: Serialize + DynamicType,
        R: DeserializeOwned + Type,
    {
        let owner = self.owner.as_str();
        ask(&self.connection, owner, self.path, interface, method, body).await
    }
}

/// Whether the bus has kept a question: its policy knows the owner by the name, and it knows nobody
/// who has left. No program of ours gives these errors. A question that may have been heard is never
/// asked twice.
fn was_not_delivered(error: &zbus::Error) -> bool {
    use zbus::fdo::Error::{AccessDenied, NameHasNoOwner, ServiceUnknown};
    let zbus::Error::FDO(error) = error else {
        return false;
    };
    matches!(
        **error,
        AccessDenied(_) | NameHasNoOwner(_) | ServiceUnknown(_)
    )
}

/// The unique name that owns `name`, after asking the bus to start its owner if nobody does.
async fn find_owner(
    connection: &Connection,
    name: &'static str,
) -> Result<OwnedUniqueName, zbus::Error> {
    match ask_bus(connection, "GetNameOwner", &name).await {
        Err(zbus::Error::FDO(error)) if matches!(*error, zbus::fdo::Error::NameHasNoOwner(_)) => {
            let _started: u32 = ask_bus(connection, "StartServiceByName", &(name, 0u32)).await?;
            ask_bus(connection, "GetNameOwner", &name).await
        }
        answer => answer,
    }
}

/// Asks the bus itself.
///
/// # Errors
/// What it answers; also if somebody else does.
pub async fn ask_bus<B, R>(
    connection: &Connection,
    method: &str,
    body: &B,
) -> Result<R, zbus::Error>
where
    B: Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    ask(connection, BUS, BUS_PATH, BUS, method, body).await
}

/// Asks whoever is called `whom`: a unique name, or the bus.
async fn ask<B, R>(
    connection: &Connection,
    whom: &str,
    path: &str,
    interface: &str,
    method: &str,
    body: &B,
) -> Result<R, zbus::Error>
where
    B: Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    let reply = connection
        .call_method(Some(whom), path, Some(interface), method, body)
        .await?;
    // A lax bus lets anybody send a reply that was not asked of them.
    if reply
        .header()
        .sender()
        .is_none_or(|sender| sender.as_str() != whom)
    {
        return Err(zbus::Error::InvalidReply);
    }
    reply.body().deserialize()
}
