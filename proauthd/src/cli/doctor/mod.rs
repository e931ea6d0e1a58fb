//! `proauthd doctor`: what is wrong with this machine, and what to do about it. What files say is
//! `proauth_rollout`'s to judge; the daemon is asked from here, and may be dead.

mod accounts;
mod daemon;
mod files;
mod page;

use std::path::PathBuf;

use clap::Args;
use nix::unistd::geteuid;
use proauth_rollout::doctor::{Part, look};
use proauth_rollout::{Host, Level};

use super::Common;
use super::failure::Failure;
use crate::config::{self, Loaded};
use crate::messages::doctor as say;

/// Look for what is wrong with this machine, and say what to do about it
///
/// Looks at the daemon, its key and records, the accounts, PAM, sshd and sudo, and changes nothing.
/// Works while daemon and bus do not. Without root, it says what it may see.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd doctor\n  proauthd doctor --json    for monitoring\n\n\
    The exit code is 1 if anything is red. docs/doctor.md explains all that it says."
)]
pub struct Doctor {
    /// Leave out what is as it should be
    #[arg(long, short)]
    quiet: bool,
}

impl Doctor {
    /// Looks at everything, and prints it; red is a failure.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let is_root = geteuid().is_root();
        let loaded = config::load(None);
        let (store, key, signs_in) = match &loaded {
            Ok(Loaded { config, .. }) => {
                let clients = [&config.identity.device, &config.identity.browser];
                let signs_in = clients.iter().any(|client| !client.id.is_empty());
                (config.store.clone(), config.key.clone(), signs_in)
            }
            Err(_) => (PathBuf::from(files::STORE), PathBuf::from(files::KEY), true),
        };
        let machine = look(&Host::this(), is_root, &store);
        let asks = machine
            .iter()
            .all(|part| part.findings.iter().all(|f| f.id != "pam.unused"));
        let mut own = daemon::look(common, asks, signs_in);
        own.extend(files::config(loaded));
        own.extend(files::key(&key, &store));
        own.extend(files::store(&store));
        let mut parts = vec![Part {
            title: "ProAuth",
            findings: own,
        }];
        parts.extend(machine);
        page::print(&parts, common.json, self.quiet)?;
        let findings = parts.iter().flat_map(|part| &part.findings);
        match findings
            .filter(|finding| finding.level == Level::Red)
            .count()
        {
            0 => Ok(()),
            red => Err(Failure::No(say::verdict(red))),
        }
    }
}
