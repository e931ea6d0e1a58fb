//! What `protect` says of what it would do, and did.

use std::io::{IsTerminal, stdout};

use proauth_rollout::plan::{FileChange, Plan, Protected, Service};
use proauth_rollout::protect::words;
use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::screen::say;
use super::super::{Common, output};
use super::look::Looked;
use super::underway::Order;
use crate::messages;

/// Nothing is left to do.
pub fn protected_already(common: &Common, wanted: &Protected) -> Result<(), Failure> {
    if common.json {
        return output::line(
            json!({ "protected": true, "changed": [], "services": words(wanted) }),
        );
    }
    output::line(messages::is_protected_already(&words(wanted)))
}

/// What would be done, and what is in the way.
pub fn dry_run(
    common: &Common,
    wanted: &Protected,
    plan: &Plan,
    looked: &Looked,
) -> Result<(), Failure> {
    if common.json {
        output::line(json!({
            "dry_run": true,
            "services": words(wanted),
            "first_factor": first_factor(wanted),
            "changes": plan.files().map(change).collect::<Vec<_>>(),
            "commands": plan.commands,
            "notes": looked.notes,
            "obstacles": looked.obstacles,
        }))?;
    } else {
        show(wanted, plan, looked)?;
    }
    match looked.obstacles.as_slice() {
        [] => Ok(()),
        _ => Err(in_the_way(common, looked)),
    }
}

/// What would be done, for people.
pub fn show(wanted: &Protected, plan: &Plan, looked: &Looked) -> Result<(), Failure> {
    output::line(messages::will_ask(&words(wanted), first_factor(wanted)))?;
    for file in plan.files() {
        output::line(format_args!("\n{}", file.diff().trim_end()))?;
    }
    for command in &plan.commands {
        output::line(format_args!("\n$ {}", command.join(" ")))?;
    }
    output::line("")?;
    for note in &looked.notes {
        tell(&format!("- {note}"))?;
    }
    Ok(())
}

/// What is in the way.
pub fn refused(common: &Common, looked: &Looked) -> Result<(), Failure> {
    if common.json {
        output::line(json!({ "protected": false, "obstacles": looked.obstacles }))?;
    }
    Err(in_the_way(common, looked))
}

fn in_the_way(common: &Common, looked: &Looked) -> Failure {
    if !common.json {
        let obstacles = looked.obstacles.iter();
        obstacles.for_each(|it| output::note(format_args!("- {it}")));
    }
    Failure::No(messages::something_is_in_the_way())
}

/// It waits to be confirmed, until that time.
pub fn armed(common: &Common, order: &Order<'_>, until: u64) -> Result<(), Failure> {
    if common.json {
        return output::line(json!({
            "armed": true,
            "services": words(order.wanted),
            "first_factor": first_factor(order.wanted),
            "changed": order.plan.files().map(|file| &file.path).collect::<Vec<_>>(),
            "within": order.seconds,
            "until": until,
        }));
    }
    let armed = messages::armed(order.seconds, &output::time(until));
    armed.split('\n').try_for_each(tell)
}

/// A paragraph: in lines that fit the terminal, where somebody looks at one.
fn tell(text: &str) -> Result<(), Failure> {
    match text.starts_with(' ') || text.is_empty() || !stdout().is_terminal() {
        true => output::line(text),
        false => say(text),
    }
}

/// It stays.
pub fn confirmed(common: &Common, services: &[String], how: &str) -> Result<(), Failure> {
    if common.json {
        return output::line(json!({ "confirmed": true, "services": services, "by": how }));
    }
    output::line(messages::confirmed(services))
}

fn first_factor(wanted: &Protected) -> Option<&'static str> {
    let has_sshd = wanted.services.contains(&Service::Sshd);
    has_sshd.then(|| wanted.first_factor.unwrap_or_default().word())
}

fn change(file: &FileChange) -> Value {
    json!({ "path": file.path, "new": file.before.is_none(), "diff": file.diff() })
}
