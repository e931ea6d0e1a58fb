//! `proauthd unprotect`: services ask for no code any more.

use std::path::Path;

use clap::Args;
use nix::unistd::geteuid;
use proauth_rollout::Host;
use proauth_rollout::plan::Service;
use proauth_rollout::session::Session;
use proauth_rollout::unprotect::{Done, unprotect};
use serde_json::json;

use super::failure::Failure;
use super::lock::{self, lock};
use super::{Common, output};
use crate::daemon::log;
use crate::{audit, messages};

/// Have services ask for no code any more
///
/// Takes out what `proauthd protect` has put into PAM and sshd. Works while the daemon does not. What
/// waits to be confirmed is put back first, whatever service it is about.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd unprotect        all services\n  proauthd unprotect sudo   \
    that one"
)]
pub struct Unprotect {
    /// What is not to ask for codes any more; without it, all services
    #[arg(value_name = "SERVICE")]
    services: Vec<Service>,
}

impl Unprotect {
    /// Takes it out.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        if !geteuid().is_root() {
            return Err(Failure::NotAllowed(messages::protect_is_for_root()));
        }
        log::start_for_journal();
        let _lock = lock(Path::new(lock::ROLLOUT), messages::protect_runs)?;
        let services = match self.services.as_slice() {
            [] => Service::ALL.into(),
            some => some.iter().copied().collect(),
        };
        let done = unprotect(&Host::this(), &services);
        let words: Vec<_> = services.iter().map(Service::to_string).collect();
        if done.is_something() {
            audit::unprotected(&words.join(" "), Session::own().uid());
        }
        report(common, &words, &done)
    }
}

fn report(common: &Common, services: &[String], done: &Done) -> Result<(), Failure> {
    if common.json {
        output::line(json!({
            "unprotected": done.failed.is_empty(),
            "services": services,
            "changed": done.changed,
            "put_back": done.put_back,
            "failed": done.failed,
        }))?;
    } else {
        done.put_back.iter().try_for_each(output::line)?;
        let changed = done.changed.iter();
        changed
            .map(|path| messages::taken_out(path))
            .try_for_each(output::line)?;
        done.failed.iter().for_each(output::note);
    }
    match (done.failed.is_empty(), common.json) {
        (false, _) => Err(Failure::Unable(messages::not_all_taken_out())),
        (true, true) => Ok(()),
        (true, false) => output::line(messages::unprotected(services, done.is_something())),
    }
}
