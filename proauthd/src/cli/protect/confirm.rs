//! `proauthd protect --confirm`: what was changed stays, since somebody got in.

use std::path::Path;

use nix::unistd::{Uid, User};
use proauth_interface::AcceptedLogin;
use proauth_rollout::plan::CONFIG;
use proauth_rollout::session::Session;
use proauth_rollout::state::{self, Armed};
use proauth_rollout::{Host, look, protect, sshd, this_run};

use super::super::Common;
use super::super::ask::Asker;
use super::super::failure::Failure;
use super::underway::{self, Order};
use super::{probe, report};
use crate::{audit, messages};

/// Keeps what waits, if this session began after it, and a code was accepted for it.
///
/// # Errors
/// Why not.
pub fn confirm(host: &Host, common: &Common) -> Result<(), Failure> {
    let pending = state::pending(host).map_err(|error| Failure::Unable(error.to_string()))?;
    let Some(armed) = pending else {
        let last = state::last_roll_back(host);
        return Err(Failure::No(messages::nothing_waits(last.as_deref())));
    };
    let session = Session::own();
    let proven = prove(host, common, &armed, &session);
    if let Err(failure) = proven {
        audit::confirm_refused(failure.sentence(), session.uid());
        return Err(failure);
    }
    keep(host, common, &armed.services, session.uid(), "session")
}

/// Keeps what waits, if the running sshd still answers, and a login with a code succeeds.
///
/// # Errors
/// Why not; then it was put back.
pub fn by_probe(
    host: &Host,
    asker: &Asker,
    common: &Common,
    order: &Order<'_>,
) -> Result<(), Failure> {
    if let Err(why) = probe_running(host, asker, order) {
        return Err(underway::put_back(&why, &protect::put_back(host)));
    }
    let services = protect::words(order.wanted);
    keep(host, common, &services, Some(order.by), "probe")
}

fn probe_running(host: &Host, asker: &Asker, order: &Order<'_>) -> Result<(), String> {
    let config = host.path(CONFIG);
    let (Some(first_factor), Some(user)) = (order.of_sshd(), order.tester) else {
        return Err(messages::probe_needs_sshd());
    };
    let effective = sshd::effective(Path::new(CONFIG), None);
    let effective = effective.map_err(|error| messages::sshd_would_fail(&error))?;
    if probe::answering(look::addresses(&effective)).is_empty() {
        return Err(messages::no_sshd_answers());
    }
    probe::try_sshd(&config, asker, user, first_factor)
}

fn keep(
    host: &Host,
    common: &Common,
    services: &[String],
    by: Option<u32>,
    how: &'static str,
) -> Result<(), Failure> {
    if !protect::keep(host).map_err(Failure::Unable)? {
        let last = state::last_roll_back(host);
        return Err(Failure::No(messages::nothing_waits(last.as_deref())));
    }
    audit::protect_confirmed(&services.join(" "), by, how);
    report::confirmed(common, services, how)
}

/// Whether this session shows that somebody gets in.
fn prove(host: &Host, common: &Common, armed: &Armed, session: &Session) -> Result<(), Failure> {
    let is_this_boot = this_run::boot_id(host).is_some_and(|boot| boot == armed.boot);
    if !is_this_boot {
        return Err(Failure::No(messages::armed_before_the_boot()));
    }
    match session.began_after(armed.session, armed.monotonic) {
        Some(true) => {}
        Some(false) => return Err(Failure::No(messages::session_is_old())),
        None => return Err(Failure::No(messages::session_is_unknown())),
    }
    let user = session.uid().and_then(name_of);
    let user = user.ok_or_else(|| Failure::No(messages::session_is_unknown()))?;
    let asker = Asker::connect(common)?;
    let logins = asker.ask(async |daemon| daemon.accepted_logins(&user, armed.at).await)?;
    let boot = &armed.boot;
    match logins.iter().any(|login| is_of(session, boot, login)) {
        true => Ok(()),
        false => Err(Failure::No(messages::session_has_shown_no_code(&user))),
    }
}

/// Whether a code was shown for this session: on its way in, from where it comes from, or inside it.
fn is_of(session: &Session, boot: &str, login: &AcceptedLogin) -> bool {
    if login.session.is_empty() {
        let logind = session.logind.as_ref();
        return logind.is_some_and(|it| it.remote == login.rhost);
    }
    let own = session.audit.map(|audit| format!("{audit} {boot}"));
    own.is_some_and(|own| own == login.session)
}

fn name_of(uid: u32) -> Option<String> {
    let user = User::from_uid(Uid::from_raw(uid)).ok()??;
    Some(user.name)
}

#[cfg(test)]
mod tests {
    use proauth_rollout::session::Logind;

    use super::*;

    #[test]
    fn a_code_counts_for_the_session_that_it_was_shown_for() {
        let session = Session {
            audit: Some(7),
            login_uid: Some(1000),
            logind: Some(Logind {
                uid: 1000,
                began: 1,
                remote: "192.0.2.1".to_owned(),
            }),
        };
        for (rhost, shown_in, counts) in [
            ("192.0.2.1", "", true),
            ("192.0.2.2", "", false),
            ("", "", false),
            ("", "7 boot", true),
            ("", "6 boot", false),
            ("", "7 before", false),
            // What another session says of where it is, is not of this one.
            ("192.0.2.1", "6 boot", false),
        ] {
            let login = AcceptedLogin {
                service: "sshd".to_owned(),
                rhost: rhost.to_owned(),
                session: shown_in.to_owned(),
                at: 0,
            };
            assert_eq!(is_of(&session, "boot", &login), counts, "{login:?}");
        }
    }
}
