//! What starts a roll-back: a timer while the system runs, a unit when it boots.

use std::io;

use crate::messages;
use crate::{Ran, run, this_run};

/// The unit that rolls back.
const SERVICE: &str = "proauth-rollback.service";

/// What starts it.
const TIMER: &str = "proauth-rollback.timer";

/// The unit that does so at boot.
const AT_BOOT: &str = "proauth-rollback-boot.service";

/// How long systemd may take, in seconds.
const PATIENCE: u32 = 30;

/// Has everything that waits put back in `seconds`, and at the next boot, whatever becomes of this
/// process. A timer of before is replaced.
///
/// # Errors
/// If systemd would not do either, in a sentence that says what to do.
pub fn arm_timer(seconds: u64) -> Result<(), String> {
    arm_by(&run, seconds)
}

/// Stops the timer, if it runs. (Without anything that waits, it would do no harm.)
pub fn disarm_timer() {
    disarm_by(&run);
}

type Run<'a> = &'a dyn Fn(&[&str], u32) -> io::Result<Ran>;

fn arm_by(run: Run<'_>, seconds: u64) -> Result<(), String> {
    make_sure_of_boot(run)?;
    disarm_by(run);
    let unit = format!("--unit={SERVICE}");
    let after = elapses(this_run::since_start(), seconds);
    let accuracy = "--timer-property=AccuracySec=1s";
    // `systemctl rescue` and its kin would end it otherwise.
    let stays = "--timer-property=IgnoreOnIsolate=yes";
    let ran = run(&["systemd-run", &unit, &after, accuracy, stays], PATIENCE);
    complaint(ran).map_or(Ok(()), |why| Err(messages::no_timer(&why)))
}

/// When, as an option: counted from the start of PID 1, `since_start` seconds ago. What counts from
/// the start of the timer begins anew with each `systemctl daemon-reload`.
fn elapses(since_start: Option<u64>, seconds: u64) -> String {
    match since_start {
        Some(since) => format!("--on-startup={}", since.saturating_add(seconds)),
        None => format!("--on-active={seconds}"),
    }
}

fn disarm_by(run: Run<'_>) {
    // It may not run, or have failed.
    let _ = run(&["systemctl", "--quiet", "stop", TIMER], PATIENCE);
    let _ = run(&["systemctl", "--quiet", "reset-failed", TIMER], PATIENCE);
}

/// Makes sure that the units are there and the one for the boot is enabled.
fn make_sure_of_boot(run: Run<'_>) -> Result<(), String> {
    for unit in [SERVICE, AT_BOOT] {
        let load = run(
            &["systemctl", "show", "--value", "--property=LoadState", unit],
            PATIENCE,
        );
        match load.map(|ran| ran.stdout.trim().to_owned()) {
            Ok(state) if state == "masked" => return Err(messages::unit_is_masked(unit)),
            Ok(state) if state == "loaded" => {}
            _ => return Err(messages::unit_is_missing(unit)),
        }
    }
    let enabled = run(&["systemctl", "--quiet", "is-enabled", AT_BOOT], PATIENCE);
    if enabled.is_ok_and(|ran| ran.is_success()) {
        return Ok(());
    }
    let ran = run(&["systemctl", "--quiet", "enable", AT_BOOT], PATIENCE);
    complaint(ran).map_or(Ok(()), |why| {
        Err(messages::unit_is_not_enabled(AT_BOOT, &why))
    })
}

fn complaint(ran: io::Result<Ran>) -> Option<String> {
    match ran {
        Ok(ran) if ran.is_success() => None,
        Ok(ran) => Some(ran.complaint()),
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Arms on a system where `answers` says what systemctl does; gives what was run, too.
    fn arm(answers: fn(&str) -> (i32, &'static str)) -> (Result<(), String>, Vec<String>) {
        let said = RefCell::new(Vec::new());
        let run = |argv: &[&str], _| {
            let line = argv.join(" ");
            let (code, stdout) = answers(&line);
            said.borrow_mut().push(line);
            Ok(Ran {
                code: Some(code),
                stdout: stdout.to_owned(),
                stderr: "why".to_owned(),
            })
        };
        let armed = arm_by(&run, 600);
        (armed, said.into_inner())
    }

    #[test]
    fn the_unit_for_the_boot_is_enabled_where_it_is_not() {
        let (armed, said) = arm(|line| match line {
            _ if line.contains("is-enabled") => (1, "disabled\n"),
            _ if line.contains("LoadState") => (0, "loaded\n"),
            _ => (0, ""),
        });
        assert_eq!(armed, Ok(()));
        let has = |words: &str| said.iter().any(|line| line.contains(words));
        assert!(has("enable proauth-rollback-boot.service"), "{said:?}");
        assert!(
            has("systemd-run --unit=proauth-rollback.service --on-"),
            "{said:?}"
        );
    }

    #[test]
    fn the_time_is_counted_from_what_does_not_change() {
        assert_eq!(elapses(Some(100), 600), "--on-startup=700");
        assert_eq!(elapses(None, 600), "--on-active=600");
    }

    #[test]
    fn a_unit_that_is_masked_or_missing_is_named() {
        for (state, words) in [("masked\n", "unmask"), ("not-found\n", "is missing")] {
            let armed = match state {
                "masked\n" => arm(|_| (0, "masked\n")),
                _ => arm(|_| (0, "not-found\n")),
            };
            let (armed, said) = armed;
            let complaint = armed.unwrap_err();
            assert!(complaint.contains(words), "{complaint}");
            assert!(!said.iter().any(|line| line.starts_with("systemd-run")));
        }
    }

    #[test]
    fn no_timer_is_no_success() {
        let (armed, _) = arm(|line| match line {
            _ if line.starts_with("systemd-run") => (1, ""),
            _ => (0, "loaded\n"),
        });
        assert!(armed.unwrap_err().contains("why"));
    }
}
