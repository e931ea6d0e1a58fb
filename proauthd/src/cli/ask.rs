//! Asking the daemon, under a deadline.

use std::time::Duration;

use proauth_interface::{Daemon, Error};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::Common;
use super::failure::Failure;
use super::interrupt::Interrupt;

/// What a person waits for without wondering; the daemon's own deadlines are shorter.
const PATIENCE: Duration = Duration::from_secs(15);

/// The same where the daemon asks somebody over the network.
const PATIENCE_WITH_NETWORKS: Duration = Duration::from_secs(60);

/// What somebody who has pressed Ctrl-C waits for.
const PATIENCE_WITH_GOODBYES: Duration = Duration::from_secs(2);

/// A daemon to ask, one question at a time.
pub struct Asker {
    runtime: Runtime,
    daemon: Daemon,
}

impl Asker {
    /// Connects to the daemon.
    ///
    /// # Errors
    /// If there is none, or it is not root's.
    pub fn connect(common: &Common) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Unable(format!("cannot start: {error}; try again")))?;
        let daemon = runtime.block_on(in_time(PATIENCE, Daemon::connect(&common.bus)))??;
        Ok(Self { runtime, daemon })
    }

    /// Asks one question.
    ///
    /// # Errors
    /// What the daemon says, or that it says nothing.
    pub fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Daemon) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        self.try_ask(question)?.map_err(Failure::from)
    }

    /// Asks one question whose refusal is part of the conversation.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn try_ask<T>(
        &self,
        question: impl AsyncFnOnce(&Daemon) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Failure> {
        self.runtime
            .block_on(in_time(PATIENCE, question(&self.daemon)))
    }

    /// Asks one question that the daemon has to ask somebody over the network.
    ///
    /// # Errors
    /// If there is no answer, or a signal came first.
    pub fn ask_far<T>(
        &self,
        interrupt: &mut Interrupt,
        question: impl AsyncFnOnce(&Daemon) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Failure> {
        self.until(interrupt, async |daemon| {
            in_time(PATIENCE_WITH_NETWORKS, question(daemon)).await
        })
    }

    /// Gives up what was begun for `user`. The daemon would notice that we are gone by itself.
    pub fn cancel(&self, user: &str) {
        let cancelled = in_time(PATIENCE_WITH_GOODBYES, self.daemon.cancel_enrollment(user));
        let _ = self.runtime.block_on(cancelled);
    }

    /// Listens for signals, from now on to the end of the program: whatever waits from then on
    /// waits by [`Self::until`].
    ///
    /// # Errors
    /// If the system refuses.
    pub fn listen(&self) -> Result<Interrupt, Failure> {
        let _inside = self.runtime.enter();
        Interrupt::listen()
            .map_err(|error| Failure::Unable(format!("cannot listen for signals: {error}")))
    }

    /// Whether no signal has come since it listens.
    ///
    /// # Errors
    /// [`Failure::Interrupted`].
    pub fn go_on(&self, interrupt: &mut Interrupt) -> Result<(), Failure> {
        // Time for the runtime to look at what came while nobody ran it.
        self.until(interrupt, async |_| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(())
        })
    }

    /// Does `what`, until that is done or a signal comes.
    ///
    /// # Errors
    /// Its own, or [`Failure::Interrupted`].
    pub fn until<T>(
        &self,
        interrupt: &mut Interrupt,
        what: impl AsyncFnOnce(&Daemon) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                signal = interrupt.came() => Err(Failure::Interrupted(signal)),
                done = what(&self.daemon) => done,
            }
        })
    }
}

/// The answer to one question, unless it takes longer than anything does.
///
/// # Errors
/// If there is none by then.
pub async fn answer<T>(
    question: impl Future<Output = Result<T, Error>>,
) -> Result<Result<T, Error>, Failure> {
    in_time(PATIENCE, question).await
}

async fn in_time<T>(patience: Duration, question: impl Future<Output = T>) -> Result<T, Failure> {
    let no_answer = |_| {
        Failure::Unreachable(format!(
            "no answer in {} seconds; is the daemon running? (`systemctl status proauthd dbus`)",
            patience.as_secs()
        ))
    };
    timeout(patience, question).await.map_err(no_answer)
}

/// The name of the account that runs this command.
///
/// # Errors
/// If it has none.
pub fn own_name() -> Result<String, Failure> {
    let uid = nix::unistd::getuid();
    match nix::unistd::User::from_uid(uid) {
        Ok(Some(user)) => Ok(user.name),
        _ => Err(Failure::Usage(format!(
            "uid {uid} has no account name; give one with --user"
        ))),
    }
}
