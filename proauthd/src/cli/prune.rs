//! `proauthd prune`: removes records whose account is gone, or another one.

use clap::Args;
use proauth_interface::AccountStatus;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::typed::{is_person, read_line};
use super::{Common, output};

/// Remove the records of accounts that are gone, or another account now
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd prune                  shows all, and asks\n  \
    proauthd prune --yes bob carol\n\n\
    A directory that does not answer may look like one without these accounts: look first."
)]
pub struct Prune {
    /// Only these; needed with --yes
    #[arg(value_name = "USER", required_if_eq("yes", "true"))]
    users: Vec<String>,
    /// Remove them without asking
    #[arg(long)]
    yes: bool,
}

impl Prune {
    /// Shows them, asks, and removes them.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let asker = Asker::connect(common)?;
        let accounts = asker.ask(async |daemon| daemon.list().await)?;
        let orphans: Vec<_> = accounts
            .iter()
            .filter(|account| is_orphan(account))
            .collect();
        if !common.json {
            for account in &orphans {
                output::line(output::account_line(account))?;
            }
        }
        if !orphans.is_empty() && !self.yes && !confirmed(orphans.len())? {
            return Err(Failure::No("nothing was removed".into()));
        }
        for account in &orphans {
            asker.ask(async |daemon| daemon.prune(&account.user).await)?;
        }
        let removed: Vec<_> = orphans
            .iter()
            .map(|account| account.user.as_str())
            .collect();
        if common.json {
            return output::line(json!({ "removed": removed }));
        }
        output::line(match removed.len() {
            0 => "There are no orphans.".to_owned(),
            number => format!("Removed {number}."),
        })
    }
}

/// Where the name service does not say, nothing is an orphan.
fn is_orphan(account: &AccountStatus) -> bool {
    account.enrolled && matches!(account.account.as_str(), "gone" | "changed")
}

fn confirmed(number: usize) -> Result<bool, Failure> {
    if !is_person() {
        return Err(Failure::Usage(
            "nobody is there to ask; name them, with --yes".into(),
        ));
    }
    let answer = read_line(&format!("Remove {number}? [y/N] "))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
