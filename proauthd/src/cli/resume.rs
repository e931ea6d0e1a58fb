//! `proauthd resume`: ends a suspension.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Let a suspended account log in again
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd resume --user alice")]
pub struct Resume {
    /// Account to resume
    #[arg(long, value_name = "USER")]
    user: String,
}

impl Resume {
    /// Does it.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.as_str();
        Asker::connect(common)?.ask(async |daemon| daemon.resume(user).await)?;
        if common.json {
            return output::line(json!({ "user": user, "suspended": false }));
        }
        output::line(format_args!("{user} may log in again."))
    }
}
