//! `org.proauth.Daemon1.Enrollment`: binds authenticators to accounts and takes them away.

use std::sync::Arc;

use proauth_core::Typed;
use proauth_interface::{EnrollRequest, Error, How, Progress, Purpose};
use zbus::Connection;
use zbus::message::Header;

use super::access::{Method, authorise};
use super::caller::Caller;
use crate::daemon::Daemon;
use crate::messages;

/// The served interface.
pub struct Enrollment(pub Arc<Daemon>);

#[zbus::interface(name = "org.proauth.Daemon1.Enrollment", introspection_docs = false)]
impl Enrollment {
    /// Hands out a new secret.
    #[zbus(out_args("progress"))]
    async fn start(
        &self,
        request: EnrollRequest,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Progress, Error> {
        let user = request.user.as_str();
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Start, user).await?;
        let asked = (
            How::from_wire(request.how),
            Purpose::from_wire(request.purpose),
        );
        let (Some(How::Offline), Some(Purpose::New)) = asked else {
            return Err(messages::only_offline());
        };
        self.0.start_enrollment(&caller.connection, user).await
    }

    /// Binds that secret, proven by its first code.
    #[zbus(out_args("recovery_codes"))]
    async fn confirm(
        &self,
        user: &str,
        code: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Vec<String>, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Confirm, user).await?;
        let typed = Typed::parse(code);
        let shown = self
            .0
            .confirm_enrollment(&caller.connection, caller.uid, user, &typed)
            .await?;
        Ok(shown.iter().map(|code| code.as_str().to_owned()).collect())
    }

    /// New recovery codes in place of the old ones.
    #[zbus(out_args("recovery_codes"))]
    async fn recovery_codes(
        &self,
        user: &str,
        code: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Vec<String>, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::RecoveryCodes, user).await?;
        let shown = self
            .0
            .renew_recovery_codes(caller.uid, user, &Typed::parse(code))
            .await?;
        Ok(shown.iter().map(|code| code.as_str().to_owned()).collect())
    }

    /// Forgets it.
    async fn cancel(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Cancel, user).await?;
        self.0.cancel_enrollment(&caller.connection, user).await
    }

    /// Takes an authenticator away.
    async fn remove(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Remove, user).await?;
        self.0.unenroll(caller.uid, user).await
    }
}
