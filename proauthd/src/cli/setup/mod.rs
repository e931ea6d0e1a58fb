//! `proauthd setup`: leads one administrator of one server from an installed package to services
//! that ask for codes. What is done already, each step sees from how things are, so that it can be
//! left at any point and taken up again. What it does, it does by the other commands.

mod account;
mod confirmation;
mod facts;
mod identity;
mod people;
mod person;
mod secret_file;
mod services;

use std::path::PathBuf;

use clap::Args;
use proauth_rollout::plan::{FirstFactor, Service};
use serde_json::json;

use self::person::Person;
use super::Common;
use super::ask::Asker;
use super::failure::Failure;
use super::protect::seconds;
use crate::messages;

/// Go from an installed package to a protected server, step by step (as root)
///
/// Finds out what is done already, asks for the rest, and does it by the other commands: enroll,
/// doctor, protect. It can be left at any point; the next run goes on from there.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd setup                 asks for all that it needs\n  proauthd \
    setup --offline --user alice --services sshd,sudo --first-factor key\n\n\
    Where nobody can be asked, it needs --user, --yes, and --offline or what it is to know of the \
    identity provider."
)]
pub struct Setup {
    /// Nobody signs in to enroll: root enrolls people, or hands out tickets
    #[arg(long, conflicts_with_all = ["issuer", "client_id", "client_secret_file", "domain"])]
    offline: bool,
    /// Identity provider with which people sign in to enroll
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Client id that was registered there for signing in on another device
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// File with the secret of that client; - where it has none
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Domain whose people may enroll
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// Your account; that of who is logged in if left out
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// What is to ask for codes: sshd, sudo
    #[arg(long, value_name = "SERVICES", value_delimiter = ',')]
    services: Vec<Service>,
    /// What comes before the code in sshd: key, password
    #[arg(long, value_name = "FACTOR")]
    first_factor: Option<FirstFactor>,
    /// How long to wait for the confirmation: a number and s, m or h; 10s to 24h
    #[arg(long, value_name = "TIME", default_value = "10min", value_parser = seconds)]
    within: u64,
    /// Do not ask: take what would be proposed
    #[arg(long)]
    yes: bool,
}

impl Setup {
    /// Goes through all steps.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        if !nix::unistd::geteuid().is_root() {
            return Err(Failure::NotAllowed(messages::setup_is_for_root()));
        }
        let mut person = Person::meet(self.yes, common)?;
        person.tell(messages::SETUP_INTRODUCTION)?;
        let done = self.go(&mut person, common);
        done.map_err(|failure| match failure {
            Failure::Interrupted(signal) => Failure::Left(signal, messages::setup_left()),
            failure => failure,
        })
    }

    fn go(&self, person: &mut Person, common: &Common) -> Result<(), Failure> {
        if let Some(pending) = facts::pending()? {
            // Nothing else is to be touched meanwhile.
            confirmation::explain(person)?;
            return confirmation::wait(person, &pending);
        }
        person.step(1, "The daemon")?;
        drop(Asker::connect(common)?);
        let runs = json!({ "step": "daemon", "runs": true });
        person.done(&runs, messages::DAEMON_RUNS)?;
        person.step(2, "Your account")?;
        let account = account::find(person, common, self.user.as_deref())?;
        person.step(3, "How people enroll")?;
        let way = people::settle(person, self, &account)?;
        person.step(4, "Your phone")?;
        account::enroll(person, &account, way)?;
        person.step(5, "A look around")?;
        services::look_around(person)?;
        person.step(6, "Asking for codes")?;
        match services::protect(person, self)? {
            Some(pending) => confirmation::wait(person, &pending),
            None => Ok(()),
        }
    }
}
