//! `proauthd unprotect`: services ask for no code any more.

use clap::Args;
use proauth_rollout::plan::Service;

use super::Common;
use super::failure::Failure;

/// Have services ask for no code any more
///
/// Takes out what `proauthd protect` has put into PAM and sshd. Works while the daemon does not.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd unprotect        all services\n  proauthd unprotect sudo   \
    that one"
)]
pub struct Unprotect {
    /// What is not to ask for codes any more; without it, all services
    #[arg(value_name = "SERVICE")]
    services: Vec<Service>,
}

impl Unprotect {
    /// Takes it out.
    pub fn run(self, _common: &Common) -> Result<(), Failure> {
        let _ = self.services;
        Err(Failure::Unable(
            "unprotect is not built yet; until then, run `/usr/libexec/proauth/pam-remove`".into(),
        ))
    }
}
