//! How much one connection may ask at a time. The bus bounds the connections of a user, but not
//! the messages of a connection, and each question costs the daemon one of its own to the bus.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Questions of one connection under way at a time. Modules and commands have one.
const PLACES: usize = 4;

static INSIDE: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// The right to be answered, until it is dropped.
#[derive(Debug)]
pub struct Place {
    sender: String,
}

/// Lets `sender` in; `None` where it has all its places taken.
pub fn enter(sender: &str) -> Option<Place> {
    let mut inside = lock();
    let taken = inside.entry(sender.to_owned()).or_insert(0);
    if *taken >= PLACES {
        return None;
    }
    *taken += 1;
    Some(Place {
        sender: sender.to_owned(),
    })
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = lock();
        if let Some(taken) = inside.get_mut(&self.sender) {
            *taken -= 1;
            if *taken == 0 {
                inside.remove(&self.sender);
            }
        }
    }
}

fn lock() -> MutexGuard<'static, HashMap<String, usize>> {
    INSIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_has_four_places_and_gets_them_back() {
        let places: Vec<_> = (0..PLACES).map(|_| enter(":1.7").unwrap()).collect();
        assert!(enter(":1.7").is_none());
        assert!(enter(":1.8").is_some(), "others have their own");
        drop(places);
        assert!(enter(":1.7").is_some());
        assert!(
            !lock().contains_key(":1.7"),
            "nothing is kept of who has gone"
        );
    }
}
