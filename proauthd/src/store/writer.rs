//! The one thread that writes: commits that wait at the same time share one flush.

use std::sync::Arc;
use std::thread;

use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::engine::{Engine, Job};

/// Commits that may wait; more make their senders wait.
const QUEUE: usize = 1024;

/// Commits of one transaction, at the most.
const BATCH: usize = 256;

struct Waiting {
    job: Job,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// What becomes of a job.
type Outcome = oneshot::Receiver<Result<(), StoreError>>;

/// The way to that thread; when it is dropped, the thread ends after what it has been given.
pub struct Writer {
    jobs: Option<mpsc::Sender<Waiting>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(engine: Arc<dyn Engine>) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_all(engine.as_ref(), queue))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Does `job` and returns when it is durable.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a comparison did not hold, [`StoreError::NotStored`] if
    /// the transaction failed; why, stands in the log.
    pub async fn commit(&self, job: Job) -> Result<(), StoreError> {
        let outcome = self.enqueue(job).await?;
        outcome.await.map_err(|_| StoreError::NotStored)?
    }

    /// Does each of `jobs`, whatever becomes of the others, and returns when that is durable.
    /// Tells of each whether its comparisons held.
    ///
    /// # Errors
    /// [`StoreError::NotStored`] if a transaction failed.
    pub async fn commit_each(&self, jobs: Vec<Job>) -> Result<Vec<bool>, StoreError> {
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(self.enqueue(job).await?);
        }
        let mut held = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            held.push(match outcome.await.map_err(|_| StoreError::NotStored)? {
                Ok(()) => true,
                Err(StoreError::Conflict) => false,
                Err(error) => return Err(error),
            });
        }
        Ok(held)
    }

    async fn enqueue(&self, job: Job) -> Result<Outcome, StoreError> {
        let (done, outcome) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(StoreError::NotStored)?;
        let sent = jobs.send(Waiting { job, done }).await;
        sent.map_err(|_| StoreError::NotStored)?;
        Ok(outcome)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panicked writer has nothing left to wait for.
            let _ = thread.join();
        }
    }
}

fn write_all(engine: &dyn Engine, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        let (jobs, waiting): (Vec<_>, Vec<_>) = batch.drain(..).map(|it| (it.job, it.done)).unzip();
        match engine.commit(&jobs) {
            Ok(held) => {
                for (done, held) in waiting.into_iter().zip(held) {
                    // Who no longer waits for the answer does not get one.
                    let _ = done.send(if held {
                        Ok(())
                    } else {
                        Err(StoreError::Conflict)
                    });
                }
            }
            Err(error) => refuse_all(waiting, error),
        }
    }
}

/// Tells everybody of the batch that nothing was stored.
fn refuse_all(waiting: Vec<oneshot::Sender<Result<(), StoreError>>>, error: StoreError) {
    tracing::error!(
        event = "store_failed",
        "a commit failed, what was in it is denied: {error}"
    );
    for done in waiting {
        let _ = done.send(Err(StoreError::NotStored));
    }
}
