//! What only the person at the terminal can try: their own password and code.

use nix::unistd::{Uid, User};
use proauth_rollout::attempt::sudo_of;
use proauth_rollout::plan::{Protected, Service};

use super::super::ask::Asker;
use super::super::failure::Failure;
use super::super::output;
use super::super::typed::read_line_until;
use super::look::Looked;
use crate::messages;

/// Offers whoever has logged in to run this a try of sudo, if that asks for codes now, and they can
/// show one.
///
/// # Errors
/// If nothing can be read or written any more.
pub fn offer_sudo(
    asker: &Asker,
    looked: &Looked,
    wanted: &Protected,
    login_uid: Option<u32>,
) -> Result<(), Failure> {
    let user = login_uid.filter(|uid| *uid != 0).and_then(name_of);
    let user = user.filter(|user| looked.tester.as_ref() == Some(user));
    let Some(user) = user.filter(|_| wanted.services.contains(&Service::Sudo)) else {
        return Ok(());
    };
    // Ctrl-C ends the question, not what has been changed.
    let mut interrupt = asker.listen()?;
    let answer = read_line_until(asker, &mut interrupt, &messages::sudo_question(&user));
    let agrees = answer.is_ok_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"));
    if !agrees {
        return Ok(());
    }
    match sudo_of(&user) {
        Ok(true) => output::line(messages::sudo_lets_in(&user)),
        Ok(false) => output::line(messages::sudo_does_not_let_in(&user)),
        Err(error) => output::line(messages::cannot_try("sudo", &error)),
    }
}

fn name_of(uid: u32) -> Option<String> {
    let user = User::from_uid(Uid::from_raw(uid)).ok()??;
    Some(user.name)
}
