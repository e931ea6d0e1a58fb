//! `proauthd status`: how it stands with an account.

use clap::Args;
use proauth_interface::{AccountStatus, UNTIL_UNLOCK};

use super::ask::{Asker, own_name};
use super::failure::Failure;
use super::{Common, output};
use crate::messages;

/// Show how it stands with an account
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd status --user alice")]
pub struct Status {
    /// Account to show; your own unless you are root
    #[arg(long, value_name = "USER")]
    user: Option<String>,
}

impl Status {
    /// Prints it; not enrolled is an answer like another.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.map_or_else(own_name, Ok)?;
        let asker = Asker::connect(common)?;
        let account = asker.ask(async |daemon| daemon.status(&user).await)?;
        if common.json {
            return output::line(output::account_json(&account));
        }
        describe(&account).iter().try_for_each(output::line)
    }
}

fn describe(account: &AccountStatus) -> Vec<String> {
    let mut lines = vec![output::account_line(account)];
    if account.enrolled {
        lines.extend(describe_codes(account));
    }
    if account.clock_unsynchronised {
        lines.push(
            "  this machine's clock is not synchronised, right codes may be refused: see \
             `timedatectl`"
                .to_owned(),
        );
    }
    lines
}

fn describe_codes(account: &AccountStatus) -> Vec<String> {
    let AccountStatus {
        user,
        digits,
        period,
        algorithm,
        skew,
        ..
    } = account;
    let mut lines = vec![
        format!(
            "  codes: {digits} digits every {period} s, {algorithm}, accepted {skew} step(s) early \
             or late"
        ),
        format!(
            "  last used: the code of {}",
            output::time(account.last_step_at)
        ),
        format!(
            "  wrong codes in a row: {}, of them {} at screen lockers; recovery codes left: {}",
            account.failures, account.locker_failures, account.recovery_codes
        ),
    ];
    if account.clock_offset != 0 || account.last_offset != 0 {
        lines.push(format!(
            "  the authenticator's clock: {}; the last code: {}",
            messages::ahead_or_behind(account.clock_offset),
            messages::ahead_or_behind(account.last_offset),
        ));
    }
    match account.wait {
        0 => {}
        UNTIL_UNLOCK => lines.push(format!(
            "  codes are refused from unknown places until `proauthd unlock --user {user}`"
        )),
        wait => lines.push(format!(
            "  codes from unknown places are refused for {wait} s more"
        )),
    }
    if account.step_in_future {
        lines.push(format!(
            "  every code is refused until then: the last login was under a wrong clock; set the \
             clock, then run `proauthd resync --user {user}`"
        ));
    }
    lines
}
