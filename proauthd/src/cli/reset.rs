//! `proauthd reset`: for who has neither the authenticator nor a recovery code any more.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, invite, output};

/// Take the authenticators of an account away, and make a ticket to enroll anew
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd reset --user alice\n\n\
    First make sure that it is really alice who asks for it.")]
pub struct Reset {
    /// Account to reset
    #[arg(long, value_name = "USER")]
    user: String,
    #[command(flatten)]
    until: invite::Until,
}

impl Reset {
    /// Does both; who is not enrolled gets no ticket.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.as_str();
        let asker = Asker::connect(common)?;
        asker.ask(async |daemon| daemon.unenroll(user).await)?;
        if common.json {
            output::line(json!({ "user": user, "unenrolled": true }))?;
        } else {
            output::line(format_args!("{user} is not enrolled any more.\n"))?;
        }
        invite::one(common, &asker, user, &self.until)
    }
}
