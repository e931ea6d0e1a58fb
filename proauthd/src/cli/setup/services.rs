//! What is to ask for codes, after a look at how things are.

use std::str::FromStr;

use proauth_rollout::plan::{FirstFactor, Service};
use serde_json::json;

use super::super::failure::Failure;
use super::Setup;
use super::facts::{self, Pending};
use super::person::{Person, Question, ended};
use crate::messages;

/// Has doctor look. Where something is red, it is for a person to go on.
///
/// # Errors
/// If nobody wants to.
pub fn look_around(person: &mut Person) -> Result<(), Failure> {
    let red = match person.run(&["doctor"])? {
        0 => false,
        1 => true,
        code => return Err(ended(code)),
    };
    let looked = json!({ "step": "doctor", "red": red });
    if !red {
        return person.done(&looked, messages::SETUP_HEALTHY);
    }
    person.done(&looked, messages::SETUP_RED)?;
    let question = Question {
        flag: "a terminal",
        given: None,
        about: "",
        prompt: "Go on all the same? y or n",
        proposal: Some("n".into()),
    };
    let goes_on = person.ask(&question, |typed| {
        Ok(match typed {
            "y" | "Y" | "yes" => Ok(true),
            "n" | "N" | "no" => Ok(false),
            _ => Err(messages::setup_yes_or_no()),
        })
    })?;
    match goes_on {
        true => Ok(()),
        false => Err(Failure::No(messages::setup_stopped())),
    }
}

/// Has services ask for codes; gives what waits for its confirmation then.
///
/// # Errors
/// If they cannot, or nobody wants them to.
pub fn protect(person: &mut Person, setup: &Setup) -> Result<Option<Pending>, Failure> {
    let here = facts::services_here();
    let (asking, open): (Vec<Service>, Vec<Service>) = here
        .iter()
        .partition(|service| facts::asks_for_codes(service.word()));
    let are_wanted_open = setup
        .services
        .iter()
        .any(|it| !facts::asks_for_codes(it.word()));
    if !asking.is_empty() && !are_wanted_open {
        let asks = json!({ "step": "protect", "services": words(&asking), "confirmed": true });
        person.done(&asks, &messages::setup_asks(&words(&asking)))?;
        if !open.is_empty() {
            person.tell(&messages::setup_still_open(&words(&open)))?;
        }
        return Ok(None);
    }
    let services = which(person, setup, &open)?;
    let mut arguments = vec!["protect".to_owned()];
    arguments.extend(words(&services).into_iter().map(str::to_owned));
    if services.contains(&Service::Sshd) {
        let factor = first_factor(person, setup)?;
        arguments.extend(["--first-factor".into(), factor.word().into()]);
    }
    arguments.extend(["--within".into(), format!("{}s", setup.within)]);
    if setup.yes {
        arguments.push("--yes".into());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    person.run_or_end(&arguments)?;
    facts::pending()
}

fn which(person: &mut Person, setup: &Setup, here: &[Service]) -> Result<Vec<Service>, Failure> {
    if here.is_empty() && setup.services.is_empty() {
        return Err(Failure::No(messages::setup_nothing_to_protect()));
    }
    let given = Some(words(&setup.services).join(" ")).filter(|given| !given.is_empty());
    let question = Question {
        flag: "--services",
        given,
        about: messages::SETUP_SERVICES,
        prompt: "Services",
        proposal: Some(words(here).join(" ")),
    };
    person.ask(&question, |typed| Ok(parse_services(typed, here)))
}

fn parse_services(typed: &str, here: &[Service]) -> Result<Vec<Service>, String> {
    let typed = typed.split([' ', ',']).filter(|word| !word.is_empty());
    let services: Option<Vec<Service>> = typed
        .map(|word| Service::from_str(word).ok())
        .map(|service| service.filter(|it| here.contains(it)))
        .collect();
    let services = services.filter(|services| !services.is_empty());
    services.ok_or_else(|| messages::setup_bad_services(&words(here)))
}

fn first_factor(person: &mut Person, setup: &Setup) -> Result<FirstFactor, Failure> {
    let question = Question {
        flag: "--first-factor",
        given: setup.first_factor.map(|factor| factor.to_string()),
        about: messages::SETUP_FACTOR,
        prompt: "key or password",
        proposal: Some(FirstFactor::Key.to_string()),
    };
    person.ask(&question, |typed| {
        Ok(FirstFactor::from_str(typed).map_err(|_| messages::setup_bad_factor()))
    })
}

fn words(services: &[Service]) -> Vec<&'static str> {
    services.iter().map(|service| service.word()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_typed_with_spaces_or_commas_and_must_be_here() {
        let both = [Service::Sshd, Service::Sudo];
        assert_eq!(parse_services("sshd, sudo", &both).unwrap(), both);
        assert_eq!(parse_services("sudo", &both).unwrap(), [Service::Sudo]);
        for wrong in ["", "ssh", "sshd sudoo", "everywhere"] {
            assert!(parse_services(wrong, &both).is_err(), "{wrong:?}");
        }
        assert!(parse_services("sshd", &[Service::Sudo]).is_err());
    }
}
