//! Who sits at a prompt: logins that were asked for a code and have not shown the right one. A
//! package that is removed waits for them, since they would be refused whatever they type.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use proauth_interface::Context;
use tokio::time::Instant;

/// How long somebody is expected to type: as long as sshd waits (sshd_config(5), LoginGraceTime).
/// Nobody tells us of those who give up.
const PATIENCE: Duration = Duration::from_secs(120);

/// What follows a right code: the account part, and that the user was told of changes.
const REST: Duration = Duration::from_secs(3);

/// As many are remembered; of more, the latest.
const PLACES: usize = 4096;

/// The logins under way.
#[derive(Default)]
pub struct Prompted {
    logins: Mutex<VecDeque<Login>>,
    hasher: RandomState,
    judged: AtomicU32,
}

/// A code is being judged, until this is dropped.
#[must_use]
pub struct Judging<'a>(&'a AtomicU32);

impl Drop for Judging<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Login {
    /// Hash of its context: whoever asks decides how long that is.
    which: u64,
    until: Instant,
    is_let_in: bool,
}

impl Prompted {
    /// Somebody was asked for a code.
    pub fn begun(&self, context: &Context) {
        let mut logins = self.pending();
        if logins.len() == PLACES {
            logins.pop_front();
        }
        logins.push_back(Login {
            which: self.hasher.hash_one(context),
            until: Instant::now() + PATIENCE,
            is_let_in: false,
        });
    }

    /// Somebody has shown the right code.
    pub fn let_in(&self, context: &Context) {
        let which = self.hasher.hash_one(context);
        let mut logins = self.pending();
        let login = logins
            .iter_mut()
            .find(|it| !it.is_let_in && it.which == which);
        if let Some(login) = login {
            login.until = Instant::now() + REST;
            login.is_let_in = true;
        }
    }

    /// A code is being judged.
    pub fn judging(&self) -> Judging<'_> {
        self.judged.fetch_add(1, Ordering::Relaxed);
        Judging(&self.judged)
    }

    /// Whether any code is being judged.
    pub fn is_judging(&self) -> bool {
        self.judged.load(Ordering::Relaxed) > 0
    }

    /// How many logins are under way.
    pub fn number(&self) -> u32 {
        u32::try_from(self.pending().len()).unwrap_or(u32::MAX)
    }

    /// Those whose time is not over.
    fn pending(&self) -> MutexGuard<'_, VecDeque<Login>> {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        logins.retain(|login| login.until > now);
        logins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: &str) -> Context {
        Context {
            user: user.to_owned(),
            service: "sshd".to_owned(),
            rhost: "192.0.2.1".to_owned(),
            tty: "ssh".to_owned(),
            session: String::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_login_is_under_way_until_shortly_after_its_code() {
        let prompted = Prompted::default();
        prompted.begun(&login("alice"));
        prompted.begun(&login("bob"));
        prompted.let_in(&login("alice"));
        assert_eq!(prompted.number(), 2, "the account part comes yet");
        tokio::time::advance(REST).await;
        assert_eq!(prompted.number(), 1);
    }

    #[test]
    fn a_code_is_being_judged_until_it_was() {
        let prompted = Prompted::default();
        let judging = prompted.judging();
        assert!(prompted.is_judging());
        drop(judging);
        assert!(!prompted.is_judging());
    }

    #[tokio::test(start_paused = true)]
    async fn two_logins_alike_end_one_by_one() {
        let prompted = Prompted::default();
        prompted.begun(&login("alice"));
        prompted.begun(&login("alice"));
        prompted.let_in(&login("alice"));
        tokio::time::advance(REST).await;
        assert_eq!(prompted.number(), 1);
        prompted.let_in(&login("alice"));
        tokio::time::advance(REST).await;
        assert_eq!(prompted.number(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_is_not_waited_for_for_ever() {
        let prompted = Prompted::default();
        prompted.begun(&login("alice"));
        tokio::time::advance(PATIENCE - Duration::from_millis(1)).await;
        assert_eq!(prompted.number(), 1);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(prompted.number(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_prompts_costs_a_bounded_memory_and_hides_no_late_one() {
        let prompted = Prompted::default();
        for _ in 0..=PLACES {
            prompted.begun(&login("mallory"));
        }
        prompted.begun(&login("alice"));
        assert_eq!(prompted.number(), u32::try_from(PLACES).unwrap());
    }
}
