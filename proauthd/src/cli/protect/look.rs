//! What `protect` looks at before it changes anything.

use nix::unistd::{Uid, User};
use proauth_interface::AccountStatus;
use proauth_rollout::attempt::{kept_out_by, of_try};
use proauth_rollout::look::{self, Candidate};
use proauth_rollout::plan::{CONFIG, FirstFactor, Plan, Protected, Service};
use proauth_rollout::{Host, sshd};

use super::super::ask::Asker;
use super::super::failure::Failure;
use crate::messages;

/// What it is told.
pub struct Question<'a> {
    /// What shall ask for codes.
    pub wanted: &'a Protected,
    /// Whether `Match` blocks may override us.
    pub keep_match: bool,
    /// Whether somebody is asked before anything is changed.
    pub is_asked: bool,
    /// As whom to log in for a try, if somebody was named.
    pub probe: Option<&'a str>,
    /// Who has logged in to run this.
    pub login_uid: Option<u32>,
}

/// What it has found; sentences.
#[derive(Default)]
pub struct Looked {
    /// What is in the way.
    pub obstacles: Vec<String>,
    /// What somebody should know.
    pub notes: Vec<String>,
    /// As whom logins are tried.
    pub tester: Option<String>,
    /// Who else could be.
    others: Vec<String>,
}

/// Looks.
///
/// # Errors
/// If the daemon does not answer.
pub fn look(
    host: &Host,
    asker: &Asker,
    plan: &Plan,
    question: &Question<'_>,
) -> Result<Looked, Failure> {
    let mut looked = Looked::default();
    if !look::has_systemd(host) {
        looked.obstacles.push(messages::no_systemd_to_put_back());
    }
    let accounts = asker.ask(async |daemon| daemon.list().await)?;
    if accounts.iter().any(|account| account.clock_unsynchronised) {
        looked.notes.push(messages::clock_unsynchronised());
    }
    looked.look_at_people(&accounts, question);
    looked.obstacles.extend(look::not_writable(host, plan));
    looked.obstacles.extend(look::pam_faults(host, plan));
    looked.look_at_console(host, plan);
    if !plan.sshd.is_empty() || question.wanted.services.contains(&Service::Sshd) {
        looked.look_at_sshd(host, plan, question);
    } else if question.wanted.services.contains(&Service::Everywhere) {
        let effective = sshd::effective(&host.path(CONFIG), None);
        if effective.is_ok_and(|it| look::feeds_passwords(&it)) {
            looked.notes.push(messages::sshd_feeds_passwords());
        }
    }
    Ok(looked)
}

impl Looked {
    /// Who has admin rights, and can show a code?
    fn look_at_people(&mut self, accounts: &[AccountStatus], question: &Question<'_>) {
        let can_log_in =
            |it: &&AccountStatus| it.enrolled && !it.suspended && it.account == "present";
        let administrators: Vec<_> = accounts
            .iter()
            .filter(can_log_in)
            .filter(|it| look::is_administrator(&it.user, it.uid))
            .collect();
        if administrators.is_empty() {
            return self.obstacles.push(messages::no_administrator_enrolled());
        }
        let names: Vec<_> = administrators.iter().map(|it| it.user.as_str()).collect();
        self.notes.push(messages::administrators_enrolled(&names));
        if let Some(probe) = question.probe {
            match names.contains(&probe) {
                true => self.tester = Some(probe.to_owned()),
                false => self.obstacles.push(messages::probe_is_nobody(probe)),
            }
            return;
        }
        let is_caller = |it: &&&AccountStatus| Some(it.uid) == question.login_uid;
        let caller = administrators.iter().find(is_caller);
        let not_root = administrators.iter().find(|it| it.uid != 0);
        let tester = caller.or(not_root).or(administrators.first());
        self.tester = tester.map(|it| it.user.clone());
        self.others = names.iter().map(|&it| it.to_owned()).collect();
        if caller.is_none()
            && let Some(name) = question.login_uid.and_then(name_of)
        {
            self.notes.push(messages::caller_is_not_enrolled(&name));
        }
    }

    fn look_at_console(&mut self, host: &Host, plan: &Plan) {
        self.notes.push(match look::leaves_console(host, plan) {
            Some(true) => messages::console_is_untouched(),
            Some(false) => messages::console_asks_too(),
            None => messages::console_is_unknown(),
        });
    }

    fn look_at_sshd(&mut self, host: &Host, plan: &Plan, question: &Question<'_>) {
        let first_factor = question.wanted.first_factor.unwrap_or_default();
        if let Err(error) = sshd::check(&host.path(CONFIG)) {
            return self.obstacles.push(messages::sshd_fails_already(&error));
        }
        for program in ["/usr/bin/ssh", "/usr/bin/ssh-keygen"] {
            if !host.path(program).exists() {
                self.obstacles.push(messages::no_ssh_client(program));
            }
        }
        match look::overriding(host, plan, first_factor) {
            Err(error) => self.obstacles.push(messages::sshd_fails_already(&error)),
            Ok(found) => {
                for (line, criteria) in &found.in_match {
                    match question.keep_match {
                        true => self.notes.push(messages::match_is_kept(line, criteria)),
                        false => self
                            .obstacles
                            .push(messages::match_overrides(line, criteria)),
                    }
                }
                let before = found.before.iter();
                self.obstacles
                    .extend(before.map(|line| messages::read_before_ours(line)));
            }
        }
        if self.obstacles.is_empty() {
            self.try_candidate(host, first_factor, question);
        }
    }

    /// What will sshd make of it?
    fn try_candidate(&mut self, host: &Host, first_factor: FirstFactor, question: &Question<'_>) {
        let candidate = match Candidate::write(host, first_factor) {
            Ok(candidate) => candidate,
            Err(error) => return self.obstacles.push(messages::no_candidate(&error)),
        };
        if let Err(error) = sshd::check(candidate.path()) {
            return self.obstacles.push(messages::sshd_would_fail(&error));
        }
        self.choose_tester(&candidate, question);
        let tester = self.tester.clone().unwrap_or_else(|| "root".to_owned());
        match look::not_in_effect(candidate.path(), first_factor, &tester) {
            Err(error) => self.obstacles.push(messages::sshd_would_fail(&error)),
            Ok(wrong) if question.keep_match => self.notes.extend(wrong),
            Ok(wrong) => self.obstacles.extend(wrong),
        }
        self.look_at_root(&candidate, &tester);
    }

    /// Who of the administrators may log in from where a try comes from?
    fn choose_tester(&mut self, candidate: &Candidate, question: &Question<'_>) {
        let kept_out = |user: &str| {
            let effective = of_try(candidate.path(), user).ok()?;
            kept_out_by(&effective, user)
        };
        let Some(first) = self.tester.clone() else {
            return;
        };
        let Some(keyword) = kept_out(&first) else {
            return;
        };
        if let Some(other) = self.others.iter().find(|it| kept_out(it).is_none()) {
            self.tester = Some(other.clone());
            return;
        }
        let sentence = messages::cannot_be_tried(keyword, &first);
        match question.is_asked {
            true => self.notes.push(messages::goes_on_untried(&sentence)),
            false => self.obstacles.push(sentence),
        }
    }

    fn look_at_root(&mut self, candidate: &Candidate, tester: &str) {
        let root = sshd::Connection {
            user: "root".to_owned(),
            host: "localhost".to_owned(),
            addr: "127.0.0.1".to_owned(),
        };
        let lets_in = sshd::effective(candidate.path(), Some(&root));
        if lets_in.is_ok_and(|it| look::lets_root_in_by_key_alone(&it)) {
            match tester {
                "root" => self.obstacles.push(messages::root_is_the_only_one()),
                _ => self.notes.push(messages::root_gets_in_no_more()),
            }
        }
    }
}

/// Who logged in, if that was not root.
fn name_of(uid: u32) -> Option<String> {
    let user = User::from_uid(Uid::from_raw(uid)).ok()??;
    (uid != 0).then_some(user.name)
}
