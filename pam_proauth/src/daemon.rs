//! Asking `proauthd`, each time on a new connection and under one deadline.
//!
//! Nothing is kept between two questions: while the user types, no place on the bus is held, and
//! whatever happens to the host process meanwhile, a fork for one, happens to no runtime of ours.

use std::time::Duration;

use proauth_interface::{AccountReply, BeginReply, ConnectError, Context, VerifyReply};
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::entry::Code;

/// The daemon, at an address and with a patience.
pub struct Daemon<'a> {
    bus: &'a str,
    patience: Duration,
}

/// Why the daemon gave no answer.
#[derive(Debug)]
pub enum DaemonError {
    /// No runtime: the process has no descriptors left, for one.
    Runtime(std::io::Error),
    /// No bus, no daemon, or one that is not root's.
    Connect(ConnectError),
    /// The call failed.
    Call(proauth_interface::Error),
    /// The deadline passed.
    Silent(Duration),
}

impl<'a> Daemon<'a> {
    /// The daemon on the bus at `bus`, which has `patience` for each answer, connecting included.
    pub const fn new(bus: &'a str, patience: Duration) -> Self {
        Self { bus, patience }
    }

    /// What to do about this login.
    pub fn begin(&self, context: &Context) -> Result<BeginReply, DaemonError> {
        self.ask(async |daemon| daemon.begin(context).await)
    }

    /// What `code` is worth.
    pub fn verify(&self, context: &Context, code: &Code) -> Result<VerifyReply, DaemonError> {
        self.ask(async |daemon| daemon.verify(context, code.reveal()).await)
    }

    /// Whether the account may be used, however it was authenticated.
    pub fn account(&self, context: &Context) -> Result<AccountReply, DaemonError> {
        self.ask(async |daemon| daemon.account(context).await)
    }

    /// The user has been shown the changes up to the Unix time `at`.
    pub fn told(&self, context: &Context, at: u64) -> Result<(), DaemonError> {
        self.ask(async |daemon| daemon.told(context, at).await)
    }

    fn ask<R>(
        &self,
        question: impl AsyncFnOnce(&proauth_interface::Daemon) -> Result<R, proauth_interface::Error>,
    ) -> Result<R, DaemonError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(DaemonError::Runtime)?;
        let conversation = async {
            let daemon = proauth_interface::Daemon::connect(self.bus)
                .await
                .map_err(DaemonError::Connect)?;
            question(&daemon).await.map_err(DaemonError::Call)
        };
        let answer = runtime.block_on(async {
            // Made in here: a timer needs the runtime.
            timeout(self.patience, conversation).await
        });
        runtime.shutdown_background();
        answer.unwrap_or(Err(DaemonError::Silent(self.patience)))
    }
}
