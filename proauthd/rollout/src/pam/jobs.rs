//! Services that start jobs and sessions of which nobody is asked anything.

use super::faults::Fault;
use super::files::Files;
use super::stack::{Entry, Phase, stack};
use crate::messages::doctor_pam as say;

const JOBS: [&str; 4] = ["cron", "crond", "atd", "systemd-user"];

/// Our account lines that such services read: mostly because they stand in a file that many
/// include. One for each line.
#[must_use]
pub fn jobs(files: &Files) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for service in JOBS {
        // Without a file of their own, they use `other`, which is looked at by itself.
        if !files.services().iter().any(|name| name == service) {
            continue;
        }
        let stack = stack(files, service, Phase::Account);
        let entries = stack.map(|stack| stack.entries).unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry.is_ours()) {
            if !faults.iter().any(|fault| fault.at == entry.at()) {
                faults.push(fault(service, entry));
            }
        }
    }
    faults
}

fn fault(service: &str, entry: &Entry) -> Fault {
    let need_code = entry
        .arguments()
        .iter()
        .any(|argument| argument == "need_code");
    Fault::at(entry.at(), say::account_of_jobs(service, need_code))
}
