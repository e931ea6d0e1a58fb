//! How people enroll here: by signing in with an identity provider, or without one.

use proauth_interface::AccountStatus;
use serde_json::json;

use super::super::failure::Failure;
use super::Setup;
use super::identity::{self, Wanted};
use super::person::{Person, Question, ended};
use crate::config::{self, Config, SelfEnroll};
use crate::messages;

/// How people enroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By signing in.
    SignIn,
    /// root enrolls them, or hands out tickets.
    Offline,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::SignIn => "identity",
            Self::Offline => "offline",
        }
    }
}

/// Finds out how, or asks; sets the identity provider up where that is wanted.
///
/// # Errors
/// If it cannot be, or nobody says how.
pub fn settle(person: &mut Person, setup: &Setup, account: &AccountStatus) -> Result<Way, Failure> {
    let wanted = Wanted::of(setup);
    let configured = is_configured(&configuration()?);
    let way = if setup.offline {
        Way::Offline
    } else if wanted.is_any() {
        set_up(person, &wanted)?;
        Way::SignIn
    } else if configured && (account.enrolled || works(person)?) {
        Way::SignIn
    } else if account.enrolled {
        Way::Offline
    } else {
        choose(person, &wanted)?
    };
    let settled = json!({ "step": "people", "how": way.word() });
    person.done(&settled, messages::setup_way(way == Way::SignIn))?;
    Ok(way)
}

fn configuration() -> Result<Config, Failure> {
    let loaded = config::load(None).map_err(|mistake| Failure::Usage(mistake.to_string()))?;
    Ok(loaded.config)
}

/// Whether people are to sign in, and there is a client to do it as.
fn is_configured(config: &Config) -> bool {
    let clients = [&config.identity.device, &config.identity.browser];
    config.self_enroll == SelfEnroll::Identity && clients.iter().any(|it| !it.id.is_empty())
}

/// Whether the provider that is configured can be used. What is wrong, the command says; where
/// somebody can be asked, it can be set up anew.
fn works(person: &mut Person) -> Result<bool, Failure> {
    match person.run(&["identity", "check"])? {
        0 => Ok(true),
        _ if person.can_be_asked() => Ok(false),
        code => Err(ended(code)),
    }
}

/// Asks until one of both works.
fn choose(person: &mut Person, wanted: &Wanted) -> Result<Way, Failure> {
    let question = Question {
        flag: "--offline (or --issuer)",
        given: None,
        about: messages::SETUP_WAYS,
        prompt: "1 or 2",
        proposal: None,
    };
    loop {
        let way = person.ask(&question, |typed| {
            Ok(match typed {
                "1" => Ok(Way::SignIn),
                "2" => Ok(Way::Offline),
                _ => Err(messages::setup_one_or_two()),
            })
        })?;
        match way {
            Way::SignIn if !identity::is_installed() => person.tell(messages::SETUP_NO_IDP)?,
            Way::SignIn if !try_set_up(person, wanted)? => {
                person.tell(messages::SETUP_IDP_FAILED)?
            }
            way => return Ok(way),
        }
    }
}

fn set_up(person: &mut Person, wanted: &Wanted) -> Result<(), Failure> {
    if !identity::is_installed() {
        return Err(Failure::Usage(messages::SETUP_NO_IDP.into()));
    }
    match try_set_up(person, wanted)? {
        true => Ok(()),
        false => Err(ended(1)),
    }
}

/// Writes what the daemon has to know, and has the provider asked.
fn try_set_up(person: &mut Person, wanted: &Wanted) -> Result<bool, Failure> {
    let config = configuration()?;
    let answers = identity::ask(person, wanted, &config.identity)?;
    if let Err(sentence) = identity::put(&answers)? {
        person.tell(&sentence)?;
        return Ok(false);
    }
    person.tell(&messages::setup_written(identity::FILE))?;
    Ok(person.run(&["identity", "check"])? == 0)
}
