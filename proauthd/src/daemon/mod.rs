//! The daemon: what is asked of it on the bus, done one user at a time.
//!
//! `serve` puts the parts together; `login`, `enrollment` and `confirmation`, `authenticators`,
//! `tickets`, `removal`, `recovery`, `suspension` and `admin` carry out what `core` decides;
//! `rekey` changes the master key; `sign_in` and `identity_report` ask `proauth-idp`; `subject` finds out whom it is about, `proof`
//! whether it is they who ask; `accounts`, `turns`, `enrollments` and `clock` are what they need
//! for that; `progress`, `prompted`, `accepted`, `status` and `events` tell what came of it; `name_services`
//! warns of those that cannot work in here.

mod accepted;
mod accounts;
mod admin;
mod authenticators;
pub mod clock;
mod confirmation;
mod enrollment;
mod enrollments;
mod events;
mod hasher;
mod identity_report;
pub mod log;
mod login;
mod name_services;
mod pace;
mod progress;
mod prompted;
mod proof;
mod recovery;
mod rekey;
mod removal;
#[cfg(test)]
mod scene;
mod serve;
mod settings;
mod sign_in;
mod status;
mod subject;
mod suspension;
mod tickets;
mod turns;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use proauth_core::AccountName;
use proauth_core::totp::{Parameters, SECRET_LEN, Secret};
use proauth_interface::{Error, Event};
use tokio::sync::mpsc::Receiver;

use crate::config::Config;
use crate::store::{Store, StoreError};
use crate::{audit, messages};

use accepted::AcceptedLogins;
pub use accounts::{Account, Accounts};
pub use enrollment::Applicant;
use enrollments::Enrollments;
pub use enrollments::Terms;
use events::Events;
use hasher::Hasher;
pub use login::{Attempt, Judgement};
use prompted::Prompted;
use rekey::Rekeying;
pub use serve::{ServeError, init, serve};
pub use settings::uid_min;
pub use status::wire_seconds;
use turns::{Turn, Turns};

/// Everything that the served interfaces share.
pub struct Daemon {
    store: Store,
    accounts: Accounts,
    turns: Turns,
    hasher: Hasher,
    events: Events,
    enrollments: Enrollments,
    prompted: Prompted,
    accepted: AcceptedLogins,
    rekeying: Rekeying,
    config: RwLock<Arc<Config>>,
    /// The setting `key.path` that the store was opened with.
    key: PathBuf,
    /// Computed against for names without an authenticator, so that they take as long.
    decoy: Secret,
    /// What the system says of its clock.
    clock_unsynchronised: AtomicBool,
}

impl Daemon {
    /// A daemon over an open store, and what it tells of.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn new(store: Store, config: Config) -> Result<(Self, Receiver<Event>), getrandom::Error> {
        let (events, told) = Events::new();
        let daemon = Self {
            store,
            accounts: Accounts::new(),
            turns: Turns::new(),
            hasher: Hasher::new(),
            events,
            enrollments: Enrollments::default(),
            prompted: Prompted::default(),
            accepted: AcceptedLogins::default(),
            rekeying: Rekeying::default(),
            key: config.key.clone(),
            config: RwLock::new(Arc::new(config)),
            decoy: new_secret()?,
            clock_unsynchronised: AtomicBool::new(false),
        };
        Ok((daemon, told))
    }

    /// Takes down what the system says of its clock; a change is logged.
    pub fn set_clock_unsynchronised(&self, unsynchronised: bool) {
        if self
            .clock_unsynchronised
            .swap(unsynchronised, Ordering::Relaxed)
            != unsynchronised
        {
            audit::clock_synchronised(!unsynchronised);
        }
    }

    /// The configuration now.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the configuration. Store and key stay where they were opened.
    pub fn set_config(&self, config: Config) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
    }

    /// The account called `name`, for deciding whether a caller owns it; `None` if there is none.
    ///
    /// # Errors
    /// If the name is none, or the look-up failed.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, Error> {
        let name = AccountName::parse(name).map_err(|_| messages::bad_account_name(name))?;
        self.accounts
            .by_name_for_others(&name)
            .await
            .map_err(|_| lookup_failed())
    }

    /// How many logins sit at a prompt, or were let in a moment ago.
    pub fn logins_under_way(&self) -> u32 {
        self.prompted.number()
    }

    /// Whether a code is being judged.
    fn is_judging(&self) -> bool {
        self.prompted.is_judging()
    }

    fn decoy(&self) -> (Secret, Parameters) {
        (self.decoy.clone(), self.config().parameters)
    }

    async fn turn(&self, name: &str) -> Result<Turn<'_>, Error> {
        let bucket = self.store.bucket_of(name);
        self.turns
            .take(bucket)
            .await
            .map_err(|_| messages::store_failed())
    }
}

fn lookup_failed() -> Error {
    audit::failed("the name service", &"no answer in time, or a wrong one");
    messages::lookup_failed()
}

fn store_failed(error: &StoreError) -> Error {
    audit::failed("the store", error);
    messages::store_failed()
}

fn no_randomness(error: &getrandom::Error) -> Error {
    audit::failed("the kernel's random source", error);
    messages::store_failed()
}

/// Random bytes from the kernel, as many as a new secret has.
fn new_secret() -> Result<Secret, getrandom::Error> {
    let mut bytes = vec![0; SECRET_LEN];
    getrandom::fill(&mut bytes)?;
    Secret::new(bytes).ok_or(getrandom::Error::UNEXPECTED)
}
