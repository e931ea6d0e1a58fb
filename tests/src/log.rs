//! Text that grows while somebody waits for it.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What a process has said so far. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<(Mutex<Said>, Condvar)>);

#[derive(Debug, Default)]
struct Said {
    bytes: Vec<u8>,
    /// How many are still writing.
    writers: usize,
}

impl Log {
    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// All of it, also what is no text.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.0.lock().expect("no writer panics").bytes.clone()
    }

    /// Waits until `wanted` has been said; `false` if that is certain not to come any more, or
    /// did not come within `deadline`.
    #[must_use]
    pub fn wait_for(&self, wanted: &str, deadline: Duration) -> bool {
        let (said, changed) = &*self.0;
        let said = said.lock().expect("no writer panics");
        let missing = |said: &mut Said| said.writers > 0 && !said.contains(wanted);
        let (said, _timed_out) = changed
            .wait_timeout_while(said, deadline, missing)
            .expect("no writer panics");
        said.contains(wanted)
    }

    /// All of it, once nobody writes any more or `deadline` has passed.
    #[must_use]
    pub fn finished(&self, deadline: Duration) -> String {
        let (said, changed) = &*self.0;
        let said = said.lock().expect("no writer panics");
        let (said, _timed_out) = changed
            .wait_timeout_while(said, deadline, |said| said.writers > 0)
            .expect("no writer panics");
        String::from_utf8_lossy(&said.bytes).into_owned()
    }

    /// Adds `bytes`.
    pub(crate) fn push(&self, bytes: &[u8]) {
        self.change(|said| said.bytes.extend_from_slice(bytes));
    }

    /// Adds everything that comes out of `source`, from a thread of its own.
    pub fn follow(&self, mut source: impl Read + Send + 'static) {
        self.change(|said| said.writers += 1);
        let log = self.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(len @ 1..) = source.read(&mut chunk) {
                log.push(&chunk[..len]);
            }
            log.change(|said| said.writers -= 1);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.0.0.lock().expect("no writer panics"));
        self.0.1.notify_all();
    }
}

impl Said {
    fn contains(&self, wanted: &str) -> bool {
        String::from_utf8_lossy(&self.bytes).contains(wanted)
    }
}
