//! Sealing: XChaCha20-Poly1305 over the whole row, bound to its key, uid and version.
//!
//! A row that was moved to another name or uid, or put back at an older version under a newer
//! number, does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use proauth_core::lockout::Lockout;
use proauth_core::ticket::Ticket;
use proauth_core::{AccountName, Record, Suspension};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::StoreError;
use super::engine::{NOBODY, SealedRow};
use super::key::MasterKey;
use super::row::{LockoutRow, RecordRow, SuspensionRow, TicketRow};

const NONCE_LEN: usize = 24;

/// Opens and closes rows with keys made from the master key, one for each purpose.
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    bucket_key: Zeroizing<[u8; 32]>,
    mark: [u8; 32],
}

impl Sealer {
    /// A sealer with the keys of `master`.
    pub fn new(master: &MasterKey) -> Self {
        let derive = |purpose: &str| hash(master.as_bytes(), purpose.as_bytes());
        let seal_key = Zeroizing::new(derive("proauth seal v1"));
        Self {
            cipher: XChaCha20Poly1305::new((&*seal_key).into()),
            bucket_key: Zeroizing::new(derive("proauth bucket v1")),
            mark: derive("proauth key mark v1"),
        }
    }

    /// What a store keeps to recognise its key; tells nothing of the key.
    pub const fn mark(&self) -> &[u8; 32] {
        &self.mark
    }

    /// A number that follows from `text` and the key.
    pub fn keyed_hash(&self, text: &str) -> u16 {
        let [first, second, ..] = hash(&self.bucket_key, text.as_bytes());
        u16::from_be_bytes([first, second])
    }

    /// The row of `record`.
    pub fn seal_record(&self, record: &Record, version: u64) -> Result<SealedRow, StoreError> {
        self.seal(
            record.name.as_str(),
            record.uid,
            version,
            &RecordRow::from(record),
        )
    }

    /// A row like that of a record, of nobody.
    pub fn seal_decoy(&self, key: &str) -> Result<SealedRow, StoreError> {
        self.seal(key, NOBODY, 1, &RecordRow::decoy())
    }

    /// The record in the row of `key`.
    pub fn open_record(&self, key: &str, stored: &SealedRow) -> Result<Record, StoreError> {
        let row: RecordRow = self.open(key, stored)?;
        AccountName::parse(key)
            .ok()
            .and_then(|name| row.into_record(name, stored.uid))
            .ok_or_else(|| StoreError::DoesNotOpen(key.to_owned()))
    }

    /// The row of a bucket.
    pub fn seal_bucket(
        &self,
        key: &str,
        lockout: &Lockout,
        version: u64,
    ) -> Result<SealedRow, StoreError> {
        self.seal(key, NOBODY, version, &LockoutRow::from(lockout))
    }

    /// The counts in the row of a bucket.
    pub fn open_bucket(&self, key: &str, stored: &SealedRow) -> Result<Lockout, StoreError> {
        Ok(self.open::<LockoutRow>(key, stored)?.to_lockout())
    }

    /// The row of a suspension.
    pub fn seal_suspension(
        &self,
        key: &str,
        uid: u32,
        suspension: Suspension,
        version: u64,
    ) -> Result<SealedRow, StoreError> {
        self.seal(key, uid, version, &SuspensionRow::from(suspension))
    }

    /// The suspension in its row.
    pub fn open_suspension(&self, key: &str, stored: &SealedRow) -> Result<Suspension, StoreError> {
        Ok(self.open::<SuspensionRow>(key, stored)?.into())
    }

    /// The row of a ticket.
    pub fn seal_ticket(
        &self,
        key: &str,
        ticket: &Ticket,
        version: u64,
    ) -> Result<SealedRow, StoreError> {
        self.seal(key, NOBODY, version, &TicketRow::from(ticket))
    }

    /// The ticket in its row.
    pub fn open_ticket(&self, key: &str, stored: &SealedRow) -> Result<Ticket, StoreError> {
        Ok(self.open::<TicketRow>(key, stored)?.into())
    }

    fn seal<T: Serialize>(
        &self,
        key: &str,
        uid: u32,
        version: u64,
        inside: &T,
    ) -> Result<SealedRow, StoreError> {
        let failed = || StoreError::DoesNotOpen(key.to_owned());
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::NoRandomness)?;
        let plain = Zeroizing::new(serde_json::to_vec(inside).map_err(|_| failed())?);
        let payload = Payload {
            msg: &plain,
            aad: &associated_data(key, uid, version),
        };
        let text = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| failed())?;
        Ok(SealedRow {
            uid,
            version,
            sealed: [nonce.as_slice(), &text].concat(),
        })
    }

    fn open<T: DeserializeOwned>(&self, key: &str, stored: &SealedRow) -> Result<T, StoreError> {
        let failed = || StoreError::DoesNotOpen(key.to_owned());
        let (nonce, text) = stored
            .sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or_else(failed)?;
        let aad = associated_data(key, stored.uid, stored.version);
        let payload = Payload {
            msg: text,
            aad: &aad,
        };
        let plain = self
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| failed())?;
        serde_json::from_slice(&Zeroizing::new(plain)).map_err(|_| failed())
    }
}

/// Numbers first, at their full width: nothing in the name can shift a boundary.
fn associated_data(key: &str, uid: u32, version: u64) -> Vec<u8> {
    [
        uid.to_be_bytes().as_slice(),
        &version.to_be_bytes(),
        key.as_bytes(),
    ]
    .concat()
}

/// HMAC-SHA256. A key shorter than a block is padded with zeros (RFC 2104 section 2); doing so
/// here leaves no key length that could fail.
fn hash(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::<Sha256>::new((&*block).into())
        .chain_update(text)
        .finalize()
        .into_bytes()
        .into()
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
