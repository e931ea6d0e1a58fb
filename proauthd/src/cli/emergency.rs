//! `proauthd emergency`: a code that a help desk reads out.

use clap::Args;
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::{Common, output};

/// Make a code that lets a user in once, for a help desk to read out
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd emergency --user alice --for 30m")]
pub struct Emergency {
    /// Account that the code is for
    #[arg(long, value_name = "USER")]
    user: String,
    /// How long it works: a number and s, m or h; at most 24h
    #[arg(long = "for", value_name = "TIME", default_value = "30m", value_parser = seconds)]
    seconds: u64,
}

impl Emergency {
    /// Makes it; an earlier one that was not used is void.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let Self { user, seconds } = &self;
        let asker = Asker::connect(common)?;
        let code = asker.ask(async |daemon| daemon.emergency(user, *seconds).await)?;
        if common.json {
            return output::line(json!({ "user": user, "code": code, "seconds": seconds }));
        }
        let minutes = seconds.div_ceil(60);
        output::line(format_args!(
            "{code}   lets {user} in once, within {minutes} min"
        ))
    }
}

/// The seconds of a time like `30m`.
fn seconds(text: &str) -> Result<u64, String> {
    let refused = || "give a number and s, m or h, such as 30m".to_owned();
    let time = humantime::parse_duration(text).map_err(|_| refused())?;
    Ok(time.as_secs())
}
