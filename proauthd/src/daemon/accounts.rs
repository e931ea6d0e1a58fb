//! Unix accounts, as the name service tells them: a bounded number of look-ups at a time, each
//! with a deadline. A look-up that fails is an error, never "no such account".

use std::sync::Arc;
use std::time::Duration;

use nix::unistd::User;
use proauth_core::AccountName;
use tokio::sync::Semaphore;

/// Look-ups at a time. A hanging name service keeps them all busy, and nothing else.
pub const LOOKUPS: usize = 8;

/// A login is worth so much waiting; the module gives up after five seconds in all.
const DEADLINE: Duration = Duration::from_secs(3);

/// An account that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its canonical name: a directory may answer to `ALICE` with `alice`.
    pub name: AccountName,
    /// Its uid.
    pub uid: u32,
}

/// The name service did not answer, or with something that is no account.
#[derive(Debug)]
pub struct LookupFailed;

/// Of these, for callers other than root: a flood of theirs waits in a queue of its own, and
/// never in front of a login.
const LOOKUPS_FOR_OTHERS: usize = 2;

/// The way to the name service.
pub struct Accounts {
    free: Arc<Semaphore>,
    free_for_others: Arc<Semaphore>,
}

impl Accounts {
    /// Nothing is looked up yet.
    pub fn new() -> Self {
        Self {
            free: Arc::new(Semaphore::new(LOOKUPS - LOOKUPS_FOR_OTHERS)),
            free_for_others: Arc::new(Semaphore::new(LOOKUPS_FOR_OTHERS)),
        }
    }

    /// The account called `name`; `None` if there is none.
    ///
    /// # Errors
    /// If the name service did not answer in time, or wrongly.
    pub async fn by_name(&self, name: &AccountName) -> Result<Option<Account>, LookupFailed> {
        look_up(&self.free, name, User::from_name).await
    }

    /// The same, in a time that does not tell whether there is one: what is found costs less than
    /// what is not, where libnss_systemd and its like are asked last.
    ///
    /// # Errors
    /// Likewise.
    pub async fn by_name_in_like_time(
        &self,
        name: &AccountName,
    ) -> Result<Option<Account>, LookupFailed> {
        look_up(&self.free, name, find_and_miss).await
    }

    /// The same, for a caller who is not root and may turn out to have no right to ask.
    ///
    /// # Errors
    /// Likewise.
    pub async fn by_name_for_others(
        &self,
        name: &AccountName,
    ) -> Result<Option<Account>, LookupFailed> {
        look_up(&self.free_for_others, name, User::from_name).await
    }
}

/// Looks `name` up, and then somebody who is there, or somebody who is not.
fn find_and_miss(name: &str) -> nix::Result<Option<User>> {
    let answer = User::from_name(name);
    let other = match answer {
        Ok(None) => "root",
        _ => "no-such-account-at-all",
    };
    let _for_its_time_alone = User::from_name(other);
    answer
}

async fn look_up(
    free: &Arc<Semaphore>,
    name: &AccountName,
    ask: fn(&str) -> nix::Result<Option<User>>,
) -> Result<Option<Account>, LookupFailed> {
    let (free, name) = (Arc::clone(free), name.to_string());
    let answer = async move {
        let permit = free.acquire_owned().await.map_err(|_| LookupFailed)?;
        // The permit goes with the thread: one that hangs past the deadline keeps it.
        let asked = tokio::task::spawn_blocking(move || {
            let answer = ask(&name);
            drop(permit);
            answer
        });
        asked
            .await
            .map_err(|_| LookupFailed)?
            .map_err(|_| LookupFailed)
    };
    let found = tokio::time::timeout(DEADLINE, answer)
        .await
        .map_err(|_| LookupFailed)??;
    found.map(account).transpose()
}

fn account(user: User) -> Result<Account, LookupFailed> {
    let name = AccountName::parse(&user.name).map_err(|_| LookupFailed)?;
    Ok(Account {
        name,
        uid: user.uid.as_raw(),
    })
}
