//! `proauthd unenroll`: takes an authenticator away.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Take the authenticator of an account away
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd unenroll --user alice")]
pub struct Unenroll {
    /// Account whose authenticator to remove
    #[arg(long, value_name = "USER")]
    user: String,
}

impl Unenroll {
    /// Removes it.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.as_str();
        Asker::connect(common)?.ask(async |daemon| daemon.unenroll(user).await)?;
        if common.json {
            return output::line(json!({ "user": user, "unenrolled": true }));
        }
        output::line(format_args!("{user} is not enrolled any more."))
    }
}
