//! `proauthd serve` and `proauthd init`: the two commands that do not ask a daemon.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::failure::Failure;
use super::{Common, output};
use crate::daemon;

/// Run the daemon
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd serve --config /etc/proauth/proauthd.toml")]
pub struct Serve {
    /// Configuration to use instead of /etc/proauth/proauthd.toml; FILE.d/*.toml are read after it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Make an empty store
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd init")]
pub struct Init {
    /// Configuration to use instead of /etc/proauth/proauthd.toml; FILE.d/*.toml are read after it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Serve {
    /// Runs until it is told to end.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        Ok(daemon::serve(self.config.as_deref(), &common.bus)?)
    }
}

impl Init {
    /// Makes the store where none is.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let path = daemon::init(self.config.as_deref())?;
        if common.json {
            output::line(json!({ "initialized": true, "store": path }))
        } else {
            output::line(format_args!("Made an empty store at {}.", path.display()))
        }
    }
}
