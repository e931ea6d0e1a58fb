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
    let mut running = None;
    for unit in UNITS {
        if running.is_none() && is_active(run, unit)? {
            running = Some(unit);
        }
    }
    let Some(unit) = running else {
        return Ok(Told::NoneRuns);
    };
    succeeds(run(&["sshd", "-t"], PATIENCE))?;
    succeeds(run(&["systemctl", "reload", unit], PATIENCE))?;
    Ok(Told::Unit(unit))
}

/// Who does not answer has not said that it does not run.
fn is_active(run: &dyn Fn(&[&str], u32) -> io::Result<Ran>, unit: &str) -> Result<bool, String> {
    match run(&["systemctl", "is-active", unit], PATIENCE) {
        Ok(ran) => match ran.code {
            Some(0) => Ok(true),
            Some(3 | 4) => Ok(false),
            _ if ran.stderr.contains("not been booted with systemd") => Ok(false),
            _ => Err(ran.complaint()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

fn succeeds(ran: io::Result<Ran>) -> Result<(), String> {
    match ran {
        Ok(ran) if ran.is_success() => Ok(()),
        Ok(ran) => Err(ran.complaint()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Tells it on a system where the programs that `fails` names fail; gives what was run, too.
    fn tell(fails: &[&str]) -> (Result<Told, String>, Vec<String>) {
        let said = RefCell::new(Vec::new());
        let run = |argv: &[&str], _| {
            let line = argv.join(" ");
            let fails = fails.iter().any(|words| line.contains(words));
            said.borrow_mut().push(line.clone());
            Ok(Ran {
                code: Some(match line.contains("is-active") {
                    true if fails => 3,
                    _ => i32::from(fails),
                }),
                stdout: String::new(),
                stderr: "line 7: bad".to_owned(),
            })
        };
        let told = sshd_by(&run);
        (told, said.into_inner())
    }

    #[test]
    fn the_unit_that_runs_is_reloaded_and_nothing_is_restarted() {
        let (told, said) = tell(&["is-active ssh.service"]);
        assert_eq!(told, Ok(Told::Unit("sshd.service")));
        assert_eq!(said.last().unwrap(), "systemctl reload sshd.service");
        assert!(!said.iter().any(|line| line.contains("restart")));
    }

    #[test]
    fn where_none_runs_by_itself_nothing_is_told() {
        let (told, said) = tell(&["is-active"]);
        assert_eq!(told, Ok(Told::NoneRuns));
        assert!(!said.iter().any(|line| line.contains("reload")));
    }

    #[test]
    fn who_does_not_answer_is_not_taken_for_one_that_does_not_run() {
        for (code, stderr, is_told) in [
            (Some(3), "", true),
            (Some(4), "", true),
            (
                Some(1),
                "System has not been booted with systemd as init",
                true,
            ),
            (Some(1), "Failed to connect to bus", false),
            (Some(124), "", false),
            (None, "", false),
        ] {
            let run = |_: &[&str], _| {
                Ok(Ran {
                    code,
                    stdout: String::new(),
                    stderr: stderr.to_owned(),
                })
            };
            assert_eq!(sshd_by(&run).is_ok(), is_told, "{code:?} {stderr}");
        }
    }

    #[test]
    fn a_configuration_that_sshd_refuses_is_not_reloaded() {
        let (told, said) = tell(&["sshd -t"]);
        assert_eq!(told, Err("line 7: bad".to_owned()));
        assert!(!said.iter().any(|line| line.contains("reload")));
    }
}
