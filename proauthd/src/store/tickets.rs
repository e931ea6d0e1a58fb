//! Tickets: one for each account at the most, kept by its name, and gone with the record that came
//! about by it.

use proauth_core::ticket::Ticket;
use proauth_core::{AccountName, Record};

use super::engine::{Expect, Swap};
use super::{Store, StoreError, Versioned, next};

/// What the keys of tickets begin with, and no account's name does. Their rows are bound to no
/// uid, so that they never count as somebody's record: whose they are, is sealed in them.
const TICKET: char = '#';

impl Store {
    /// The ticket of `name`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn ticket(&self, name: &AccountName) -> Result<Option<Versioned<Ticket>>, StoreError> {
        let key = ticket_key(name);
        let Some(stored) = self.engine.get(&key)? else {
            return Ok(None);
        };
        Ok(Some(Versioned {
            value: self.sealer.open_ticket(&key, &stored)?,
            version: Some(stored.version),
        }))
    }

    /// Stores the ticket of `name` durably where `version` is still that of its row.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn put_ticket(
        &self,
        name: &AccountName,
        ticket: &Ticket,
        version: Option<u64>,
    ) -> Result<(), StoreError> {
        let key = ticket_key(name);
        let put = Some(self.sealer.seal_ticket(&key, ticket, next(version))?);
        self.swap(Swap {
            key,
            expect: version.into(),
            put,
        })
        .await
    }

    /// Removes the ticket of `name` where `version` is still that of its row.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn remove_ticket(&self, name: &AccountName, version: u64) -> Result<(), StoreError> {
        self.swap(without_ticket(name, version)).await
    }

    /// Stores `record` durably and removes the ticket with which it came about: both, where both
    /// versions are still those of their rows, or neither.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn put_record_for_ticket(
        &self,
        record: &Record,
        version: Option<u64>,
        ticket_version: u64,
    ) -> Result<(), StoreError> {
        let record_swap = self.with_record(record, version)?;
        let ticket_swap = without_ticket(&record.name, ticket_version);
        self.writer.commit(vec![record_swap, ticket_swap]).await
    }
}

fn ticket_key(name: &AccountName) -> String {
    format!("{TICKET}{name}")
}

fn without_ticket(name: &AccountName, version: u64) -> Swap {
    Swap {
        key: ticket_key(name),
        expect: Expect::Version(version),
        put: None,
    }
}

#[cfg(test)]
#[path = "tickets_tests.rs"]
mod tests;
