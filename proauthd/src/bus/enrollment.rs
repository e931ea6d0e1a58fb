//! `org.proauth.Daemon1.Enrollment`: binds authenticators to accounts and takes them away.

use std::sync::Arc;

use proauth_core::Typed;
use proauth_interface::{EnrollRequest, Error, Progress};
use zbus::Connection;
use zbus::message::Header;

use super::access::{Method, authorise};
use super::caller::Caller;
use super::{departures, origin};
use crate::daemon::{Applicant, Daemon};

/// The served interface.
pub struct Enrollment(pub Arc<Daemon>);

#[zbus::interface(name = "org.proauth.Daemon1.Enrollment", introspection_docs = false)]
impl Enrollment {
    /// Begins an enrollment.
    #[zbus(out_args("progress"))]
    async fn start(
        &self,
        request: EnrollRequest,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Progress, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Start, &request.user).await?;
        let applicant = Applicant {
            uid: caller.uid,
            connection: &caller.connection,
            origin: origin::of(connection, &caller.connection).await,
            bus: connection,
        };
        let progress = self.0.start_enrollment(&applicant, &request).await?;
        departures::watch(connection, &caller.connection, &self.0).await?;
        Ok(progress)
    }

    /// How far it is, once there is news, or after some seconds.
    #[zbus(out_args("progress"))]
    async fn wait(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Progress, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Wait, user).await?;
        self.0.wait_for_sign_in(&caller.connection, user).await
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

    /// Takes an additional authenticator away.
    async fn remove_authenticator(
        &self,
        user: &str,
        name: &str,
        code: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::RemoveAuthenticator, user).await?;
        self.0
            .remove_authenticator(caller.uid, user, name, &Typed::parse(code))
            .await
    }

    /// A ticket with which somebody may enroll.
    #[zbus(out_args("ticket"))]
    async fn invite(
        &self,
        user: &str,
        seconds: u64,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<String, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Invite, user).await?;
        let ticket = self.0.invite(caller.uid, user, seconds).await?;
        Ok(ticket.as_str().to_owned())
    }
}
