//! What is wrong with the account part of a service that asks for codes.

use std::collections::BTreeSet;

use super::explore::{Seen, explore};
use super::faults::{Fault, has_ours, nobody};
use super::modules::Nature;
use super::stack::Stack;
use crate::messages::doctor_pam as say;

/// The faults of the account part, seen beside the auth part.
pub fn faults(auth: &Stack, account: &Stack) -> Vec<Fault> {
    let service = account.service.as_str();
    let own_file = format!("/{service}");
    let Some(ours) = account.entries.iter().find(|entry| entry.is_ours()) else {
        let mut lines = auth.entries.iter();
        let is_own = lines.any(|entry| entry.is_ours() && entry.file.ends_with(&own_file));
        let wanted = service == "sshd" || (is_own && service.starts_with("sudo"));
        return Vec::from_iter(wanted.then(|| Fault::at(service, say::account_missing(service))));
    };
    let need_code = ours
        .arguments()
        .iter()
        .any(|argument| argument == "need_code");
    if need_code && service != "sshd" {
        return vec![Fault::at(ours.at(), say::need_code_elsewhere(service))];
    }
    if need_code && !has_ours(auth) {
        return vec![Fault::at(ours.at(), say::need_code_unasked())];
    }
    let seen = explore(account);
    let mut faults: Vec<Fault> = Vec::new();
    for one in &seen {
        faults.extend(of_seen(account, &seen, *one, need_code));
    }
    faults.extend(nobody(account, &seen, &faults));
    faults
}

fn of_seen(stack: &Stack, seen: &BTreeSet<Seen>, one: Seen, need_code: bool) -> Option<Fault> {
    let fault = |at: usize, finding| Some(Fault::at(stack.entries.get(at)?.at(), finding));
    match one {
        Seen::InUnasked {
            by: Some(at),
            plainly,
            proven,
        } => {
            let entry = stack.entries.get(at)?;
            let module = entry.module().unwrap_or("this line");
            let plain = |proven| Seen::InUnasked {
                by: Some(at),
                plainly: true,
                proven,
            };
            let said = seen.contains(&plain(true)) && !(plainly && proven)
                || (seen.contains(&plain(false)) && !plainly);
            match Nature::of(entry, &stack.service) {
                _ if said => None,
                Nature::Condition => fault(at, say::exempt(module, &entry.arguments().join(" "))),
                _ => fault(at, say::account_skipped(module, plainly && need_code)),
            }
        }
        Seen::InRefused(at) => fault(at, say::refusal_ignored()),
        Seen::InWithoutDaemon(at) if !seen.contains(&Seen::InRefused(at)) => {
            fault(at, say::open_without_daemon())
        }
        _ => None,
    }
}
