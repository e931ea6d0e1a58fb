//! `proauthd drain`: waits until nobody sits at a prompt.

use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// How often it is asked.
const PACE: Duration = Duration::from_millis(500);

/// How many times nobody must have sat at a prompt: whoever has begun to log in before the module
/// was taken out of PAM, and was not asked for a code yet, shows up in these three seconds.
const QUIET: u32 = 6;

/// How many times are enough: longer than the daemon takes anybody to be typing.
const PATIENCE: u32 = 260;

/// Wait until nobody sits at a prompt
///
/// What to do between taking the module out of PAM and stopping the daemon: whoever was asked for a
/// code before can still show it. Waits two minutes at the most, for that is how long sshd does.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  proauthd drain && systemctl stop proauthd    after the module was \
    taken out of PAM"
)]
pub struct Drain {}

impl Drain {
    /// Waits.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let asker = Asker::connect(common)?;
        let mut quiet = 0;
        let mut has_told = common.json;
        for _ in 0..PATIENCE {
            let number = asker.ask(async |daemon| daemon.logins_under_way().await)?;
            if number > 0 && !has_told {
                has_told = true;
                output::line("Waiting for logins under way, two minutes at the most.")?;
            }
            quiet = if number == 0 { quiet + 1 } else { 0 };
            if quiet == QUIET {
                return done(common);
            }
            sleep(PACE);
        }
        Err(Failure::No(
            "logins are still under way; whoever types a code after the daemon has stopped is \
             refused"
                .to_owned(),
        ))
    }
}

fn done(common: &Common) -> Result<(), Failure> {
    if common.json {
        return output::line(json!({ "drained": true }));
    }
    output::line("No login is under way.")
}
