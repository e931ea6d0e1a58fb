//! `proauthd protect --confirm`: what was changed stays, since somebody got in.

use std::path::Path;

use nix::unistd::{Uid, User};
use proauth_interface::AcceptedLogin;
use proauth_rollout::attempt::FROM;
use proauth_rollout::plan::{CONFIG, Service};
use proauth_rollout::session::Session;
use proauth_rollout::state::{self, Armed, Complete};
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
    is_complete(host)?;
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
    let complete = is_complete(host)?;
    match session.began_after(complete.session, complete.monotonic) {
        Some(true) => {}
        Some(false) => return Err(Failure::No(messages::session_is_old())),
        None => return Err(Failure::No(messages::session_is_unknown())),
    }
    let user = session.uid().and_then(name_of);
    let user = user.ok_or_else(|| Failure::No(messages::session_is_unknown()))?;
    let asker = Asker::connect(common)?;
    let logins = asker.ask(async |daemon| daemon.accepted_logins(&user, complete.at).await)?;
    let is_proven = logins.iter().any(|login| counts(armed, session, login));
    match (is_proven, has(armed, Service::Sshd)) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::No(messages::session_came_not_by_ssh(&user))),
        (false, false) => Err(Failure::No(messages::session_has_shown_no_code(&user))),
    }
}

/// The name of sshd's service of PAM.
const SSHD: &str = "sshd";

/// Whether `login` shows that somebody gets into `session` through what was changed.
fn counts(armed: &Armed, session: &Session, login: &AcceptedLogin) -> bool {
    match (has(armed, Service::Sshd), has(armed, Service::Everywhere)) {
        // What somebody types at the console, or for sudo, says nothing about sshd.
        (true, _) => is_by_ssh(session, login),
        (false, true) => is_by_ssh(session, login) || is_in(session, &armed.boot, login),
        (false, false) => is_in(session, &armed.boot, login),
    }
}

fn has(armed: &Armed, service: Service) -> bool {
    armed.services.iter().any(|it| it == service.word())
}

/// When the change was whole, which one that was cut short never is.
fn is_complete(host: &Host) -> Result<Complete, Failure> {
    let complete = state::complete(host).map_err(|error| Failure::Unable(error.to_string()))?;
    complete.ok_or_else(|| Failure::No(messages::change_was_cut_short()))
}

/// Whether a code was shown to sshd from where this session comes from. (Which session sshd itself is
/// in says nothing: in some containers, that of whoever started them.)
fn is_by_ssh(session: &Session, login: &AcceptedLogin) -> bool {
    let logind = session.logind.as_ref();
    let is_from_there = logind.is_some_and(|it| !it.remote.is_empty() && it.remote == login.rhost);
    // A try is nobody's login.
    login.service == SSHD && is_from_there && login.rhost != FROM
}

/// Whether a code was shown inside this session.
fn is_in(session: &Session, boot: &str, login: &AcceptedLogin) -> bool {
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

    fn session(remote: &str) -> Session {
        Session {
            audit: Some(7),
            login_uid: Some(1000),
            logind: Some(Logind {
                uid: 1000,
                began: 1,
                remote: remote.to_owned(),
            }),
        }
    }

    /// Whether a code that was shown there lets that session confirm these services.
    fn confirms(services: &[&str], remote: &str, shown: [&str; 3]) -> bool {
        let armed = Armed {
            boot: "boot".to_owned(),
            services: services.iter().copied().map(str::to_owned).collect(),
            ..Armed::default()
        };
        let [service, rhost, shown_in] = shown.map(str::to_owned);
        let login = AcceptedLogin {
            service,
            rhost,
            session: shown_in,
            at: 0,
        };
        counts(&armed, &session(remote), &login)
    }

    #[test]
    fn sshd_is_confirmed_by_a_code_over_ssh_from_where_the_session_comes_from() {
        for (remote, shown, expected) in [
            ("192.0.2.1", ["sshd", "192.0.2.1", ""], true),
            ("192.0.2.1", ["sshd", "192.0.2.2", ""], false),
            ("192.0.2.1", ["login", "192.0.2.1", ""], false),
            // A try is nobody's login.
            (FROM, ["sshd", FROM, ""], false),
            // At the console; for sudo; in another session.
            ("", ["sshd", "", ""], false),
            ("", ["sudo", "", "7 boot"], false),
            ("192.0.2.1", ["sudo", "", "7 boot"], false),
            ("192.0.2.1", ["sshd", "192.0.2.1", "6 boot"], true),
        ] {
            for services in [&["sshd"][..], &["sshd", "sudo"], &["everywhere", "sshd"]] {
                assert_eq!(confirms(services, remote, shown), expected, "{shown:?}");
            }
        }
    }

    #[test]
    fn sudo_is_confirmed_by_a_code_in_this_very_session() {
        for (shown, by_sudo, everywhere) in [
            (["sudo", "", "7 boot"], true, true),
            (["sudo", "", "6 boot"], false, false),
            (["sudo", "", "7 before"], false, false),
            (["sshd", "192.0.2.1", ""], false, true),
            (["sshd", "192.0.2.2", ""], false, false),
        ] {
            assert_eq!(
                confirms(&["sudo"], "192.0.2.1", shown),
                by_sudo,
                "{shown:?}"
            );
            let confirmed = confirms(&["everywhere", "sudo"], "192.0.2.1", shown);
            assert_eq!(confirmed, everywhere, "{shown:?}");
        }
    }

    #[test]
    fn a_change_that_was_cut_short_is_not_confirmed() {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        std::fs::create_dir_all(host.path("/var/lib")).unwrap();
        state::arm(&host, &Armed::default(), &[]).unwrap();
        let refused = is_complete(&host).unwrap_err();
        assert!(refused.sentence().contains("cut short"), "{refused:?}");
        let complete = Complete::default();
        state::mark_complete(&host, complete).unwrap();
        assert_eq!(is_complete(&host).unwrap(), complete);
    }
}
