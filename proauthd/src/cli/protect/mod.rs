//! `proauthd protect`: has services ask for codes, and puts that back unless somebody proves to get
//! in. What it changes, and how, is `proauth_rollout`'s; the daemon is asked from here.

use clap::Args;
use proauth_rollout::plan::{FirstFactor, Service};

use super::Common;
use super::failure::Failure;

/// Have services ask for codes, and put that back unless somebody confirms from a new login
///
/// Looks first, shows what it would change, and asks. Then changes PAM and sshd, tries them, and
/// waits for `proauthd protect --confirm` from a new login session that has shown a code. Without
/// it, everything is put back, also by a reboot. Sessions that are open stay open.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd protect sshd sudo             then log in anew, and there:\n  \
    proauthd protect --confirm\n  proauthd protect sshd sudo --dry-run   only shows what would change\n  \
    proauthd protect sshd --yes --confirm-by-probe   for automation"
)]
pub struct Protect {
    /// What is to ask for codes: sshd, sudo, or everywhere that a password is asked for
    #[arg(value_name = "SERVICE", required_unless_present = "confirm")]
    services: Vec<Service>,
    /// What comes before the code in sshd
    #[arg(long, value_name = "FACTOR", default_value = "key")]
    first_factor: FirstFactor,
    /// How long to wait for the confirmation: a number and s, m or h; 10s to 24h
    #[arg(long, value_name = "TIME", default_value = "10min", value_parser = seconds)]
    within: u64,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Only show what would change
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Go on although Match blocks of sshd_config override our settings for some logins
    #[arg(long)]
    keep_match: bool,
    /// Keep what was changed: from a login that began after the change and has shown a code
    #[arg(
        long,
        conflicts_with_all = ["services", "first_factor", "within", "yes", "dry_run", "keep_match"]
    )]
    confirm: bool,
    /// Confirm by a login over SSH to this machine, as USER (by default any administrator who is
    /// enrolled), with a code made for it: for automation; needs sshd after a key, and --yes
    #[arg(
        long,
        value_name = "USER",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        requires = "yes"
    )]
    confirm_by_probe: Option<String>,
}

impl Protect {
    /// Changes, or confirms.
    pub fn run(self, _common: &Common) -> Result<(), Failure> {
        Err(Failure::Unable(
            "protect is not built yet; until then, follow docs/pam.md".into(),
        ))
    }
}

/// The seconds of a time like `10min`.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    let refused = || "give 10s to 24h: a number and s, m or h, such as 10min".to_owned();
    let seconds = humantime::parse_duration(text)
        .map_err(|_| refused())?
        .as_secs();
    match seconds {
        10..=86_400 => Ok(seconds),
        _ => Err(refused()),
    }
}
