//! The enrollments under way: only in memory, one for each account, and each only for the
//! connection that started it.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proauth_core::enrollment::{Pending, Purpose};
use proauth_core::{AccountName, Typed, UnixTime};
use proauth_interface::Error;
use tokio::sync::Notify;

use super::clock;
use super::sign_in::SigningIn;
use crate::messages;

/// Enrollments under way at a time.
const MOST: usize = 256;

/// Of these, how many may wait for somebody to sign in.
const MOST_SIGNING_IN: usize = 16;

/// How many sign-ins may be begun for one account within [`PERIOD`]: each costs the identity
/// provider a request, and us a part of what it grants us.
const MOST_BEGUN: u32 = 30;

/// In seconds.
const PERIOD: u64 = 10 * 60;

/// What an enrollment is about, whatever stage it is in.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The uid of who started it.
    pub caller: u32,
    /// Where that one is logged in from; empty where that is not known.
    pub origin: String,
    /// The version of the ticket that is used up with it, where there is one.
    pub ticket: Option<u64>,
}

/// How far an enrollment is.
pub enum Stage {
    /// Nobody has been told anything yet.
    Starting { signs_in: bool },
    /// Somebody has to sign in.
    SignIn(Arc<SigningIn>),
    /// The secret was handed out.
    Secret(Box<Pending>),
}

struct Enrollment {
    place: u64,
    connection: String,
    stage: Stage,
    terms: Terms,
}

/// All of them.
#[derive(Clone, Default)]
pub struct Enrollments {
    table: Arc<Mutex<Table>>,
    ended: Arc<Notify>,
}

#[derive(Default)]
struct Table {
    by_name: HashMap<AccountName, Enrollment>,
    places: u64,
    /// Sign-ins that were begun for an account, and since when they are counted.
    begun: HashMap<AccountName, (u32, UnixTime)>,
}

/// A place among them, free again when this is dropped, unless it was kept.
pub struct Place {
    all: Enrollments,
    name: AccountName,
    number: u64,
}

impl Enrollments {
    /// Reserves the place of `name` for `connection`.
    ///
    /// # Errors
    /// If it is taken, or there are too many.
    pub fn reserve(
        &self,
        name: &AccountName,
        connection: &str,
        signs_in: bool,
        terms: Terms,
    ) -> Result<Place, Error> {
        let now = clock::now();
        let mut table = self.lock();
        table.by_name.retain(|_, it| !it.is_over(now));
        let present = table.by_name.get(name);
        if present.is_some_and(|it| !it.makes_way_for(connection, &terms)) {
            return Err(messages::under_way(name.as_str()));
        }
        let signing_in = table.by_name.values().filter(|it| it.signs_in()).count();
        if table.by_name.len() >= MOST || (signs_in && signing_in >= MOST_SIGNING_IN) {
            return Err(messages::too_many_pending());
        }
        if signs_in && !table.may_begin(name, now) {
            return Err(messages::too_many_sign_ins(name.as_str()));
        }
        table.places += 1;
        let enrollment = Enrollment {
            place: table.places,
            connection: connection.to_owned(),
            stage: Stage::Starting { signs_in },
            terms,
        };
        let place = Place {
            all: self.clone(),
            name: name.clone(),
            number: enrollment.place,
        };
        table.by_name.insert(name.clone(), enrollment);
        drop(table);
        self.ended.notify_waiters();
        Ok(place)
    }

    /// The sign-in that `connection` waits for, to get an account called `name`.
    pub fn signing_in(
        &self,
        connection: &str,
        name: &AccountName,
    ) -> Option<(Arc<SigningIn>, Terms)> {
        match self.lock().by_name.get(name)? {
            Enrollment {
                connection: owner,
                stage: Stage::SignIn(signing_in),
                terms,
                ..
            } if owner == connection => Some((Arc::clone(signing_in), terms.clone())),
            _ => None,
        }
    }

    /// Turns the sign-in of `connection` into a secret that was handed out; `None` if the
    /// enrollment ended meanwhile.
    pub fn hand_out(&self, signing_in: &Arc<SigningIn>, pending: Pending) -> Option<()> {
        let all = &mut self.lock().by_name;
        let enrollment = all.get_mut(pending.name())?;
        match &enrollment.stage {
            Stage::SignIn(present) if Arc::ptr_eq(present, signing_in) => {}
            _ => return None,
        }
        enrollment.stage = Stage::Secret(Box::new(pending));
        Some(())
    }

    /// Ends the sign-in, if it is still under way.
    pub fn give_up(&self, name: &AccountName, signing_in: &Arc<SigningIn>) {
        self.ended.notify_waiters();
        let all = &mut self.lock().by_name;
        let is_it = |it: &Enrollment| matches!(&it.stage, Stage::SignIn(present) if Arc::ptr_eq(present, signing_in));
        if all.get(name).is_some_and(is_it) {
            all.remove(name);
        }
    }

    /// What the secret is for that `connection` was handed out for `name`, and whether `typed` is
    /// a code of it.
    pub fn secret_fits(
        &self,
        connection: &str,
        name: &AccountName,
        typed: &Typed,
    ) -> Option<(Purpose, bool)> {
        match self.lock().by_name.get(name)? {
            Enrollment {
                connection: owner,
                stage: Stage::Secret(pending),
                ..
            } if owner == connection => {
                let fits = pending.is_code(typed, clock::now());
                Some((pending.purpose().clone(), fits))
            }
            _ => None,
        }
    }

    /// Takes the secret that `connection` was handed out for `name`; what another one was handed
    /// out stays.
    pub fn take_secret(
        &self,
        connection: &str,
        name: &AccountName,
    ) -> Option<(Box<Pending>, Terms)> {
        let all = &mut self.lock().by_name;
        all.get(name)
            .filter(|it| it.connection == connection && matches!(it.stage, Stage::Secret(_)))?;
        match all.remove(name)? {
            Enrollment {
                stage: Stage::Secret(pending),
                terms,
                ..
            } => Some((pending, terms)),
            _ => None,
        }
    }

    /// Puts back what [`Enrollments::take_secret`] took, unless somebody has begun anew.
    pub fn put_back(&self, connection: &str, pending: Box<Pending>, terms: Terms) {
        let mut table = self.lock();
        table.places += 1;
        let place = table.places;
        let name = pending.name().clone();
        table.by_name.entry(name).or_insert_with(|| Enrollment {
            place,
            connection: connection.to_owned(),
            stage: Stage::Secret(pending),
            terms,
        });
    }

    /// Ends what `connection` started for `name`; tells whether there was anything.
    pub fn end(&self, connection: &str, name: &AccountName) -> bool {
        let all = &mut self.lock().by_name;
        let there = all.get(name).is_some_and(|it| it.connection == connection);
        if there {
            all.remove(name);
            self.ended.notify_waiters();
        }
        there
    }

    /// Ends whatever was started for `name`.
    pub fn end_of(&self, name: &AccountName) {
        self.lock().by_name.remove(name);
        self.ended.notify_waiters();
    }

    /// Ends everything that `connection` started, and returns for whom that was.
    pub fn end_all_of(&self, connection: &str) -> Vec<AccountName> {
        let all = &mut self.lock().by_name;
        let of_it = |_: &AccountName, it: &mut Enrollment| it.connection == connection;
        let names = all.extract_if(of_it).map(|(name, _)| name).collect();
        self.ended.notify_waiters();
        names
    }

    /// Whether anything that `connection` started is under way.
    pub fn has_any_of(&self, connection: &str) -> bool {
        let of_it = |it: &Enrollment| it.connection == connection;
        self.lock().by_name.values().any(of_it)
    }

    /// Returns when nothing that `connection` started is under way any more.
    pub async fn wait_for_ends_of(&self, connection: &str) {
        self.wait_until(|| !self.has_any_of(connection)).await;
    }

    /// Returns when nobody waits for this sign-in to get `name` any more.
    pub async fn wait_for_end_of(&self, name: &AccountName, signing_in: &Arc<SigningIn>) {
        let is_it = |it: &Enrollment| matches!(&it.stage, Stage::SignIn(present) if Arc::ptr_eq(present, signing_in));
        self.wait_until(|| !self.lock().by_name.get(name).is_some_and(is_it))
            .await;
    }

    async fn wait_until(&self, is_so: impl Fn() -> bool) {
        loop {
            let mut ended = pin!(self.ended.notified());
            // Before it is looked, so that no end goes unnoticed.
            ended.as_mut().enable();
            if is_so() {
                return;
            }
            ended.await;
        }
    }

    /// Lets those know who wait for ends that what was taken did not come back.
    pub fn tell_of_ends(&self) {
        self.ended.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Counts a sign-in that is about to begin; `false` if there were too many.
    fn may_begin(&mut self, name: &AccountName, now: UnixTime) -> bool {
        self.begun
            .retain(|_, (_, since)| now.0.abs_diff(since.0) < PERIOD);
        let (begun, _) = self.begun.entry(name.clone()).or_insert((0, now));
        *begun += 1;
        *begun <= MOST_BEGUN
    }
}

impl Enrollment {
    /// Whether somebody can start anew: on the same connection, and root in place of others.
    fn makes_way_for(&self, connection: &str, terms: &Terms) -> bool {
        let is_others = self.terms.caller != 0;
        let is_own = self.connection == connection && !self.is_starting();
        is_own || (terms.caller == 0 && is_others)
    }

    const fn is_starting(&self) -> bool {
        matches!(self.stage, Stage::Starting { .. })
    }

    fn signs_in(&self) -> bool {
        matches!(
            self.stage,
            Stage::Starting { signs_in: true } | Stage::SignIn(_)
        )
    }

    fn is_over(&self, now: UnixTime) -> bool {
        match &self.stage {
            Stage::Starting { .. } => false,
            Stage::SignIn(signing_in) => signing_in.is_over(now),
            Stage::Secret(pending) => pending.is_over(now),
        }
    }
}

impl Place {
    /// Keeps the place, for an enrollment that is at `stage` now; `None` if it ended meanwhile.
    pub fn keep(self, stage: Stage) -> Option<()> {
        let mut table = self.all.lock();
        let enrollment = table.by_name.get_mut(&self.name)?;
        if enrollment.place != self.number {
            return None;
        }
        enrollment.stage = stage;
        Some(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.all.lock();
        let is_it = |it: &Enrollment| it.place == self.number && it.is_starting();
        if table.by_name.get(&self.name).is_some_and(is_it) {
            table.by_name.remove(&self.name);
            self.all.ended.notify_waiters();
        }
    }
}

#[cfg(test)]
#[path = "enrollments_tests.rs"]
mod tests;
