//! What is wrong with the stacks of a service that asks for codes.

use std::collections::BTreeSet;

use super::account;
use super::arguments::{self, first_factor};
use super::code::Code;
use super::control::Action;
use super::explore::{Seen, explore};
use super::files::Files;
use super::modules::Nature;
use super::stack::{Entry, PamError, Phase, Stack, What, stack};
use crate::messages::doctor_pam as say;
use crate::{Finding, Level};

/// Something that is wrong with a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its name: docs/doctor.md has them all.
    pub id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// `FILE:LINE`, or the service's name where it is no line's fault.
    pub at: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

impl Fault {
    pub(super) fn at(at: impl Into<String>, finding: Finding) -> Self {
        Self {
            id: finding.id,
            level: finding.level,
            at: at.into(),
            what: finding.what,
            fix: finding.fix,
        }
    }
}

impl From<Fault> for Finding {
    fn from(fault: Fault) -> Self {
        let what = format!("{}: {}", fault.at, fault.what);
        Self::new(fault.id, fault.level, what, fault.fix)
    }
}

/// All faults of `service`, the worst first. Where no line of it is ours, only what libpam itself
/// does not understand is one.
#[must_use]
pub fn faults(files: &Files, service: &str) -> Vec<Fault> {
    let auth = stack(files, service, Phase::Auth);
    let account = stack(files, service, Phase::Account);
    let (auth, account) = match (auth, account) {
        (Ok(auth), Ok(account)) => (auth, account),
        (Err(error), _) | (_, Err(error)) => return vec![unreadable(service, &error)],
    };
    let lines = auth.entries.iter().chain(&account.entries);
    if !has_ours(&auth) && !has_ours(&account) {
        let broken = lines.filter(|entry| matches!(entry.what, What::Broken(_)));
        return broken.filter_map(of_line).collect();
    }
    let mut faults: Vec<Fault> = lines.filter_map(of_line).collect();
    if has_ours(&auth) {
        faults.extend(of_auth(&auth));
    }
    faults.extend(account::faults(&auth, &account));
    // That says it all.
    if faults.iter().any(|fault| fault.id == "pam.module-missing") {
        faults.retain(|fault| fault.id != "pam.nobody");
    }
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.level));
    faults
}

/// Whether a line of the stack is ours.
#[must_use]
pub fn has_ours(stack: &Stack) -> bool {
    stack.entries.iter().any(Entry::is_ours)
}

fn unreadable(service: &str, error: &PamError) -> Fault {
    let why = error.to_string();
    let finding = match error {
        PamError::Unreadable(..) => say::unreadable(&why),
        _ => say::broken_stack(&why),
    };
    Fault::at(service, finding)
}

/// What a line says about itself.
fn of_line(entry: &Entry) -> Option<Fault> {
    let finding = match &entry.what {
        What::Substack => return None,
        What::Broken(why) => say::broken_line(why),
        What::Module {
            is_there: false,
            may_be_missing,
            name,
            ..
        } => match (entry.is_ours(), may_be_missing) {
            (true, _) => say::module_missing(),
            (false, true) => return None,
            (false, false) => say::other_module_missing(name),
        },
        What::Module { arguments, .. } if entry.is_ours() => {
            match arguments::complaint(arguments) {
                Some(why) => say::argument(&why),
                None if arguments.iter().any(|a| a == "nullok") => say::nullok(),
                None => return None,
            }
        }
        What::Module { .. } => return None,
    };
    Some(Fault::at(entry.at(), finding))
}

fn of_auth(stack: &Stack) -> Vec<Fault> {
    let seen = explore(stack);
    let mut faults: Vec<Fault> = seen
        .iter()
        .filter_map(|s| of_seen(stack, &seen, *s))
        .collect();
    faults.dedup_by(|one, other| (one.id, &one.at) == (other.id, &other.at));
    faults.extend(stack.entries.iter().enumerate().filter_map(|(at, entry)| {
        let before = stack.entries.get(..at).unwrap_or_default();
        let finding = of_our_line(&stack.service, before, entry)?;
        Some(Fault::at(entry.at(), finding))
    }));
    faults.extend(nobody(stack, &seen, &faults));
    faults
}

/// Something that was seen while the ways through an auth part were gone.
fn of_seen(stack: &Stack, seen: &BTreeSet<Seen>, one: Seen) -> Option<Fault> {
    let line = |at: usize| stack.entries.get(at);
    let fault = |at: usize, finding| Some(Fault::at(line(at)?.at(), finding));
    match one {
        Seen::In => None,
        Seen::InUnasked {
            by: Some(at),
            proven,
            ..
        } => {
            let entry = line(at)?;
            let worse = Seen::InUnasked {
                by: Some(at),
                proven: false,
                plainly: true,
            };
            if proven && seen.contains(&worse) {
                return None;
            }
            fault(at, unasked(stack, entry, proven))
        }
        Seen::InUnasked { by: None, .. } => {
            let ours = stack.entries.iter().find(|entry| entry.is_ours())?;
            Some(Fault::at(ours.at(), say::skipped("another line")))
        }
        Seen::InRefused(at) => fault(at, say::refusal_ignored()),
        Seen::InWithoutDaemon(at) if seen.contains(&Seen::InRefused(at)) => None,
        Seen::InWithoutDaemon(at) => fault(at, say::open_without_daemon()),
        // That it is missing is said of its line.
        Seen::InWithoutModule(at) => fault(at, say::refusal_ignored()),
        Seen::InByCodeAlone(at) => match wants_key(stack) {
            true => None,
            false => fault(at, say::code_alone()),
        },
        Seen::AskedAfterFailure(first, ours) => {
            let worse = seen.contains(&Seen::InByCodeAlone(first));
            let at = line(ours)?.at();
            match worse || wants_key(stack) {
                true => None,
                false => fault(first, say::asks_after_failure(&at)),
            }
        }
        Seen::AskedFirst(at) => fault(at, asked_first(stack, at)?),
        Seen::AskedTwice(first, at) => fault(at, say::asked_twice(&line(first)?.at())),
    }
}

/// Whether our lines insist on a key that sshd has seen.
fn wants_key(stack: &Stack) -> bool {
    let mut ours = stack.entries.iter().filter(|entry| entry.is_ours());
    stack.service == "sshd"
        && ours.all(|entry| first_factor(entry.arguments()).contains("publickey"))
}

/// Somebody is let in, and this line has passed over ours.
fn unasked(stack: &Stack, entry: &Entry, proven: bool) -> Finding {
    let module = entry.module().unwrap_or("this line");
    let rule = || match entry.arguments() {
        [] => "always".to_owned(),
        arguments => arguments.join(" "),
    };
    match Nature::of(entry, &stack.service) {
        Nature::Condition if proven || wants_key(stack) => say::exempt(module, &rule()),
        Nature::Condition => say::open(module, &rule()),
        _ => say::skipped(module),
    }
}

fn asked_first(stack: &Stack, at: usize) -> Option<Finding> {
    let entry = stack.entries.get(at)?;
    let has = |argument: &str| entry.arguments().iter().any(|given| given == argument);
    let wanted = first_factor(entry.arguments());
    if has("forward_pass") || (wanted.contains("publickey") && stack.service == "sshd") {
        return None;
    }
    let mut rest = stack.entries.iter().skip(at + 1);
    let factor = rest.find(|entry| Nature::of(entry, &stack.service) == Nature::Factor);
    let mut before = stack.entries.iter().take(at);
    let asks_before = before.any(|e| {
        matches!(
            Nature::of(e, &stack.service),
            Nature::Factor | Nature::Unknown
        )
    });
    match factor.and_then(Entry::module) {
        Some(factor) => Some(say::before_first_factor(factor)),
        None if !wanted.is_empty() && asks_before => None,
        None if !wanted.is_empty() => Some(say::factor_never_shown(wanted)),
        None if stack.service == "sshd" => Some(say::key_not_required()),
        None => Some(say::no_first_factor()),
    }
}

/// What our auth line does by its arguments, seen from what stands above it.
fn of_our_line(service: &str, before: &[Entry], entry: &Entry) -> Option<Finding> {
    if !entry.is_ours() {
        return None;
    }
    let has = |argument: &str| entry.arguments().iter().any(|given| given == argument);
    let is_factor = |entry: &Entry| Nature::of(entry, service) == Nature::Factor;
    if has("need_code") && service != "sshd" {
        return Some(say::need_code_elsewhere(service));
    }
    if has("forward_pass") && entry.control.on(Code::AUTH_ERR) != Action::Die {
        return Some(say::forward_goes_on());
    }
    let pass = ["use_first_pass", "try_first_pass"]
        .into_iter()
        .find(|pass| has(pass));
    let pass = pass.filter(|_| !has("forward_pass") && before.iter().any(is_factor))?;
    Some(say::password_as_code(pass))
}

/// That nobody gets in, unless something that was said already explains it.
pub(super) fn nobody(stack: &Stack, seen: &BTreeSet<Seen>, said: &[Fault]) -> Option<Fault> {
    let gets_in = |seen: &Seen| {
        !matches!(
            seen,
            Seen::AskedAfterFailure(..) | Seen::AskedFirst(_) | Seen::AskedTwice(..)
        )
    };
    let explains = ["pam.factor-never-shown"];
    if seen.iter().any(gets_in) || said.iter().any(|fault| explains.contains(&fault.id)) {
        return None;
    }
    Some(Fault::at(
        &stack.service,
        say::nobody(stack.phase.name(), &stack.service),
    ))
}

/// Whether a line asks for something that proves who somebody is.
#[must_use]
pub fn proves(entry: &Entry) -> bool {
    Nature::of(entry, "") == Nature::Factor
}

/// Whether the stack lets in with nothing proven, and without asking for a code.
#[must_use]
pub fn permits(stack: &Stack) -> bool {
    let is_open = |seen: &Seen| matches!(seen, Seen::InUnasked { proven: false, .. });
    explore(stack).iter().any(is_open)
}
