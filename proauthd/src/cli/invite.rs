//! `proauthd invite`: tickets with which people enroll by themselves.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output, people};
use crate::daemon::clock;

/// Make tickets with which people enroll by themselves
#[derive(Debug, Args)]
#[command(
    override_usage = "proauthd invite --user <USER> [OPTIONS]\n       \
    proauthd invite [--all] [--group <GROUP>] [OPTIONS]",
    after_help = "Examples:\n  proauthd invite --user alice           a text to mail\n  \
    proauthd invite --group staff          a line for each: name, tab, ticket\n\n\
    With --group and --all, who is enrolled already gets none; nor does who has no shell, or a \
    uid below that of people (UID_MIN)."
)]
pub struct Invite {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    until: Until,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Whom {
    /// Account to invite
    #[arg(long, value_name = "USER", conflicts_with_all = ["group", "all"])]
    user: Option<String>,
    /// All of this group who are not enrolled
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// All people who are not enrolled; with --group, of that group
    #[arg(long)]
    all: bool,
}

/// How long a ticket is good.
#[derive(Debug, Args)]
pub struct Until {
    /// For how many hours it is good
    #[arg(long, value_name = "N", default_value_t = 72, value_parser = clap::value_parser!(u64).range(1..=720))]
    hours: u64,
}

impl Invite {
    /// Makes them and prints them, the only time that they can be seen.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let asker = Asker::connect(common)?;
        match &self.whom.user {
            Some(user) => one(common, &asker, user, &self.until),
            None => many(common, &asker, self.whom.group.as_deref(), &self.until),
        }
    }
}

/// Invites `user`, and prints a text for them.
///
/// # Errors
/// What the daemon says, or that nobody reads it.
pub fn one(common: &Common, asker: &Asker, user: &str, until: &Until) -> Result<(), Failure> {
    let ticket = asker.ask(async |daemon| daemon.invite(user, until.seconds()).await)?;
    if common.json {
        return as_json(user, &ticket, until);
    }
    let status = asker.ask(async |daemon| daemon.status(user).await)?;
    let replace = if status.enrolled { " --replace" } else { "" };
    let until = output::time(until.end());
    let host = nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned());
    let host = host.unwrap_or_else(|_| "the machine".to_owned());
    output::line(format_args!(
        "This ticket lets {user} enroll once on {host}, until {until}:\n\n    {ticket}\n"
    ))?;
    output::line(format_args!("Log in to {host} as {user} and type:\n"))?;
    output::line(format_args!(
        "    proauthd enroll{replace} --ticket {ticket}\n"
    ))?;
    output::line("It is good for nobody else; do not pass it on all the same.")
}

/// Invites all who are not enrolled yet, and prints a line for each. One who cannot be invited
/// does not keep the others from it.
fn many(common: &Common, asker: &Asker, group: Option<&str>, until: &Until) -> Result<(), Failure> {
    let people = not_enrolled(asker, group)?;
    let mut failed = 0;
    for user in &people {
        let invited = asker.try_ask(async |daemon| daemon.invite(user, until.seconds()).await)?;
        match invited.map_err(Failure::from) {
            Ok(ticket) if common.json => as_json(user, &ticket, until)?,
            Ok(ticket) => output::line(format_args!("{user}\t{ticket}"))?,
            Err(Failure::No(sentence) | Failure::Unable(sentence)) => {
                failed += 1;
                output::note(format_args!("{user}: {sentence}"));
            }
            Err(failure) => return Err(failure),
        }
    }
    match (people.len(), failed) {
        (0, _) => {
            output::note("Nobody is left to invite.");
            Ok(())
        }
        (_, 0) => Ok(()),
        (all, failed) => Err(Failure::No(format!(
            "{failed} of {all} got no ticket; see why above, and invite them again"
        ))),
    }
}

fn not_enrolled(asker: &Asker, group: Option<&str>) -> Result<Vec<String>, Failure> {
    let accounts = asker.ask(async |daemon| daemon.list().await)?;
    let mut people = match group {
        Some(group) => people::in_group(group)?,
        None => people::everybody()?,
    };
    let is_enrolled = |user: &String| {
        let mut accounts = accounts.iter();
        accounts.any(|account| account.enrolled && account.user == *user)
    };
    people.retain(|user| !is_enrolled(user));
    Ok(people)
}

fn as_json(user: &str, ticket: &str, until: &Until) -> Result<(), Failure> {
    output::line(json!({ "user": user, "ticket": ticket, "expires_at": until.end() }))
}

impl Until {
    fn seconds(&self) -> u64 {
        self.hours * 3600
    }

    /// Unix time of the end of a ticket that is made now.
    fn end(&self) -> u64 {
        clock::now().0 + self.seconds()
    }
}
