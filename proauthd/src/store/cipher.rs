//! The key of rows, made from a master key: XChaCha20-Poly1305 over a whole row, bound to its
//! name, uid and version.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::StoreError;
use super::engine::SealedRow;
use super::key::MasterKey;

const NONCE_LEN: usize = 24;

/// What seals and opens rows.
pub struct RowKey {
    cipher: XChaCha20Poly1305,
    mark: [u8; 32],
}

impl RowKey {
    /// That of `master`.
    pub fn of(master: &MasterKey) -> Self {
        let seal_key = Zeroizing::new(hash(master.as_bytes(), b"proauth seal v1"));
        Self {
            cipher: XChaCha20Poly1305::new((&*seal_key).into()),
            mark: mark_of(master),
        }
    }

    /// What a store keeps to recognise its key; tells nothing of the key.
    pub const fn mark(&self) -> &[u8; 32] {
        &self.mark
    }

    /// The row of `key` with `plain` in it.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn seal(
        &self,
        key: &str,
        uid: u32,
        version: u64,
        plain: &[u8],
    ) -> Result<SealedRow, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::NoRandomness)?;
        let payload = Payload {
            msg: plain,
            aad: &associated_data(key, uid, version),
        };
        let text = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| StoreError::DoesNotOpen(key.to_owned()))?;
        Ok(SealedRow {
            uid,
            version,
            sealed: [nonce.as_slice(), &text].concat(),
        })
    }

    /// What is in the row of `key`; `None` if it is not sealed with this key, or not as it was.
    pub fn open(&self, key: &str, stored: &SealedRow) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = stored.sealed.split_first_chunk::<NONCE_LEN>()?;
        let aad = associated_data(key, stored.uid, stored.version);
        let payload = Payload {
            msg: text,
            aad: &aad,
        };
        let plain = self.cipher.decrypt(&XNonce::from(*nonce), payload);
        plain.ok().map(Zeroizing::new)
    }
}

/// The mark of `master`.
pub fn mark_of(master: &MasterKey) -> [u8; 32] {
    hash(master.as_bytes(), b"proauth key mark v1")
}

/// The key that sorts names into buckets, of a store whose first key is `master`.
pub fn bucket_key_of(master: &MasterKey) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(hash(master.as_bytes(), b"proauth bucket v1"))
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
pub fn hash(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
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
