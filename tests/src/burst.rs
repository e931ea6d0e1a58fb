//! Many logins at the same moment.

use crate::prompted::{Answered, Prompted};
use crate::{LetIn, Refused, World};

impl World {
    /// Lets each user of `logins` answer their code at the same moment, in processes of their own
    /// that have all been asked before. Tells who was let in.
    ///
    /// # Panics
    /// If one is not asked for a code, or neither let in nor refused.
    #[must_use]
    pub fn burst(&self, logins: &[(&str, &str)]) -> Vec<bool> {
        // First all are started, then all are waited for.
        let started: Vec<Prompted> = logins
            .iter()
            .map(|(user, _)| self.start_login("code-only", user))
            .collect();
        started.iter().for_each(Prompted::wait_for_prompt);
        let answered: Vec<Answered> = started
            .into_iter()
            .zip(logins)
            .map(|(login, (_, code))| login.typed(code))
            .collect();
        answered.into_iter().map(was_let_in).collect()
    }
}

fn was_let_in(login: Answered) -> bool {
    let login = login.end();
    assert!(login == LetIn || login == Refused, "{login:?}");
    login == LetIn
}
