//! What a roll-out has left.

use std::io;

use crate::look::has_systemd;
use crate::messages::doctor_system as say;
use crate::state::{Armed, is_rolling_back, last_roll_back, pending};
use crate::{Finding, Host, Ran, run};

const BOOT_UNIT: &str = "proauth-rollback-boot.service";

/// What puts a change back: the one waits for its time, then starts the other.
const UNITS: [&str; 2] = ["proauth-rollback.timer", "proauth-rollback.service"];

type Run<'a> = &'a dyn Fn(&[&str], u32) -> io::Result<Ran>;

/// A change that waits, one that was put back, and what would put one back at boot.
pub fn look(host: &Host, is_root: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if is_root {
        match pending(host) {
            Ok(Some(armed)) => {
                let systemd = (host.is_this() && has_systemd(host)).then_some(&run as Run<'_>);
                findings.push(waiting(&armed, systemd));
            }
            Ok(None) => {}
            Err(error) => findings.push(say::rollout_unreadable(&error.to_string())),
        }
        findings.extend(put_back(host));
    }
    findings.extend(boot_unit(host));
    findings
}

/// `systemd`: how its programs are run, where they can be asked.
pub(super) fn waiting(armed: &Armed, systemd: Option<Run<'_>>) -> Finding {
    let services = armed.services.join(", ");
    match systemd.is_some_and(|run| !runs(run)) {
        true => say::waits_for_ever(&services),
        false => say::waits(&services),
    }
}

/// Whether something will put a change back; also if that cannot be found out.
fn runs(run: Run<'_>) -> bool {
    let [timer, service] = UNITS;
    let Ok(ran) = run(&["systemctl", "is-active", timer, service], 5) else {
        return true;
    };
    let mut states = ran.stdout.lines().map(str::trim).peekable();
    states.peek().is_none() || states.any(|state| matches!(state, "active" | "activating"))
}

/// What was put back, or could not be.
pub(super) fn put_back(host: &Host) -> Option<Finding> {
    if is_rolling_back(host).is_ok_and(|it| it) {
        return Some(say::not_put_back());
    }
    let what = last_roll_back(host)?;
    Some(say::put_back(what.lines().next().unwrap_or_default()))
}

fn boot_unit(host: &Host) -> Option<Finding> {
    if !host.is_this() || !has_systemd(host) {
        return None;
    }
    let ran = run(&["systemctl", "is-enabled", BOOT_UNIT], 5).ok()?;
    (ran.stdout.trim() == "disabled").then(say::boot_unit_off)
}
