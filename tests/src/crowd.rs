//! Very many questions, asked on the bus as a module of root's would, without starting one.

use std::sync::Arc;

use proauth_interface::{Context, Daemon, VerifyReply};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::World;

/// Connections that ask at the same time.
const CONNECTIONS: usize = 8;

/// Questions that each of them has under way; the daemon answers so many of one connection.
const UNDER_WAY: usize = 4;

/// A login and what was typed at it.
pub type Guess = (Context, String);

/// Root's connections to the daemon of a world.
pub struct Crowd {
    runtime: Runtime,
    daemons: Vec<Arc<Daemon>>,
}

impl World {
    /// Connects a crowd.
    ///
    /// # Panics
    /// If the daemon does not answer.
    #[must_use]
    pub fn crowd(&self) -> Crowd {
        let socket = self.path("/run/dbus/system_bus_socket");
        let address = format!("unix:path={}", socket.display());
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let daemons = (0..CONNECTIONS).map(|_| {
            let daemon = runtime.block_on(Daemon::connect(&address));
            Arc::new(daemon.expect("the daemon answers"))
        });
        let daemons = daemons.collect();
        Crowd { runtime, daemons }
    }
}

impl Crowd {
    /// Has all of `guesses` judged, many at a time; the answers are in their order.
    ///
    /// # Panics
    /// If one is not answered.
    #[must_use]
    pub fn verify(&self, guesses: Vec<Guess>) -> Vec<VerifyReply> {
        let answers = self.try_verify(guesses).into_iter();
        answers.map(|answer| answer.expect("an answer")).collect()
    }

    /// The same, where the daemon may have too much to do.
    #[must_use]
    pub fn try_verify(&self, guesses: Vec<Guess>) -> Vec<Option<VerifyReply>> {
        self.runtime.block_on(self.verify_all(guesses))
    }

    async fn verify_all(&self, guesses: Vec<Guess>) -> Vec<Option<VerifyReply>> {
        let guesses = Arc::new(guesses);
        let lanes = self.daemons.len() * UNDER_WAY;
        let mut asking = JoinSet::new();
        for lane in 0..lanes {
            let daemon = Arc::clone(&self.daemons[lane % self.daemons.len()]);
            let guesses = Arc::clone(&guesses);
            asking.spawn(async move {
                let mut answers = Vec::new();
                for (at, (context, code)) in guesses.iter().enumerate().skip(lane).step_by(lanes) {
                    answers.push((at, daemon.verify(context, code).await.ok()));
                }
                answers
            });
        }
        let mut all = asking.join_all().await.concat();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// A login of `user` through sshd, from `rhost`.
#[must_use]
pub fn ssh_from(rhost: &str, user: &str) -> Context {
    Context {
        user: user.to_owned(),
        service: "sshd".to_owned(),
        rhost: rhost.to_owned(),
        tty: "ssh".to_owned(),
        session: String::new(),
    }
}
