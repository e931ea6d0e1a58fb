//! Has sshd read its configuration again: the one that runs, which goes on with whoever is logged in.

use std::io;

use crate::{Ran, run};

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// This unit has read it.
    Unit(&'static str),
    /// None runs: the next one reads it.
    NoneRuns,
}

/// Debian's name and everybody else's. Where each connection gets an sshd of its own (`ssh.socket`
/// with `Accept=yes`), neither runs.
const UNITS: [&str; 2] = ["ssh.service", "sshd.service"];

/// How long each program may take, in seconds.
const PATIENCE: u32 = 30;

/// Looks the configuration over with `sshd -t`, then has the running sshd read it. Never restarts it.
///
/// # Errors
/// What was wrong; then it goes on with the configuration that it had.
pub fn reload_sshd() -> Result<Told, String> {
    sshd_by(&run)
}

pub(crate) fn sshd_by(run: &dyn Fn(&[&str], u32) -> io::Result<Ran>) -> Result<Told, String> {
    let runs = |unit: &&str| {
        let asked = run(&["systemctl", "--quiet", "is-active", unit], PATIENCE);
        asked.is_ok_and(|ran| ran.is_success())
    };
    let Some(unit) = UNITS.into_iter().find(|unit| runs(unit)) else {
        return Ok(Told::NoneRuns);
    };
    succeeds(run(&["sshd", "-t"], PATIENCE))?;
    succeeds(run(&["systemctl", "reload", unit], PATIENCE))?;
    Ok(Told::Unit(unit))
}

fn succeeds(ran: io::Result<Ran>) -> Result<(), String> {
    match ran {
        Ok(ran) if ran.is_success() => Ok(()),
        Ok(ran) => Err(ran.complaint()),
        Err(error) => Err(error.to_string()),
    }
}
