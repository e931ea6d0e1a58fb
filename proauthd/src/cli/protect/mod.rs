//! `proauthd protect`: has services ask for codes, and puts that back unless somebody proves to get
//! in. What it changes, and how, is `proauth_rollout`'s; the daemon is asked from here.

mod confirm;
mod look;
mod person;
mod probe;
mod report;
mod underway;

use std::path::Path;

use clap::Args;
use nix::unistd::geteuid;
use proauth_rollout::messages::Refused;
use proauth_rollout::plan::{self, FirstFactor, Protected, Service};
use proauth_rollout::session::Session;
use proauth_rollout::{Host, state};

use super::ask::Asker;
use super::failure::Failure;
use super::lock::{self, lock};
use super::typed::{is_person, read_line};
use super::{Common, output};
use crate::daemon::log;
use crate::messages;

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
    /// What comes before the code in sshd: key or password; without it, what there is, or a key
    #[arg(long, value_name = "FACTOR")]
    first_factor: Option<FirstFactor>,
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
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        if !geteuid().is_root() {
            return Err(Failure::NotAllowed(messages::protect_is_for_root()));
        }
        log::start_for_journal();
        let host = Host::this();
        // Nothing is confirmed that is not whole yet.
        let lock = lock(Path::new(lock::ROLLOUT), messages::protect_runs)?;
        if self.confirm {
            return confirm::confirm(&host, common);
        }
        refuse_if_something_waits(&host)?;
        let wanted = self.wanted(&host)?;
        let plan = plan::plan(&host, &wanted).map_err(refused)?;
        if plan.is_empty() {
            return report::protected_already(common, &wanted);
        }
        let session = Session::own();
        let asker = Asker::connect(common)?;
        let looked = look::look(&host, &asker, &plan, &self.question(&wanted, &session))?;
        if self.dry_run {
            return report::dry_run(common, &wanted, &plan, &looked);
        }
        if !common.json {
            report::show(&wanted, &plan, &looked)?;
        }
        if !looked.obstacles.is_empty() {
            return report::refused(common, &looked);
        }
        self.ask(common)?;
        // Whoever was asked has taken their time.
        if plan::plan(&host, &wanted).map_err(refused)? != plan {
            return Err(Failure::No(messages::files_changed_meanwhile()));
        }
        let order = underway::Order {
            plan: &plan,
            wanted: &wanted,
            seconds: self.within,
            by: session.uid().unwrap_or_else(|| geteuid().as_raw()),
            tester: looked.tester.as_deref(),
        };
        let until = underway::carry_out(&host, &asker, &order)?;
        if self.confirm_by_probe.is_some() {
            return confirm::by_probe(&host, &asker, common, &order);
        }
        drop(lock);
        if !self.yes {
            person::offer_sudo(&asker, &looked, &wanted, session.uid())?;
        }
        report::armed(common, &order, until)
    }

    /// What shall ask for codes: what does already, and what was named.
    fn wanted(&self, host: &Host) -> Result<Protected, Failure> {
        let mut wanted = plan::protected(host).map_err(refused)?;
        wanted.services.extend(&self.services);
        let names_sshd = self.services.contains(&Service::Sshd);
        if self.first_factor.is_some() && !names_sshd {
            return Err(Failure::Usage(messages::first_factor_is_for_sshd()));
        }
        wanted.first_factor = self.first_factor.or(wanted.first_factor);
        let is_probed = names_sshd && wanted.first_factor.unwrap_or_default() == FirstFactor::Key;
        if self.confirm_by_probe.is_some() && !is_probed {
            return Err(Failure::Usage(messages::probe_needs_sshd()));
        }
        Ok(wanted)
    }

    fn question<'a>(&'a self, wanted: &'a Protected, session: &Session) -> look::Question<'a> {
        let named = self.confirm_by_probe.as_deref();
        look::Question {
            wanted,
            keep_match: self.keep_match,
            is_asked: !self.yes,
            probe: named.filter(|user| !user.is_empty()),
            login_uid: session.uid(),
        }
    }

    fn ask(&self, common: &Common) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !is_person() || common.json {
            return Err(Failure::Usage(messages::protect_needs_yes()));
        }
        let answer = read_line(&messages::protect_question(self.within))?;
        match answer.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(Failure::No("nothing was changed".into())),
        }
    }
}

fn refuse_if_something_waits(host: &Host) -> Result<(), Failure> {
    let unable = |error: state::StateError| Failure::Unable(error.to_string());
    if state::pending(host).map_err(unable)?.is_some() {
        return Err(Failure::No(messages::a_change_waits()));
    }
    if state::is_rolling_back(host).map_err(unable)? {
        return Err(Failure::No(messages::a_roll_back_runs()));
    }
    Ok(())
}

/// Why nothing can be planned. Where nobody but a person can do it, how.
pub fn refused(refused: Refused) -> Failure {
    match refused {
        Refused::UnknownSystem => {
            output::note(proauth_rollout::messages::MANUAL_STEPS);
            Failure::Usage(refused.to_string())
        }
        refused => Failure::No(refused.to_string()),
    }
}

/// The seconds of a time like `10min`.
pub fn seconds(text: &str) -> Result<u64, String> {
    let refused = || "give 10s to 24h: a number and s, m or h, such as 10min".to_owned();
    let seconds = humantime::parse_duration(text)
        .map_err(|_| refused())?
        .as_secs();
    match seconds {
        10..=86_400 => Ok(seconds),
        _ => Err(refused()),
    }
}
