//! A daemon over an empty store, for tests without a bus. Its accounts are those of this machine:
//! every one has `root`, and Debian's have `daemon`, whose uid is 1.

use std::num::NonZeroU64;
use std::process::Command;

use proauth_core::lockout::Lockout;
use proauth_core::recovery::Recovery;
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret};
use proauth_core::{
    AccountName, Authenticator, AuthenticatorName, Authenticators, Change, Record, Typed,
};
use tempfile::TempDir;

use super::*;
use crate::store::keyring::Lookout;
use crate::{config, store};

/// A user and the uid that Debian gives it.
pub const USER: &str = "daemon";
/// Likewise.
pub const UID: u32 = 1;

/// The daemon, and what it tells.
pub struct Scene {
    pub daemon: Daemon,
    events: Receiver<Event>,
    _folder: TempDir,
}

impl Scene {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name| folder.path().join(name);
        std::fs::write(path("proauthd.toml"), "").unwrap();
        let config = config::load(Some(&path("proauthd.toml"))).unwrap().config;
        let key = path("key");
        let store = store::open(&path("proauth.db"), Lookout::file(&key)).unwrap();
        let (daemon, events) = Daemon::new(store, config).unwrap();
        Self {
            daemon,
            events,
            _folder: folder,
        }
    }

    /// The words of the events so far.
    pub fn told(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.events.try_recv().ok())
            .map(|event| event.event)
            .collect()
    }

    /// Enrolls the user with the authenticators `names`.
    pub async fn enroll(&self, names: &[&str], recovery: Recovery) {
        let all = names.iter().map(|name| authenticator(name)).collect();
        let record = Record {
            name: AccountName::parse(USER).unwrap(),
            uid: UID,
            identity: None,
            authenticators: Authenticators::from_all(all).unwrap(),
            lockout: Lockout::NONE,
            recovery,
            changes: Vec::new(),
        };
        self.daemon.put(&record, None).await.unwrap();
    }

    /// What is stored of the user.
    pub fn record(&self) -> Record {
        let name = AccountName::parse(USER).unwrap();
        self.daemon.store.record(&name).unwrap().unwrap().value
    }

    /// The names of the user's authenticators.
    pub fn names(&self) -> Vec<String> {
        let record = self.record();
        let names = record.authenticators.iter().map(|it| it.name.to_string());
        names.collect()
    }

    /// What was changed.
    pub fn changes(&self) -> Vec<Change> {
        self.record().changes.iter().map(|it| it.change).collect()
    }
}

fn secret(name: &str) -> Vec<u8> {
    name.bytes().cycle().take(20).collect()
}

fn authenticator(name: &str) -> Authenticator {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let secret = Secret::new(secret(name)).unwrap();
    let name = AuthenticatorName::parse(name).unwrap();
    Authenticator::new(name, secret, parameters, clock::now())
}

/// What the authenticator `name` shows now.
pub fn code(name: &str) -> Typed {
    let hex: String = secret(name).iter().map(|b| format!("{b:02x}")).collect();
    let now = format!("--now=@{}", clock::now().0);
    let output = Command::new("oathtool")
        .args(["--totp", &now, &hex])
        .output();
    Typed::parse(String::from_utf8(output.unwrap().stdout).unwrap().trim())
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}
