//! `org.proauth.Daemon1.Admin`: asked by administrators, and by users about themselves.

use std::sync::Arc;

use proauth_core::check::Finding as Found;
use proauth_core::{Typed, UnixTime};
use proauth_interface::{
    AcceptedLogin, AccountStatus, CheckReply, Error, Finding, IdentityReport, RekeyStatus,
};
use zbus::Connection;
use zbus::message::Header;

use super::access::{Method, authorise};
use super::caller::Caller;
use crate::daemon::Daemon;
use crate::messages;

/// The served interface.
pub struct Admin(pub Arc<Daemon>);

#[zbus::interface(name = "org.proauth.Daemon1.Admin", introspection_docs = false)]
impl Admin {
    /// How it stands with one account.
    #[zbus(out_args("status"))]
    async fn status(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<AccountStatus, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Status, user).await?;
        self.0.status(user).await
    }

    /// How it stands with every enrolled account.
    #[zbus(out_args("accounts"))]
    async fn list(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Vec<AccountStatus>, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::List, "").await?;
        self.0.list().await
    }

    /// What would be asked of whom at a sign-in.
    #[zbus(out_args("report"))]
    async fn check_identity(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<IdentityReport, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::CheckIdentity, "").await?;
        self.0.identity_report(connection).await
    }

    /// What a code is; a right one is used up.
    #[zbus(out_args("reply"))]
    async fn check(
        &self,
        user: &str,
        code: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(CheckReply,), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Check, user).await?;
        Ok((check_reply(
            self.0.check(caller.uid, user, &Typed::parse(code)).await?,
        ),))
    }

    /// Sets the last used step to the newest of the present window.
    async fn resync(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Resync, user).await?;
        self.0.resync(caller.uid, user).await
    }

    /// Forgets the wrong codes of an account.
    async fn unlock(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Unlock, user).await?;
        self.0.unlock(caller.uid, user).await
    }

    /// Makes a code that lets a user in once, within so many seconds.
    #[zbus(out_args("code"))]
    async fn emergency(
        &self,
        user: &str,
        seconds: u64,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<String, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Emergency, user).await?;
        Ok(self
            .0
            .emergency(caller.uid, user, seconds)
            .await?
            .as_str()
            .to_owned())
    }

    /// Refuses every login of an account.
    async fn suspend(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Suspend, user).await?;
        self.0.suspend(caller.uid, user).await
    }

    /// Ends that.
    async fn resume(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Resume, user).await?;
        self.0.resume(caller.uid, user).await
    }

    /// Removes a record whose account is gone, or another one.
    async fn prune(
        &self,
        user: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Prune, user).await?;
        self.0.prune(caller.uid, user).await
    }

    /// How many logins sit at a prompt.
    #[zbus(out_args("number"))]
    async fn logins_under_way(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<u32, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::LoginsUnderWay, "").await?;
        Ok(self.0.logins_under_way())
    }

    /// The logins of an account with a right code since a Unix time.
    #[zbus(out_args("logins"))]
    async fn accepted_logins(
        &self,
        user: &str,
        since: u64,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<Vec<AcceptedLogin>, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::AcceptedLogins, user).await?;
        self.0.accepted_logins(user, UnixTime(since)).await
    }

    /// Begins to seal with the key that lies in the pipe.
    async fn rekey(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Rekey, "").await?;
        self.0.rekey(caller.uid)
    }

    /// Which key the store has, and how far a rekey is.
    #[zbus(out_args("status"))]
    async fn rekey_status(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<RekeyStatus, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::RekeyStatus, "").await?;
        self.0.rekey_status()
    }

    /// Centres the window on a device that shows these three codes.
    #[zbus(out_args("clock_offset"))]
    async fn resync_codes(
        &self,
        user: &str,
        codes: Vec<&str>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<i64, Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::ResyncCodes, user).await?;
        let typed: Vec<_> = codes.into_iter().map(Typed::parse).collect();
        let typed = <[Typed; 3]>::try_from(typed).map_err(|_| messages::not_three_codes())?;
        self.0.resync_codes(caller.uid, user, &typed).await
    }
}

fn check_reply(found: Found) -> CheckReply {
    let (finding, offset) = match found {
        Found::Right(_) => (Finding::Right, 0),
        Found::OutsideWindow(seconds) => (Finding::OutsideWindow, seconds),
        Found::AlreadyUsed => (Finding::AlreadyUsed, 0),
        Found::Wrong => (Finding::Wrong, 0),
        Found::Malformed => (Finding::Malformed, 0),
    };
    CheckReply {
        finding: finding.to_wire(),
        offset,
    }
}
