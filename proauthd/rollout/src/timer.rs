//! What starts a roll-back: a timer while the system runs, a unit when it boots.

use std::io;

use crate::messages;
use crate::{Ran, run, this_run};

/// The unit that rolls back.
const SERVICE: &str = "proauth-rollback.service";

/// What starts it.
const TIMER: &str = "proauth-rollback.timer";

/// What starts it while the change is being made: whoever makes it may be killed half way through.
const SOON: &str = "proauth-rollback-soon";

/// How long making a change may take, in seconds.
const SOON_SECONDS: u64 = 180;

/// The unit that does so at boot.
const AT_BOOT: &str = "proauth-rollback-boot.service";

/// How long systemd may take, in seconds.
const PATIENCE: u32 = 30;

/// Has everything that waits put back in `seconds`, and at the next boot, whatever becomes of this
/// process; and in three minutes, unless [`not_so_soon`] says that the change is whole. Timers of
/// before are replaced.
///
/// # Errors
/// If systemd would not do any of that, in a sentence that says what to do.
pub fn arm_timer(seconds: u64) -> Result<(), String> {
    arm_by(&run, seconds)
}

/// Stops the timer for who is killed half way through.
///
/// # Errors
/// If it has elapsed, or cannot be stopped, in a sentence.
pub fn not_so_soon() -> Result<(), String> {
    not_so_soon_by(&run)
}

/// Has what could not be put back tried again, every few seconds, until it can be.
pub fn try_again() {
    try_again_by(&run);
}

/// Stops the timers that run. (Without anything that waits, they would do no harm.)
pub fn disarm_timer() {
    disarm_by(&run);
}

type Run<'a> = &'a dyn Fn(&[&str], u32) -> io::Result<Ran>;

fn arm_by(run: Run<'_>, seconds: u64) -> Result<(), String> {
    make_sure_of_boot(run)?;
    disarm_by(run);
    let since = this_run::since_start();
    let soon = seconds.min(SOON_SECONDS);
    let started = start(run, &elapses(since, seconds), SERVICE, &[])
        .and_then(|()| start(run, &elapses(since, soon), SOON, &START));
    if started.is_err() {
        disarm_by(run);
    }
    started
}

/// What the timer of who is killed half way through runs.
const START: [&str; 4] = ["systemctl", "start", "--no-block", SERVICE];

fn start(run: Run<'_>, after: &str, unit: &str, program: &[&str]) -> Result<(), String> {
    let unit = format!("--unit={unit}");
    let accuracy = "--timer-property=AccuracySec=1s";
    // `systemctl rescue` and its kin would end it otherwise.
    let stays = "--timer-property=IgnoreOnIsolate=yes";
    let argv = [&["systemd-run", &unit, after, accuracy, stays], program].concat();
    complaint(run(&argv, PATIENCE)).map_or(Ok(()), |why| Err(messages::no_timer(&why)))
}

/// When, as an option: counted from the start of PID 1, `since_start` seconds ago. What counts from
/// the start of the timer begins anew with each `systemctl daemon-reload`.
fn elapses(since_start: Option<u64>, seconds: u64) -> String {
    match since_start {
        Some(since) => format!("--on-startup={}", since.saturating_add(seconds)),
        None => format!("--on-active={seconds}"),
    }
}

fn not_so_soon_by(run: Run<'_>) -> Result<(), String> {
    let timer = format!("{SOON}.timer");
    let stopped = run(&["systemctl", "--quiet", "stop", &timer], PATIENCE);
    complaint(stopped).map_or(Ok(()), |why| Err(messages::took_too_long(&why)))
}

fn try_again_by(run: Run<'_>) {
    // Where systemd does not run, there is nobody to do it.
    let _ = run(&START, PATIENCE);
}

fn disarm_by(run: Run<'_>) {
    let soon = format!("{SOON}.timer");
    for timer in [soon.as_str(), TIMER] {
        // It may not run, or have failed.
        let _ = run(&["systemctl", "--quiet", "stop", timer], PATIENCE);
        let _ = run(&["systemctl", "--quiet", "reset-failed", timer], PATIENCE);
    }
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
    fn whoever_is_killed_half_way_through_has_a_timer_that_comes_sooner() {
        let (armed, said) = arm(|_| (0, "loaded\n"));
        assert_eq!(armed, Ok(()));
        let seconds = |unit: &str| {
            let line = said
                .iter()
                .find(|line| line.starts_with("systemd-run") && line.contains(unit))
                .unwrap_or_else(|| panic!("{said:?}"));
            assert!(line.contains("AccuracySec=1s") && line.contains("IgnoreOnIsolate=yes"));
            let words = line.split(' ').find(|word| word.starts_with("--on-"));
            let (_, number) = words.unwrap().split_once('=').unwrap();
            number.parse::<u64>().unwrap()
        };
        let soon = seconds("--unit=proauth-rollback-soon ");
        assert_eq!(seconds("--unit=proauth-rollback.service ") - soon, 420);
        let start = "systemctl start --no-block proauth-rollback.service";
        assert!(said.iter().any(|line| line.ends_with(start)), "{said:?}");
    }

    #[test]
    fn both_timers_are_stopped_and_one_that_has_elapsed_is_said() {
        let said = RefCell::new(Vec::new());
        let run = |argv: &[&str], _| {
            said.borrow_mut().push(argv.join(" "));
            Ok(Ran {
                code: Some(5),
                stdout: String::new(),
                stderr: "not loaded".to_owned(),
            })
        };
        disarm_by(&run);
        for timer in ["proauth-rollback-soon.timer", "proauth-rollback.timer"] {
            let line = format!("systemctl --quiet stop {timer}");
            assert!(said.borrow().contains(&line), "{said:?}");
        }
        assert!(not_so_soon_by(&run).is_err());
        try_again_by(&run);
        let start = "systemctl start --no-block proauth-rollback.service";
        assert_eq!(said.borrow().last().unwrap(), start);
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
