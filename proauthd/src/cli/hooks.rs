//! `proauthd hooks`: the process that runs the administrator's program.

use std::path::PathBuf;

use clap::Args;

use super::Common;
use super::failure::Failure;
use crate::hooks::{self, HooksError};

/// Run the program of hooks.on_event when something happens to an account
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd hooks --config /etc/proauth/proauthd.toml")]
pub struct Hooks {
    /// Configuration to use instead of /etc/proauth/proauthd.toml; FILE.d/*.toml are read after it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Hooks {
    /// Runs until it is told to end.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        Ok(hooks::hooks(self.config.as_deref(), &common.bus)?)
    }
}

impl From<HooksError> for Failure {
    fn from(error: HooksError) -> Self {
        let sentence = error.to_string();
        match error {
            HooksError::Config(_) => Self::Usage(sentence),
            HooksError::NotRoot => Self::NotAllowed(sentence),
            HooksError::Bus(_) => Self::Unreachable(sentence),
            HooksError::System(_) => Self::Unable(sentence),
        }
    }
}
