//! The last step: somebody gets in from another terminal and says so, or all is put back.

use std::time::Duration;

use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use super::super::countdown::{Countdown, Wording};
use super::super::failure::Failure;
use super::facts::{self, Pending};
use super::person::Person;
use crate::messages;

const WORDING: Wording = Wording {
    waiting: "Waiting for that",
    leaving: "Ctrl-C leaves",
};

/// What to type in the other terminal.
const CONFIRM: &str = "sudo proauthd protect --confirm";

/// Tells what to do, for who did not see it at the change.
///
/// # Errors
/// If nobody reads it.
pub fn explain(person: &Person) -> Result<(), Failure> {
    person.tell(messages::SETUP_CONFIRM)?;
    person.show(CONFIRM)?;
    person.tell(messages::SETUP_STAY)
}

/// Waits until it is confirmed, the time is over, or the person leaves.
///
/// # Errors
/// If it was put back, or the person leaves.
pub fn wait(person: &mut Person, pending: &Pending) -> Result<(), Failure> {
    let mut countdown = Countdown::new(WORDING, pending.left, person.screen());
    match person.until(watch(&mut countdown)) {
        Ok(ended) => {
            ended?;
            countdown.end()?;
            outcome(person, &pending.services)
        }
        Err(Failure::Interrupted(signal)) => {
            Err(Failure::Left(signal, messages::setup_left_waiting()))
        }
        Err(failure) => Err(failure),
    }
}

/// Until nothing waits any more, and what is put back is back.
async fn watch(countdown: &mut Countdown) -> Result<(), Failure> {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    seconds.tick().await;
    loop {
        match facts::pending()? {
            Some(pending) => countdown.set(pending.left),
            None if facts::is_rolling_back()? => countdown.set(0),
            None => return Ok(()),
        }
        countdown.show()?;
        seconds.tick().await;
    }
}

fn outcome(person: &Person, services: &[String]) -> Result<(), Failure> {
    let confirmed = services
        .iter()
        .all(|service| facts::asks_for_codes(service));
    let value = json!({ "step": "protect", "services": services, "confirmed": confirmed });
    if !confirmed {
        person.done(&value, &facts::last_roll_back().unwrap_or_default())?;
        return Err(Failure::No(messages::setup_put_back()));
    }
    person.done(&value, &messages::setup_confirmed(services))?;
    let next = messages::SETUP_NEXT;
    next.iter().try_for_each(|next| person.tell(next))
}
