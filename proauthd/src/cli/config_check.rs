//! `proauthd config check`: whether a configuration is right, without a daemon.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::failure::Failure;
use super::{Common, output};
use crate::config::{self, DEFAULT_PATH, Loaded};
use crate::hooks;

/// Look at the configuration
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Say whether a configuration is right, and if not, where and why
    #[command(after_help = "Example: proauthd config check /etc/proauth/proauthd.toml")]
    Check {
        /// Configuration to check; FILE.d/*.toml are read after it
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

impl Config {
    /// Checks it; the first mistake is the failure.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let Self::Check { file } = self;
        let loaded = config::load(file.as_deref());
        let Loaded {
            config,
            files,
            warnings,
        } = loaded.map_err(|mistake| Failure::Usage(mistake.to_string()))?;
        // Not a mistake in the file: the program may be put right without touching it.
        let complaint = hooks::complaint(config.on_event.as_deref());
        let warnings: Vec<_> = warnings
            .into_iter()
            .map(str::to_owned)
            .chain(complaint)
            .collect();
        if common.json {
            return output::line(json!({ "valid": true, "files": files, "warnings": warnings }));
        }
        for file in &files {
            output::line(format_args!("{}: right", file.display()))?;
        }
        if files.is_empty() {
            output::line(format_args!("{DEFAULT_PATH} does not exist: all defaults"))?;
        }
        warnings
            .iter()
            .try_for_each(|warning| output::line(format_args!("Note: {warning}")))
    }
}
