//! `proauthd list`: all enrolled accounts.

use clap::Args;
use serde_json::Value;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Show all enrolled accounts
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd list --json")]
pub struct List {}

impl List {
    /// Prints one line for each.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let accounts = Asker::connect(common)?.ask(async |daemon| daemon.list().await)?;
        if common.json {
            let all: Vec<_> = accounts.iter().map(output::account_json).collect();
            return output::line(Value::Array(all));
        }
        for account in &accounts {
            let (name, since) = (&account.user, output::time(account.enrolled_at));
            output::line(format_args!(
                "{name} (uid {}): enrolled at {since}",
                account.uid
            ))?;
        }
        if accounts.is_empty() {
            output::line("Nobody is enrolled.")?;
        }
        Ok(())
    }
}
