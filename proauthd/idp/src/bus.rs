//! The face on the bus: the contract of `proauth_interface::identity`, for root alone.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use proauth_interface::{
    Claims, Discovered, Grant, IdentityError, Provider, SignIn, ask_bus, names,
};
use tokio::time::timeout;
use zbus::Connection;
use zbus::connection::Builder;
use zbus::message::Header;

use crate::browser::Browser;
use crate::device::Device;
use crate::discovery::Issuer;
use crate::grants::{Call, Grants};
use crate::{log, messages};

/// As long as asking an issuer may take before somebody can sign in.
const BEGINNING: Duration = Duration::from_secs(20);

/// The served interface.
struct Face {
    grants: Arc<Grants>,
    /// The folder of systemd's credentials.
    credentials: Option<PathBuf>,
}

/// Serves on the bus at `address`; the name is owned when this returns.
///
/// # Errors
/// If the bus does not answer, or refuses the name.
pub async fn serve(
    address: &str,
    grants: &Arc<Grants>,
    credentials: Option<PathBuf>,
) -> zbus::Result<Connection> {
    let face = Face {
        grants: Arc::clone(grants),
        credentials,
    };
    Builder::address(address)
        .serve_at(names::IDENTITY_PATH, face)
        // zbus' defaults let whoever may own the name take it from a running program.
        .allow_name_replacements(false)
        .replace_existing_names(false)
        .name(names::IDENTITY_BUS_NAME)
        .build()
        .await
}

#[zbus::interface(name = "org.proauth.IdentityProvider1", introspection_docs = false)]
impl Face {
    /// What an issuer says of itself.
    #[zbus(out_args("discovered"))]
    async fn check(
        &self,
        provider: Provider,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Discovered, IdentityError> {
        let _call = self.authorise(connection, &header).await?;
        let _place = self.grants.place()?;
        Ok(self.discover(provider).await?.describe())
    }

    /// Begins a sign-in.
    #[zbus(out_args("grant"))]
    async fn start(
        &self,
        provider: Provider,
        how: u32,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Grant, IdentityError> {
        let _call = self.authorise(connection, &header).await?;
        let how = SignIn::from_wire(how).ok_or_else(messages::unknown_kind)?;
        let issuer = provider.issuer.clone();
        let begun = self.begin(provider, how).await;
        match &begun {
            Ok(grant) => log::line(&format!("sign-in {:016x}: {how:?} at {issuer}", grant.id)),
            Err(why) => log::line(&format!("no sign-in: {how:?} at {issuer}: {why}")),
        }
        begun
    }

    /// Who signed in, or that it is pending.
    #[zbus(out_args("claims"))]
    async fn wait(
        &self,
        id: u64,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Claims, IdentityError> {
        let _call = self.authorise(connection, &header).await?;
        self.grants.wait(id).await
    }

    /// Forgets a sign-in.
    async fn cancel(
        &self,
        id: u64,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), IdentityError> {
        let _call = self.authorise(connection, &header).await?;
        if self.grants.cancel(id) {
            Ok(())
        } else {
            Err(messages::no_such_grant())
        }
    }
}

impl Face {
    async fn begin(&self, provider: Provider, how: SignIn) -> Result<Grant, IdentityError> {
        let place = self.grants.place()?;
        let issuer = self.discover(provider).await?;
        match how {
            SignIn::Device => {
                let begun = timeout(BEGINNING, Device::begin(issuer)).await;
                let (grant, device) = begun.unwrap_or_else(|_| Err(messages::too_slow()))?;
                self.grants.run(place, grant, device.finish())
            }
            SignIn::Browser => {
                let (grant, browser) = Browser::begin(issuer).await?;
                self.grants.run(place, grant, browser.finish())
            }
        }
    }

    async fn discover(&self, provider: Provider) -> Result<Issuer, IdentityError> {
        let discovered = Issuer::discover(provider, self.credentials.as_deref());
        timeout(BEGINNING, discovered)
            .await
            .unwrap_or_else(|_| Err(messages::too_slow()))
    }

    /// Lets root in, and nobody else: whoever cannot be looked up is nobody, and least of all root
    /// (CVE-2021-3560).
    async fn authorise(
        &self,
        connection: &Connection,
        header: &Header<'_>,
    ) -> Result<Call<'_>, IdentityError> {
        let sender = header.sender().ok_or_else(messages::not_authorized)?;
        match ask_bus(connection, "GetConnectionUnixUser", &sender).await {
            Ok(0_u32) => Ok(self.grants.call()),
            _ => Err(messages::not_authorized()),
        }
    }
}
