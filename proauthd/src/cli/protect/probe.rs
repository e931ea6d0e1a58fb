//! Tries what was changed, by logins with codes that the daemon makes for them.

use std::net::SocketAddr;
use std::path::Path;

use proauth_rollout::Host;
use proauth_rollout::attempt::{
    Key, SudoSays, ask_running, kept_out_by, of_try, reach, try_ssh, try_sudo,
};
use proauth_rollout::look::Candidate;
use proauth_rollout::plan::{FirstFactor, Service};

use super::super::ask::Asker;
use super::super::output;
use super::underway::Order;
use crate::messages;

/// How long a code for a try works, in seconds.
const CODE_SECONDS: u64 = 120;

/// Tries the services that ask for codes now.
///
/// # Errors
/// What does not work, in a sentence.
pub fn try_services(host: &Host, asker: &Asker, order: &Order<'_>) -> Result<(), String> {
    let Some(user) = order.tester else {
        return Ok(());
    };
    if let Some(first_factor) = order.of_sshd() {
        // As it will be: sshd's own half is not written yet.
        let candidate = Candidate::write(host, first_factor);
        let candidate = candidate.map_err(|error| messages::no_candidate(&error))?;
        let effective = of_try(candidate.path(), user);
        match effective.is_ok_and(|it| kept_out_by(&it, user).is_some()) {
            // That was said before, and agreed to.
            true => {}
            false => try_sshd(candidate.path(), asker, user, first_factor)?,
        }
    }
    if order.wanted.services.contains(&Service::Sudo) {
        match try_sudo(user).map_err(|error| messages::cannot_try("sudo", &error))? {
            SudoSays::Asks => {}
            SudoSays::LetsIn => output::note(messages::sudo_asks_nothing(user)),
            SudoSays::Broken(said) => return Err(messages::sudo_is_broken(&said)),
        }
    }
    Ok(())
}

/// A login of `user` without a code is to be refused; one with a code, after a key, let in.
///
/// # Errors
/// What does not work, in a sentence.
pub fn try_sshd(
    config: &Path,
    asker: &Asker,
    user: &str,
    first_factor: FirstFactor,
) -> Result<(), String> {
    let failed = |error: std::io::Error| messages::cannot_try("sshd", &error);
    let effective = of_try(config, user).map_err(|error| messages::sshd_would_fail(&error))?;
    if let Some(keyword) = kept_out_by(&effective, user) {
        return Err(messages::cannot_be_tried(keyword, user));
    }
    let key = Key::make(&effective).map_err(failed)?;
    let without = try_ssh(config, &key, user, None).map_err(failed)?;
    if without.let_in {
        return Err(messages::lets_in_without_a_code(user));
    }
    if first_factor == FirstFactor::Password {
        // Nobody but the user has that password.
        return match without.asked || without.asked_else {
            true => Ok(()),
            false => Err(messages::asks_for_no_code(user, &without.said)),
        };
    }
    if !without.asked {
        return Err(messages::asks_for_no_code(user, &without.said));
    }
    let code = asker.ask(async |daemon| daemon.emergency(user, CODE_SECONDS).await);
    let code = code.map_err(|failure| failure.sentence().to_owned())?;
    let with = try_ssh(config, &key, user, Some(&code)).map_err(failed)?;
    match with.let_in {
        true => Ok(()),
        false => Err(messages::refuses_a_right_code(user, &with.said)),
    }
}

/// Which of `addresses` an SSH server answers at.
pub fn answering(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let reached = addresses.into_iter().map(reach);
    let answers = reached.filter(|address| ask_running(*address).is_ok());
    answers.collect()
}

/// Whether those that have answered still do.
///
/// # Errors
/// Which does not, in a sentence.
pub fn still_answer(addresses: &[SocketAddr]) -> Result<(), String> {
    for address in addresses {
        // sshd closes its socket and opens it again when it reads its configuration.
        let mut tries = 20;
        while let Err(error) = ask_running(*address) {
            tries -= 1;
            if tries == 0 {
                return Err(messages::sshd_answers_no_more(*address, &error));
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
    Ok(())
}
