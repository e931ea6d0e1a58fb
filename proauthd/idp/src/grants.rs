//! The sign-ins that are under way: a bounded number, each with somebody who waits for it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use proauth_interface::{Claims, Grant, IdentityError};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, timeout};

use crate::{log, messages};

/// Sign-ins at a time.
const PLACES: usize = 16;

/// As long as one call waits for somebody to sign in.
const PATIENCE: Duration = Duration::from_secs(5);

/// As long as a sign-in is kept that nobody waits for.
const ABANDONED: Duration = Duration::from_secs(60);

/// As long as the process stays when nobody wants anything.
const IDLE: Duration = Duration::from_secs(30);

/// A place for one sign-in, or for asking an issuer.
pub type Place = OwnedSemaphorePermit;

/// All of them.
pub struct Grants {
    places: Arc<Semaphore>,
    state: StdMutex<State>,
}

struct State {
    running: HashMap<u64, Running>,
    /// Calls under way.
    calls: usize,
    /// When the last one ended.
    last: Instant,
}

struct Running {
    task: Arc<Task>,
    /// Calls that wait for it.
    waiting: usize,
    /// When the last one ended.
    last: Instant,
    _place: Place,
}

/// The sign-in itself; dropping it ends it.
struct Task {
    abort: AbortHandle,
    outcome: Mutex<Option<JoinHandle<Result<Claims, IdentityError>>>>,
}

/// A call that is under way, for as long as it is kept.
pub struct Call<'g>(&'g Grants);

/// A call that waits for a sign-in, for as long as it is kept.
struct Waiting<'g>(&'g Grants, u64);

impl Grants {
    /// None.
    pub fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            state: StdMutex::new(State {
                running: HashMap::new(),
                calls: 0,
                last: Instant::now(),
            }),
        }
    }

    /// Notes that a call is under way.
    pub fn call(&self) -> Call<'_> {
        self.state().calls += 1;
        Call(self)
    }

    /// A place.
    ///
    /// # Errors
    /// If all are taken.
    pub fn place(&self) -> Result<Place, IdentityError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| messages::too_many())
    }

    /// Lets `sign_in` run, and gives `grant` its number.
    ///
    /// # Errors
    /// If the kernel gives no random number.
    pub fn run<F>(&self, place: Place, grant: Grant, sign_in: F) -> Result<Grant, IdentityError>
    where
        F: Future<Output = Result<Claims, IdentityError>> + Send + 'static,
    {
        let id = random().map_err(|_| messages::broken())?;
        let running = Running {
            task: Arc::new(Task::start(sign_in)),
            waiting: 0,
            last: Instant::now(),
            _place: place,
        };
        self.state().running.insert(id, running);
        Ok(Grant { id, ..grant })
    }

    /// Who signed in, or that it is pending.
    ///
    /// # Errors
    /// If there is no such sign-in, or it ended without.
    pub async fn wait(&self, id: u64) -> Result<Claims, IdentityError> {
        let (task, _waiting) = self.task(id).ok_or_else(messages::no_such_grant)?;
        let Ok(ended) = timeout(PATIENCE, task.outcome()).await else {
            return Ok(Claims {
                pending: true,
                ..Claims::default()
            });
        };
        let ended = ended.ok_or_else(messages::no_such_grant)?;
        self.remove(id);
        log_end(id, &ended);
        ended
    }

    /// Forgets a sign-in; `false` if there is none.
    pub fn cancel(&self, id: u64) -> bool {
        let known = self.remove(id);
        if known {
            log::line(&format!("sign-in {id:016x}: cancelled"));
        }
        known
    }

    /// Forgets the sign-ins that nobody waits for any more. Tells whether nothing is left to do.
    pub fn sweep(&self) -> bool {
        let mut state = self.state();
        let abandoned: Vec<u64> = state
            .running
            .iter()
            .filter(|(_, one)| one.waiting == 0 && one.last.elapsed() >= ABANDONED)
            .map(|(id, _)| *id)
            .collect();
        for id in abandoned {
            state.running.remove(&id);
            log::line(&format!("sign-in {id:016x}: nobody waits for it any more"));
        }
        state.calls == 0 && state.running.is_empty() && state.last.elapsed() >= IDLE
    }

    fn task(&self, id: u64) -> Option<(Arc<Task>, Waiting<'_>)> {
        let mut state = self.state();
        let running = state.running.get_mut(&id)?;
        running.waiting += 1;
        Some((Arc::clone(&running.task), Waiting(self, id)))
    }

    fn remove(&self, id: u64) -> bool {
        match self.state().running.remove(&id) {
            Some(running) => {
                running.task.abort.abort();
                true
            }
            None => false,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Task {
    fn start<F>(sign_in: F) -> Self
    where
        F: Future<Output = Result<Claims, IdentityError>> + Send + 'static,
    {
        let task = tokio::spawn(sign_in);
        Self {
            abort: task.abort_handle(),
            outcome: Mutex::new(Some(task)),
        }
    }

    /// How it ended; `None` if somebody else was told, or it was cancelled.
    async fn outcome(&self) -> Option<Result<Claims, IdentityError>> {
        let mut task = self.outcome.lock().await;
        let ended = task.as_mut()?.await;
        *task = None;
        match ended {
            Ok(ended) => Some(ended),
            Err(error) if error.is_cancelled() => None,
            Err(_) => Some(Err(messages::broken())),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.calls -= 1;
        state.last = Instant::now();
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(running) = self.0.state().running.get_mut(&self.1) {
            running.waiting -= 1;
            running.last = Instant::now();
        }
    }
}

fn log_end(id: u64, ended: &Result<Claims, IdentityError>) {
    match ended {
        Ok(_) => log::line(&format!("sign-in {id:016x}: somebody signed in")),
        Err(why) => log::line(&format!("sign-in {id:016x}: {why}")),
    }
}

fn random() -> Result<u64, getrandom::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

#[cfg(test)]
#[path = "grants_tests.rs"]
mod tests;
