//! `proauthd list`: all accounts that are enrolled or suspended.

use clap::Args;
use serde_json::Value;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Show all accounts that are enrolled or suspended
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
            output::line(output::account_line(account))?;
        }
        if accounts.is_empty() {
            output::line("Nobody is enrolled.")?;
        }
        Ok(())
    }
}
