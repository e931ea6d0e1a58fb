//! The memory-hard hash of recovery codes.
//!
//! It costs memory and time on purpose. One at a time, in memory that is kept for it, few that
//! wait, and none of them with a user's turn: whoever floods us with such codes starves nobody
//! but others who have lost their phones.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use proauth_core::recovery::{HASH_LEN, Hash, SALT_LEN};
use proauth_interface::Error;
use tokio::sync::{Mutex, Semaphore};
use zeroize::Zeroizing;

use crate::messages;

/// Hashes at a time.
pub const HASHES: usize = 1;

/// Hashes that may wait for their turn.
const MAX_WAITING: usize = 32;

/// Hashes that may wait for callers other than root, besides: a flood of theirs keeps nobody from
/// logging in with a recovery code, nor the help desk from making an emergency code.
const MAX_WAITING_FOR_OTHERS: usize = 4;

/// Memory in KiB, passes and lanes of Argon2id (RFC 9106). Less than passwords need: a code is 60
/// random bits, and 2^59 of these hashes are out of reach at any of its costs.
const COST: (u32, u32, u32) = (8 * 1024, 1, 1);

/// The way to the hash.
pub struct Hasher {
    /// Whoever holds it may hash. One piece for all: given back to the allocator each time, it
    /// would stay behind in the arena of every thread that ever hashed.
    memory: Arc<Mutex<Vec<Block>>>,
    places: Semaphore,
    places_for_others: Semaphore,
}

impl Hasher {
    /// Nothing is hashed yet.
    pub fn new() -> Self {
        Self {
            memory: Arc::new(Mutex::new(Vec::new())),
            places: Semaphore::new(HASHES + MAX_WAITING),
            places_for_others: Semaphore::new(MAX_WAITING_FOR_OTHERS),
        }
    }

    /// The hash of a code's `letters`, for `caller`.
    ///
    /// # Errors
    /// If too many wait already, or it cannot be computed.
    pub async fn hash(
        &self,
        caller: u32,
        letters: &str,
        salt: &[u8; SALT_LEN],
    ) -> Result<Hash, Error> {
        let places = if caller == 0 {
            &self.places
        } else {
            &self.places_for_others
        };
        let _place = places
            .try_acquire()
            .map_err(|_| messages::too_many_hashes())?;
        let mut memory = Arc::clone(&self.memory).lock_owned().await;
        let (letters, salt) = (Zeroizing::new(letters.to_owned()), *salt);
        let hashed = tokio::task::spawn_blocking(move || {
            let hash = memory_hard(letters.as_bytes(), &salt, &mut memory);
            memory.fill(Block::new());
            hash
        });
        let hash = hashed.await.ok().and_then(Result::ok);
        hash.ok_or_else(messages::hash_failed)
    }
}

fn memory_hard(
    letters: &[u8],
    salt: &[u8; SALT_LEN],
    memory: &mut Vec<Block>,
) -> argon2::Result<Hash> {
    let (kibibytes, passes, lanes) = COST;
    let parameters = Params::new(kibibytes, passes, lanes, Some(HASH_LEN))?;
    memory.resize(parameters.block_count(), Block::new());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let mut hash = [0; HASH_LEN];
    argon2.hash_password_into_with_memory(letters, salt, &mut hash, memory)?;
    Ok(hash)
}
