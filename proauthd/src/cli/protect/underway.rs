//! Carries out what was planned, in the order in which anything may go wrong: what is noted on disk
//! and armed is put back by systemd even if this process is gone by then.

use std::net::SocketAddr;
use std::path::Path;

use proauth_rollout::look::{self, Candidate};
use proauth_rollout::plan::{CONFIG, FirstFactor, Plan, Protected, Service};
use proauth_rollout::protect::{self, Underway};
use proauth_rollout::roll_back::Report;
use proauth_rollout::{Host, sshd};

use super::super::ask::Asker;
use super::super::failure::Failure;
use super::super::interrupt::Interrupt;
use super::super::output;
use super::probe;
use crate::{audit, messages};

/// What is to be done.
pub struct Order<'a> {
    /// What changes.
    pub plan: &'a Plan,
    /// What will ask for codes.
    pub wanted: &'a Protected,
    /// How long to wait for a confirmation.
    pub seconds: u64,
    /// The uid that logged in to ask for it.
    pub by: u32,
    /// As whom logins are tried.
    pub tester: Option<&'a str>,
}

impl Order<'_> {
    /// What comes before the code in sshd, if that is to ask for one.
    pub fn of_sshd(&self) -> Option<FirstFactor> {
        let has_sshd = self.wanted.services.contains(&Service::Sshd);
        has_sshd.then(|| self.wanted.first_factor.unwrap_or_default())
    }
}

/// Changes everything, and tries it. What fails is put back at once; so is everything if a signal
/// comes that ends commands. Returns when it is put back unless confirmed, in Unix time.
///
/// # Errors
/// Why it was put back.
pub fn carry_out(host: &Host, asker: &Asker, order: &Order<'_>) -> Result<u64, Failure> {
    let ordered = protect::Order {
        protected: order.wanted,
        seconds: order.seconds,
        by: order.by,
    };
    let mut interrupt = asker.listen()?;
    let underway = Underway::begin(host, order.plan, &ordered).map_err(Failure::Unable)?;
    let services = protect::words(order.wanted).join(" ");
    audit::protect_armed(&services, order.by, order.seconds);
    match change(&underway, host, asker, order, &mut interrupt) {
        Ok(()) => Ok(underway.until()),
        Err(why) => {
            // What else has failed may have failed of that: programs at this terminal hear it, too.
            let was_cancelled = asker.go_on(&mut interrupt).is_err();
            let why = if was_cancelled {
                messages::protect_was_interrupted()
            } else {
                why
            };
            Err(put_back(&why, &underway.put_back()))
        }
    }
}

/// Tells why everything was put back, and how that went.
pub fn put_back(why: &str, report: &Report) -> Failure {
    audit::protect_failed(why, report.is_complete());
    report.failed.iter().for_each(output::note);
    Failure::Unable(match report.is_complete() {
        true => messages::put_back_because(why),
        false => messages::not_put_back_yet(why),
    })
}

fn change(
    underway: &Underway<'_>,
    host: &Host,
    asker: &Asker,
    order: &Order<'_>,
    interrupt: &mut Interrupt,
) -> Result<(), String> {
    let mut go_on = || {
        let signal = asker.go_on(interrupt);
        signal.map_err(|_| messages::protect_was_interrupted())
    };
    let answered = listening(order);
    underway.change_pam()?;
    go_on()?;
    probe::try_services(host, asker, order)?;
    go_on()?;
    underway.change_sshd()?;
    if let Some(first_factor) = order.of_sshd() {
        check_sshd(host, order, first_factor)?;
    }
    if !order.plan.sshd.is_empty() {
        underway.tell_sshd()?;
        probe::still_answer(&answered)?;
    }
    go_on()?;
    if !underway.still_waits()? {
        return Err(messages::time_is_over());
    }
    underway.complete()?;
    // The timer may have come in this moment.
    match underway.still_waits()? {
        true => Ok(()),
        false => Err(messages::time_is_over()),
    }
}

/// Where an SSH server answers now.
fn listening(order: &Order<'_>) -> Vec<SocketAddr> {
    if order.plan.sshd.is_empty() {
        return Vec::new();
    }
    let effective = sshd::effective(Path::new(CONFIG), None);
    let addresses = effective.map_or_else(|_| Vec::new(), |it| look::addresses(&it));
    probe::answering(addresses)
}

/// What sshd makes of what was written.
fn check_sshd(host: &Host, order: &Order<'_>, first_factor: FirstFactor) -> Result<(), String> {
    let config = host.path(CONFIG);
    sshd::check(&config).map_err(|error| messages::sshd_would_fail(&error))?;
    let Some(user) = order.tester else {
        return Ok(());
    };
    let wrong = look::not_in_effect(&config, first_factor, user);
    let wrong = wrong.map_err(|error| messages::sshd_would_fail(&error))?;
    // A `Match` that was to be kept may hold for this user: that was said before.
    let candidate = Candidate::write(host, first_factor).map_err(|error| error.to_string())?;
    let known = look::not_in_effect(candidate.path(), first_factor, user).unwrap_or_default();
    match wrong.into_iter().find(|it| !known.contains(it)) {
        None => Ok(()),
        Some(sentence) => Err(sentence),
    }
}
