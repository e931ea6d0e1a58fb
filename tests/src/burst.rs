//! Many logins at the same moment.

use std::time::{Duration, Instant};

use crate::prompted::{Answered, Prompted};
use crate::{DEADLINE, LetIn, Log, Refused, World};

/// Bursts of logins that come to the daemon as one: it is held until all have asked it.
#[derive(Debug)]
pub struct HeldBursts<'w> {
    world: &'w World,
    /// The questions on the bus, of all bursts.
    asked: Log,
}

impl World {
    /// Lets each user of `logins` answer their code at the same moment, in processes of their own
    /// that have all been asked before. Tells who was let in.
    ///
    /// # Panics
    /// If one is not asked for a code, or neither let in nor refused.
    #[must_use]
    pub fn burst(&self, logins: &[(&str, &str)]) -> Vec<bool> {
        was_let_in(type_all(self.prompt_all(logins), logins))
    }

    /// The same, but the daemon finds all the codes waiting for it at once.
    #[must_use]
    pub fn held_bursts(&self) -> HeldBursts<'_> {
        HeldBursts {
            world: self,
            asked: self.wiretap("type='method_call',member='Verify'"),
        }
    }

    /// First all are started, then all are waited for.
    fn prompt_all(&self, logins: &[(&str, &str)]) -> Vec<Prompted> {
        let started: Vec<Prompted> = logins
            .iter()
            .map(|(user, _)| self.start_login("code-only", user))
            .collect();
        started.iter().for_each(Prompted::wait_for_prompt);
        started
    }
}

impl HeldBursts<'_> {
    /// As [`World::burst`].
    ///
    /// # Panics
    /// As that; and if not all of them ask the daemon.
    #[must_use]
    pub fn burst(&self, logins: &[(&str, &str)]) -> Vec<bool> {
        let prompted = self.world.prompt_all(logins);
        self.world.daemon.pause();
        let before = self.questions();
        let answered = type_all(prompted, logins);
        self.wait_for_questions(before + logins.len());
        self.world.daemon.resume();
        was_let_in(answered)
    }

    fn questions(&self) -> usize {
        self.asked.text().matches("Member=Verify").count()
    }

    fn wait_for_questions(&self, count: usize) {
        let start = Instant::now();
        while self.questions() < count {
            assert!(start.elapsed() < DEADLINE, "somebody does not ask");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn type_all(prompted: Vec<Prompted>, logins: &[(&str, &str)]) -> Vec<Answered> {
    let logins = prompted.into_iter().zip(logins);
    logins.map(|(login, (_, code))| login.typed(code)).collect()
}

fn was_let_in(logins: Vec<Answered>) -> Vec<bool> {
    let ends = logins.into_iter().map(|login| {
        let login = login.end();
        assert!(login == LetIn || login == Refused, "{login:?}");
        login == LetIn
    });
    ends.collect()
}
