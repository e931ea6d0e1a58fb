//! The client of `proauth-idp`, for the daemon.

use zbus::Connection;

use crate::identity::{Claims, Discovered, Grant, IdentityError, Provider};
use crate::peer::{ConnectError, Peer};
use crate::{SignIn, names};

/// `proauth-idp`, with the owner of its name pinned.
#[derive(Debug, Clone)]
pub struct IdentityProvider(Peer);

impl IdentityProvider {
    /// Finds `proauth-idp` on the bus of `connection`, started by the bus if need be. `uid` is
    /// that of [`names::IDENTITY_ACCOUNT`]. No deadline: see [`Peer`].
    ///
    /// # Errors
    /// When it is absent, or somebody else owns the name.
    pub async fn find(connection: Connection, uid: u32) -> Result<Self, ConnectError> {
        let (name, path) = (names::IDENTITY_BUS_NAME, names::IDENTITY_PATH);
        Ok(Self(Peer::find(connection, name, path, uid).await?))
    }

    /// `Check`: what the issuer says of itself.
    ///
    /// # Errors
    /// As `proauth-idp` says; see [`IdentityError`].
    pub async fn check(&self, provider: &Provider) -> Result<Discovered, IdentityError> {
        self.0.call(names::IDENTITY, "Check", &(provider,)).await
    }

    /// `Start`: begins a sign-in.
    ///
    /// # Errors
    /// As `proauth-idp` says; see [`IdentityError`].
    pub async fn start(&self, provider: &Provider, how: SignIn) -> Result<Grant, IdentityError> {
        let body = (provider, how.to_wire());
        self.0.call(names::IDENTITY, "Start", &body).await
    }

    /// `Wait`: who signed in, as soon as that is known, or that it is still pending, after some
    /// seconds. A sign-in that nobody waits for is forgotten.
    ///
    /// # Errors
    /// As `proauth-idp` says; then the sign-in is over.
    pub async fn wait(&self, id: u64) -> Result<Claims, IdentityError> {
        self.0.call(names::IDENTITY, "Wait", &id).await
    }

    /// `Cancel`: forgets a sign-in.
    ///
    /// # Errors
    /// As `proauth-idp` says; see [`IdentityError`].
    pub async fn cancel(&self, id: u64) -> Result<(), IdentityError> {
        self.0.call(names::IDENTITY, "Cancel", &id).await
    }
}
