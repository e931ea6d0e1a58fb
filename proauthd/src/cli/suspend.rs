//! `proauthd suspend`: refuses every login of an account.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Refuse every login of an account, with or without an authenticator
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd suspend --user alice")]
pub struct Suspend {
    /// Account to suspend
    #[arg(long, value_name = "USER")]
    user: String,
}

impl Suspend {
    /// Does it.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.as_str();
        Asker::connect(common)?.ask(async |daemon| daemon.suspend(user).await)?;
        if common.json {
            return output::line(json!({ "user": user, "suspended": true }));
        }
        output::line(format_args!(
            "{user} is suspended: no login, by whatever means, where pam_proauth stands in `account`."
        ))
    }
}
