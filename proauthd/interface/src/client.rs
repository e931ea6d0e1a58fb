//! The client side: a connection to the daemon that has been checked to be the daemon.
//!
//! Whoever owns the name on the bus answers for every login, so the owner must be root, and from
//! then on only that owner's unique name is spoken to. Nothing here has a deadline: no D-Bus
//! library bounds the connect, so callers put one around connect and call together.

use serde::{Serialize, de::DeserializeOwned};
use zbus::names::{BusName, OwnedUniqueName};
use zbus::{Connection, DynamicType, Type, connection::Builder};

use crate::body::{
    AccountReply, AccountStatus, BeginReply, CheckReply, Context, StartReply, VerifyReply,
};
use crate::{Error, names};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

/// A connection to `proauthd`, with the owner of its name pinned.
#[derive(Debug)]
pub struct Daemon {
    connection: Connection,
    owner: OwnedUniqueName,
}

/// Why there is no daemon to talk to. Every one of them denies a login.
#[derive(Debug)]
pub enum ConnectError {
    /// The bus did not answer: not running, refused, or the address is wrong.
    Bus(zbus::Error),
    /// Nobody owns the name, and the bus could not start anybody who would.
    NoDaemon(zbus::Error),
    /// The name is owned by a process of this uid, which is not root.
    NotRoot(u32),
}

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the bus does not answer: {error}"),
            Self::NoDaemon(error) => write!(f, "nobody owns {}: {error}", names::BUS_NAME),
            Self::NotRoot(uid) => {
                write!(f, "{} is owned by uid {uid}, not by root", names::BUS_NAME)
            }
        }
    }
}

impl std::error::Error for ConnectError {}

impl Daemon {
    /// Connects to the bus at `address` (a D-Bus server address) and finds the daemon there,
    /// started by the bus if need be. Runs inside a tokio runtime.
    ///
    /// # Errors
    /// When the bus or the daemon is absent, or the owner of the name is not root.
    pub async fn connect(address: &str) -> Result<Self, ConnectError> {
        let connection = Builder::address(address)
            .build()
            .await
            .map_err(ConnectError::Bus)?;
        let owner = find_owner(&connection)
            .await
            .map_err(ConnectError::NoDaemon)?;
        let uid: u32 = ask_bus(&connection, "GetConnectionUnixUser", &owner.as_str())
            .await
            .map_err(ConnectError::NoDaemon)?;
        if uid != 0 {
            return Err(ConnectError::NotRoot(uid));
        }
        Ok(Self { connection, owner })
    }

    /// `Login.Begin`: what to do about this login.
    ///
    /// # Errors
    /// Any error means that nothing was decided: deny.
    pub async fn begin(&self, context: &Context) -> Result<BeginReply, Error> {
        self.call(names::LOGIN, "Begin", &(context,)).await
    }

    /// `Login.Verify`: checks `code`, as it was typed.
    ///
    /// # Errors
    /// Any error means that nothing was accepted: deny.
    pub async fn verify(&self, context: &Context, code: &str) -> Result<VerifyReply, Error> {
        self.call(names::LOGIN, "Verify", &(context, code)).await
    }

    /// `Login.Told`: the user has been shown the changes up to that of `at`.
    ///
    /// # Errors
    /// Any error means that they will be told again.
    pub async fn told(&self, context: &Context, at: u64) -> Result<(), Error> {
        self.call(names::LOGIN, "Told", &(context, at)).await
    }

    /// `Login.Account`: whether the account may be used, however it was authenticated.
    ///
    /// # Errors
    /// Any error means that nothing was decided: deny.
    pub async fn account(&self, context: &Context) -> Result<AccountReply, Error> {
        self.call(names::LOGIN, "Account", &(context,)).await
    }

    /// `Enrollment.Start`: a new secret for `user`, kept pending for this connection.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn start_enrollment(&self, user: &str) -> Result<StartReply, Error> {
        self.call(names::ENROLLMENT, "Start", &user).await
    }

    /// `Enrollment.Confirm`: binds the pending secret of `user`, proven by its first code.
    /// Returns the recovery codes.
    ///
    /// # Errors
    /// As the daemon says; after `CodeRejected` the secret is still pending.
    pub async fn confirm_enrollment(&self, user: &str, code: &str) -> Result<Vec<String>, Error> {
        self.call(names::ENROLLMENT, "Confirm", &(user, code)).await
    }

    /// `Enrollment.Cancel`: forgets what this connection started for `user`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn cancel_enrollment(&self, user: &str) -> Result<(), Error> {
        self.call(names::ENROLLMENT, "Cancel", &user).await
    }

    /// `Enrollment.Remove`: takes the authenticator of `user` away.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn unenroll(&self, user: &str) -> Result<(), Error> {
        self.call(names::ENROLLMENT, "Remove", &user).await
    }

    /// `Enrollment.RecoveryCodes`: new recovery codes for `user`, in place of all old ones. `code`
    /// is a current one; root may leave it empty.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn recovery_codes(&self, user: &str, code: &str) -> Result<Vec<String>, Error> {
        self.call(names::ENROLLMENT, "RecoveryCodes", &(user, code))
            .await
    }

    /// `Admin.Unlock`: forgets the wrong codes of `user`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn unlock(&self, user: &str) -> Result<(), Error> {
        self.call(names::ADMIN, "Unlock", &user).await
    }

    /// `Admin.Emergency`: a code that lets `user` in once within `seconds`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn emergency(&self, user: &str, seconds: u64) -> Result<String, Error> {
        self.call(names::ADMIN, "Emergency", &(user, seconds)).await
    }

    /// `Admin.Suspend`: refuses every login of `user` until `Resume`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn suspend(&self, user: &str) -> Result<(), Error> {
        self.call(names::ADMIN, "Suspend", &user).await
    }

    /// `Admin.Resume`: ends that.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn resume(&self, user: &str) -> Result<(), Error> {
        self.call(names::ADMIN, "Resume", &user).await
    }

    /// `Admin.Prune`: removes the record of `user`, if its account is gone or another one.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn prune(&self, user: &str) -> Result<(), Error> {
        self.call(names::ADMIN, "Prune", &user).await
    }

    /// `Admin.Status`: one account.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn status(&self, user: &str) -> Result<AccountStatus, Error> {
        self.call(names::ADMIN, "Status", &user).await
    }

    /// `Admin.List`: every enrolled account, by name.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn list(&self) -> Result<Vec<AccountStatus>, Error> {
        self.call(names::ADMIN, "List", &()).await
    }

    /// `Admin.Check`: what the daemon thinks of `code`; uses it up if it is right.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn check(&self, user: &str, code: &str) -> Result<CheckReply, Error> {
        self.call(names::ADMIN, "Check", &(user, code)).await
    }

    /// `Admin.Resync`: sets the last used step of `user` to the newest of the present window.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn resync(&self, user: &str) -> Result<(), Error> {
        self.call(names::ADMIN, "Resync", &user).await
    }

    /// `Admin.ResyncCodes`: finds out how far the clock of the authenticator is off, from three
    /// consecutive codes. Returns that offset in seconds.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn resync_codes(&self, user: &str, codes: &[String]) -> Result<i64, Error> {
        self.call(names::ADMIN, "ResyncCodes", &(user, codes)).await
    }

    async fn call<B, R>(&self, interface: &str, method: &str, body: &B) -> Result<R, Error>
    where
        B: Serialize + DynamicType,
        R: DeserializeOwned + Type,
    {
        let destination = BusName::from(self.owner.as_ref());
        let path = names::OBJECT_PATH;
        let reply = self
            .connection
            .call_method(Some(destination), path, Some(interface), method, body)
            .await?;
        // A lax bus lets anybody send a reply that was not asked of them.
        if reply
            .header()
            .sender()
            .is_none_or(|sender| sender.as_str() != self.owner.as_str())
        {
            return Err(Error::ZBus(zbus::Error::InvalidReply));
        }
        Ok(reply.body().deserialize()?)
    }
}

/// The unique name that owns ours, after asking the bus to start the daemon if nobody does.
async fn find_owner(connection: &Connection) -> Result<OwnedUniqueName, zbus::Error> {
    match ask_bus(connection, "GetNameOwner", &names::BUS_NAME).await {
        Err(zbus::Error::FDO(error)) if matches!(*error, zbus::fdo::Error::NameHasNoOwner(_)) => {
            let _started: u32 =
                ask_bus(connection, "StartServiceByName", &(names::BUS_NAME, 0u32)).await?;
            ask_bus(connection, "GetNameOwner", &names::BUS_NAME).await
        }
        answer => answer,
    }
}

async fn ask_bus<B, R>(connection: &Connection, method: &str, body: &B) -> Result<R, zbus::Error>
where
    B: Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    let reply = connection
        .call_method(Some(BUS), BUS_PATH, Some(BUS), method, body)
        .await?;
    if reply
        .header()
        .sender()
        .is_none_or(|sender| sender.as_str() != BUS)
    {
        return Err(zbus::Error::InvalidReply);
    }
    reply.body().deserialize()
}
