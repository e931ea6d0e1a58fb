//! `proauthd recovery-codes`: new recovery codes, in place of the old ones.

use clap::Args;
use serde_json::json;

use super::ask::{Asker, own_name};
use super::failure::Failure;
use super::screen::say;
use super::typed::read_line;
use super::{Common, output};

/// Make new recovery codes, in place of all old ones
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd recovery-codes                with a current code, asked for \
    or on stdin\n  proauthd recovery-codes --user alice   (as root) without one"
)]
pub struct RecoveryCodes {
    /// Account to make them for; your own unless you are root
    #[arg(long, value_name = "USER")]
    user: Option<String>,
}

impl RecoveryCodes {
    /// Makes them and shows them once.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.map_or_else(own_name, Ok)?;
        let asker = Asker::connect(common)?;
        let code = if nix::unistd::getuid().is_root() {
            zeroize::Zeroizing::default()
        } else {
            read_line(&format!("Current code of {user}: "))?
        };
        let codes = asker.ask(async |daemon| daemon.recovery_codes(&user, &code).await)?;
        if common.json {
            return output::line(json!({ "user": user, "recovery_codes": codes }));
        }
        show(&codes)
    }
}

/// Shows recovery codes, the only time that they can be seen.
pub fn show(codes: &[String]) -> Result<(), Failure> {
    say("Recovery codes, each good for one login without the authenticator:")?;
    for pair in codes.chunks(2) {
        output::line(format_args!("  {}", pair.join("   ")))?;
    }
    say("Print them or keep them in a password store: they are not shown again.")
}
