//! The client of the daemon, for the PAM module and the command line.

use zbus::connection::Builder;

use crate::body::{
    AcceptedLogin, AccountReply, AccountStatus, BeginReply, CheckReply, Context, EnrollRequest,
    IdentityReport, Progress, RekeyStatus, VerifyReply,
};
use crate::peer::{ConnectError, Peer};
use crate::{Error, names};

/// The uid of the daemon.
const ROOT: u32 = 0;

/// A connection to `proauthd`, with the owner of its name pinned.
#[derive(Debug)]
pub struct Daemon(Peer);

impl Daemon {
    /// Connects to the bus at `address` (a D-Bus server address) and finds the daemon there,
    /// started by the bus if need be. Runs inside a tokio runtime. No deadline: see [`Peer`].
    ///
    /// # Errors
    /// When the bus or the daemon is absent, or the owner of the name is not root.
    pub async fn connect(address: &str) -> Result<Self, ConnectError> {
        let connection = Builder::address(address)
            .build()
            .await
            .map_err(ConnectError::Bus)?;
        let peer = Peer::find(connection, names::BUS_NAME, names::OBJECT_PATH, ROOT).await?;
        Ok(Self(peer))
    }

    /// `Login.Begin`: what to do about this login.
    ///
    /// # Errors
    /// Any error means that nothing was decided: deny.
    pub async fn begin(&self, context: &Context) -> Result<BeginReply, Error> {
        self.0.call(names::LOGIN, "Begin", &(context,)).await
    }

    /// `Login.Verify`: checks `code`, as it was typed.
    ///
    /// # Errors
    /// Any error means that nothing was accepted: deny.
    pub async fn verify(&self, context: &Context, code: &str) -> Result<VerifyReply, Error> {
        self.0.call(names::LOGIN, "Verify", &(context, code)).await
    }

    /// `Login.Told`: the user has been shown the changes up to that of `at`.
    ///
    /// # Errors
    /// Any error means that they will be told again.
    pub async fn told(&self, context: &Context, at: u64) -> Result<(), Error> {
        self.0.call(names::LOGIN, "Told", &(context, at)).await
    }

    /// `Login.Account`: whether the account may be used, however it was authenticated.
    ///
    /// # Errors
    /// Any error means that nothing was decided: deny.
    pub async fn account(&self, context: &Context) -> Result<AccountReply, Error> {
        self.0.call(names::LOGIN, "Account", &(context,)).await
    }

    /// `Enrollment.Start`: begins what `request` asks for, kept for this connection: with it goes
    /// the enrollment.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn start_enrollment(&self, request: &EnrollRequest) -> Result<Progress, Error> {
        self.0.call(names::ENROLLMENT, "Start", &(request,)).await
    }

    /// `Enrollment.Wait`: how far the enrollment of `user` is, as soon as somebody has signed in,
    /// or after some seconds.
    ///
    /// # Errors
    /// As the daemon says; then the enrollment is over.
    pub async fn wait_enrollment(&self, user: &str) -> Result<Progress, Error> {
        self.0.call(names::ENROLLMENT, "Wait", &user).await
    }

    /// `Enrollment.Confirm`: binds the pending secret of `user`, proven by its first code.
    /// Returns the recovery codes; none if those that there were still hold.
    ///
    /// # Errors
    /// As the daemon says; after `CodeRejected` the secret is still pending.
    pub async fn confirm_enrollment(&self, user: &str, code: &str) -> Result<Vec<String>, Error> {
        self.0
            .call(names::ENROLLMENT, "Confirm", &(user, code))
            .await
    }

    /// `Enrollment.Cancel`: forgets what this connection started for `user`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn cancel_enrollment(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ENROLLMENT, "Cancel", &user).await
    }

    /// `Enrollment.Remove`: takes the authenticator of `user` away.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn unenroll(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ENROLLMENT, "Remove", &user).await
    }

    /// `Enrollment.RemoveAuthenticator`: takes the additional authenticator `name` of `user` away.
    /// `code` is a current one or a recovery code; root may leave it empty.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn remove_authenticator(
        &self,
        user: &str,
        name: &str,
        code: &str,
    ) -> Result<(), Error> {
        let body = (user, name, code);
        self.0
            .call(names::ENROLLMENT, "RemoveAuthenticator", &body)
            .await
    }

    /// `Enrollment.Invite`: a ticket with which `user` may enroll once within `seconds`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn invite(&self, user: &str, seconds: u64) -> Result<String, Error> {
        self.0
            .call(names::ENROLLMENT, "Invite", &(user, seconds))
            .await
    }

    /// `Admin.CheckIdentity`: what would be asked of whom at a sign-in.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn check_identity(&self) -> Result<IdentityReport, Error> {
        self.0.call(names::ADMIN, "CheckIdentity", &()).await
    }

    /// `Enrollment.RecoveryCodes`: new recovery codes for `user`, in place of all old ones. `code`
    /// is a current one; root may leave it empty.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn recovery_codes(&self, user: &str, code: &str) -> Result<Vec<String>, Error> {
        self.0
            .call(names::ENROLLMENT, "RecoveryCodes", &(user, code))
            .await
    }

    /// `Admin.Unlock`: forgets the wrong codes of `user`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn unlock(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ADMIN, "Unlock", &user).await
    }

    /// `Admin.Emergency`: a code that lets `user` in once within `seconds`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn emergency(&self, user: &str, seconds: u64) -> Result<String, Error> {
        self.0
            .call(names::ADMIN, "Emergency", &(user, seconds))
            .await
    }

    /// `Admin.Suspend`: refuses every login of `user` until `Resume`.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn suspend(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ADMIN, "Suspend", &user).await
    }

    /// `Admin.Resume`: ends that.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn resume(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ADMIN, "Resume", &user).await
    }

    /// `Admin.Prune`: removes the record of `user`, if its account is gone or another one.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn prune(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ADMIN, "Prune", &user).await
    }

    /// `Admin.LoginsUnderWay`: how many sit at a prompt, or were let in a moment ago.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn logins_under_way(&self) -> Result<u32, Error> {
        self.0.call(names::ADMIN, "LoginsUnderWay", &()).await
    }

    /// `Admin.AcceptedLogins`: the logins of `user` with a right code since a Unix time, oldest
    /// first, as far as the daemon remembers them.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn accepted_logins(
        &self,
        user: &str,
        since: u64,
    ) -> Result<Vec<AcceptedLogin>, Error> {
        self.0
            .call(names::ADMIN, "AcceptedLogins", &(user, since))
            .await
    }

    /// `Admin.Rekey`: seal with the key that lies in the pipe.
    ///
    /// # Errors
    /// As the daemon says; it may have begun all the same.
    pub async fn rekey(&self) -> Result<(), Error> {
        self.0.call(names::ADMIN, "Rekey", &()).await
    }

    /// `Admin.RekeyStatus`: which key the store has, and how far a rekey is.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn rekey_status(&self) -> Result<RekeyStatus, Error> {
        self.0.call(names::ADMIN, "RekeyStatus", &()).await
    }

    /// `Admin.Status`: one account.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn status(&self, user: &str) -> Result<AccountStatus, Error> {
        self.0.call(names::ADMIN, "Status", &user).await
    }

    /// `Admin.List`: every enrolled account, by name.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn list(&self) -> Result<Vec<AccountStatus>, Error> {
        self.0.call(names::ADMIN, "List", &()).await
    }

    /// `Admin.Check`: what the daemon thinks of `code`; uses it up if it is right.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn check(&self, user: &str, code: &str) -> Result<CheckReply, Error> {
        self.0.call(names::ADMIN, "Check", &(user, code)).await
    }

    /// `Admin.Resync`: sets the last used step of `user` to the newest of the present window.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn resync(&self, user: &str) -> Result<(), Error> {
        self.0.call(names::ADMIN, "Resync", &user).await
    }

    /// `Admin.ResyncCodes`: finds out how far the clock of the authenticator is off, from three
    /// consecutive codes. Returns that offset in seconds.
    ///
    /// # Errors
    /// As the daemon says; see [`Error`].
    pub async fn resync_codes(&self, user: &str, codes: &[String]) -> Result<i64, Error> {
        self.0
            .call(names::ADMIN, "ResyncCodes", &(user, codes))
            .await
    }
}
