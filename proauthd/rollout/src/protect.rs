//! Carrying a plan out: armed first, so that from then on whatever goes wrong is put back.

use crate::plan::{FileChange, Plan, Protected};
use crate::roll_back::{Report, When, roll_back};
use crate::state::{self, Armed, Change, Complete, StateError};
use crate::{Host, Told, clock, messages, reload_sshd, run, session, this_run, timer};

/// How long a program may take that the plan wants run, in seconds.
const PATIENCE: u32 = 60;

/// Who changes what, and for how long it waits to be confirmed.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// What will ask for codes.
    pub protected: &'a Protected,
    /// How long to wait for a confirmation.
    pub seconds: u64,
    /// The uid that logged in to ask for it.
    pub by: u32,
}

/// A plan that is being carried out. From here on, systemd puts back what nobody confirms, whatever
/// becomes of this process.
#[derive(Debug)]
#[must_use]
pub struct Underway<'a> {
    host: &'a Host,
    plan: &'a Plan,
    until: u64,
}

impl<'a> Underway<'a> {
    /// Starts the timers, and notes what is there, durably. Changes nothing yet.
    ///
    /// # Errors
    /// In a sentence; then nothing waits.
    pub fn begin(host: &'a Host, plan: &'a Plan, order: &Order<'_>) -> Result<Self, String> {
        let armed = Armed {
            boot: this_run::boot_id(host).unwrap_or_default(),
            at: clock::now(),
            session: session::greatest(host),
            monotonic: clock::monotonic(),
            seconds: order.seconds,
            by: order.by,
            services: words(order.protected),
            reload: !plan.sshd.is_empty(),
            commands: plan.undo.clone(),
        };
        let changes = changes(host, plan)?;
        // Timers without anything that waits do no harm; what waits without a timer does.
        timer::arm_timer(order.seconds)?;
        let until = armed.at.saturating_add(order.seconds);
        match state::arm(host, &armed, &changes) {
            Ok(()) => Ok(Self { host, plan, until }),
            Err(error) => {
                if !matches!(error, StateError::Pending | StateError::RollingBack) {
                    let _ = put_back(host);
                }
                Err(error.to_string())
            }
        }
    }

    /// When it is put back, in Unix time.
    #[must_use]
    pub fn until(&self) -> u64 {
        self.until
    }

    /// Notes that all was done, and sshd answers: what comes in from now on proves that it can.
    ///
    /// # Errors
    /// If it was put back meanwhile, or that cannot be noted; in a sentence.
    pub fn complete(&self) -> Result<(), String> {
        let complete = Complete {
            session: session::greatest(self.host),
            monotonic: clock::monotonic(),
            at: clock::now(),
        };
        state::mark_complete(self.host, complete).map_err(|error| error.to_string())?;
        timer::not_so_soon()
    }

    /// Writes the files of PAM, and runs what is to be run.
    ///
    /// # Errors
    /// In a sentence.
    pub fn change_pam(&self) -> Result<(), String> {
        self.write(&self.plan.pam)?;
        self.plan.commands.iter().try_for_each(|command| {
            // Whoever was stopped for longer than the time would undo what was put back.
            match self.still_waits()? {
                true => run_command(command),
                false => Err(StateError::NotPending.to_string()),
            }
        })
    }

    /// Writes the files of sshd.
    ///
    /// # Errors
    /// In a sentence.
    pub fn change_sshd(&self) -> Result<(), String> {
        self.write(&self.plan.sshd)
    }

    /// Has the running sshd read them.
    ///
    /// # Errors
    /// What sshd or systemd said.
    pub fn tell_sshd(&self) -> Result<Told, String> {
        reload_sshd().map_err(|said| messages::sshd_not_reloaded(&said))
    }

    /// Puts everything back, now.
    #[must_use]
    pub fn put_back(self) -> Report {
        put_back(self.host)
    }

    /// Whether it still waits: the time may have been too short.
    ///
    /// # Errors
    /// If that cannot be found out.
    pub fn still_waits(&self) -> Result<bool, String> {
        let pending = state::pending(self.host).map_err(|error| error.to_string())?;
        Ok(pending.is_some())
    }

    fn write(&self, files: &[FileChange]) -> Result<(), String> {
        for file in files {
            let path = resolve(self.host, file)?;
            state::apply(self.host, &path).map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

/// Puts back what waits, now.
#[must_use]
pub fn put_back(host: &Host) -> Report {
    let report = roll_back(host, When::Now);
    if report.is_complete() {
        timer::disarm_timer();
    } else {
        timer::try_again();
    }
    report
}

/// Keeps what waits, for good. False if nothing waits any more.
///
/// # Errors
/// If that cannot be made durable, in a sentence.
pub fn keep(host: &Host) -> Result<bool, String> {
    let kept = state::settle(host).map_err(|error| error.to_string())?;
    if kept {
        timer::disarm_timer();
    }
    Ok(kept)
}

/// The words of what asks for codes.
#[must_use]
pub fn words(protected: &Protected) -> Vec<String> {
    let services = protected.services.iter();
    services.map(ToString::to_string).collect()
}

fn changes(host: &Host, plan: &Plan) -> Result<Vec<Change>, String> {
    let change = |file: &FileChange| {
        Ok(Change {
            path: resolve(host, file)?,
            after: file.after.clone(),
        })
    };
    plan.files().map(change).collect()
}

/// What is changed is what a link leads to.
fn resolve(host: &Host, file: &FileChange) -> Result<std::path::PathBuf, String> {
    let resolved = host.resolve(&file.path);
    resolved.map_err(|error| messages::not_written(&file.path, &error))
}

pub(crate) fn run_command(command: &[String]) -> Result<(), String> {
    let argv: Vec<&str> = command.iter().map(String::as_str).collect();
    let why = match run(&argv, PATIENCE) {
        Ok(ran) if ran.is_success() => return Ok(()),
        Ok(ran) => ran.complaint(),
        Err(error) => error.to_string(),
    };
    Err(messages::command_failed(command, &why))
}
