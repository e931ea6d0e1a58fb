//! `proauthd verify`: what the daemon thinks of a code.

use clap::Args;
use proauth_interface::Finding;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::typed::read_line;
use super::{Common, output};
use crate::messages;

/// Find out what the daemon thinks of a code
#[derive(Debug, Args)]
#[command(after_help = "Example: echo 123456 | proauthd verify --user alice\n\n\
    A right code is used up thereby, as if it had been typed at a login.")]
pub struct Verify {
    /// Account whose code it is
    #[arg(long, value_name = "USER")]
    user: String,
}

impl Verify {
    /// Asks for a code and says what it is; success means right.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.as_str();
        let asker = Asker::connect(common)?;
        let code = read_line(&format!("Code of {user}: "))?;
        let reply = asker.ask(async |daemon| daemon.check(user, &code).await)?;
        let finding = Finding::from_wire(reply.finding).ok_or_else(|| {
            Failure::Unable("the daemon answered something unknown; update this program".into())
        })?;
        let (word, sentence) = messages::finding(finding, reply.offset);
        if common.json {
            let offset = reply.offset;
            output::line(json!({ "user": user, "finding": word, "offset_seconds": offset }))?;
        } else if finding == Finding::Right {
            output::line(&sentence)?;
        }
        if finding == Finding::Right {
            Ok(())
        } else {
            Err(Failure::No(sentence))
        }
    }
}
