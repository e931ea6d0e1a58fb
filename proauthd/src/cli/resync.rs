//! `proauthd resync`: gets an authenticator accepted again after clocks were wrong.

use clap::Args;
use serde_json::json;

use super::ask::{Asker, own_name};
use super::failure::Failure;
use super::typed::read_line;
use super::{Common, output};
use crate::messages;

/// Get an authenticator accepted again after clocks were wrong
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd resync --user alice    (as root) after a login under a \
    wrong clock of this machine\n  proauthd resync --codes         with three codes that follow \
    each other, one a line, after which the phone's clock may be off"
)]
pub struct Resync {
    /// Account to resync; with --codes, your own unless it is given
    #[arg(long, value_name = "USER", required_unless_present = "codes")]
    user: Option<String>,
    /// Read three codes that follow each other, and learn from them how far the phone's clock is off
    #[arg(long)]
    codes: bool,
}

impl Resync {
    /// Does one or the other.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.map_or_else(own_name, Ok)?;
        let asker = Asker::connect(common)?;
        if self.codes {
            with_codes(common, &asker, &user)
        } else {
            reset(common, &asker, &user)
        }
    }
}

fn reset(common: &Common, asker: &Asker, user: &str) -> Result<(), Failure> {
    asker.ask(async |daemon| daemon.resync(user).await)?;
    if common.json {
        return output::line(json!({ "user": user, "resynced": true }));
    }
    output::line(format_args!(
        "Codes of {user} count again from the next ones on."
    ))
}

fn with_codes(common: &Common, asker: &Asker, user: &str) -> Result<(), Failure> {
    let mut codes = Vec::new();
    for which in [
        "First code: ",
        "The code after it: ",
        "The code after that: ",
    ] {
        codes.push(read_line(which)?.to_string());
    }
    let offset = asker.ask(async |daemon| daemon.resync_codes(user, &codes).await)?;
    if common.json {
        return output::line(json!({ "user": user, "resynced": true, "clock_offset": offset }));
    }
    let clock = messages::ahead_or_behind(offset);
    output::line(format_args!(
        "The clock of the authenticator of {user} is {clock}; heeded now."
    ))
}
