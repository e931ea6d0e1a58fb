//! `proauthd unlock`: forgets the wrong codes of an account.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Forget the wrong codes of an account
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd unlock --user alice")]
pub struct Unlock {
    /// Account to unlock
    #[arg(long, value_name = "USER")]
    user: String,
}

impl Unlock {
    /// Unlocks it.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.as_str();
        Asker::connect(common)?.ask(async |daemon| daemon.unlock(user).await)?;
        if common.json {
            return output::line(json!({ "user": user, "unlocked": true }));
        }
        output::line(format_args!(
            "Codes of {user} are looked at again, from everywhere."
        ))
    }
}
