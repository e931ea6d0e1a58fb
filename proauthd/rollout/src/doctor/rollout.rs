//! What a roll-out has left.

use crate::look::has_systemd;
use crate::messages::doctor_system as say;
use crate::state::{last_roll_back, pending};
use crate::{Finding, Host, run};

const BOOT_UNIT: &str = "proauth-rollback-boot.service";

/// A change that waits, one that was put back, and what would put one back at boot.
pub fn look(host: &Host, is_root: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if is_root {
        match pending(host) {
            Ok(Some(armed)) => findings.push(say::waits(&armed.services.join(", "))),
            Ok(None) => {}
            Err(error) => findings.push(say::rollout_unreadable(&error.to_string())),
        }
        if let Some(what) = last_roll_back(host) {
            findings.push(say::put_back(what.lines().next().unwrap_or_default()));
        }
    }
    findings.extend(boot_unit(host));
    findings
}

fn boot_unit(host: &Host) -> Option<Finding> {
    if !host.is_this() || !has_systemd(host) {
        return None;
    }
    let ran = run(&["systemctl", "is-enabled", BOOT_UNIT], 5).ok()?;
    (ran.stdout.trim() == "disabled").then(say::boot_unit_off)
}
