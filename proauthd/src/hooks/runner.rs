//! Runs the program: a few at a time, each for a while, and never one that is not fit.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::group::Group;
use super::happening::Happening;
use super::program::check;
use crate::audit;

/// Programs that run at a time.
const AT_A_TIME: usize = 4;

/// Events that wait until one of them has ended.
pub const WAITING: usize = 64;

/// How long a program may run.
const ALLOWED: Duration = Duration::from_secs(30);

/// How long it then has to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// Runs `program` for everything that comes, for ever. Dropping this ends what is running.
pub async fn run_all(mut waiting: Receiver<Happening>, program: &RefCell<Option<PathBuf>>) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            Some(happening) = waiting.recv(), if running.len() < AT_A_TIME => {
                if let Some(group) = start(program.borrow().as_deref(), &happening) {
                    running.spawn(see_to(group, happening));
                }
            }
            Some(_) = running.join_next() => {}
            else => return,
        }
    }
}

/// Starts `program`, if there is one and it is fit to be run now.
fn start(program: Option<&Path>, happening: &Happening) -> Option<Group> {
    let program = program?;
    if let Err(unfit) = check(program) {
        audit::hook_refused(&unfit);
        return None;
    }
    match Group::start(program, happening) {
        Ok(group) => Some(group),
        Err(error) => {
            audit::hook_not_started(program, &error);
            None
        }
    }
}

/// Sees to it that the program ends, in time or by force, and with it all that it has started.
async fn see_to(mut group: Group, happening: Happening) {
    if timeout(ALLOWED, group.ended()).await.is_err() {
        audit::hook_overdue(&happening.event, &happening.user, ALLOWED);
        group.terminate();
        let _ = timeout(GRACE, group.ended()).await;
        let _ = group.end();
        group.ended().await;
    }
    if let Some(status) = group.end().filter(|status| !status.success()) {
        audit::hook_failed(&happening.event, &happening.user, status);
    }
}
