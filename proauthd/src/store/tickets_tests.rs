//! Sentences about tickets, and about a record and its ticket that are stored as one.

use std::num::NonZeroU64;

use proauth_core::UnixTime;
use proauth_core::lockout::Lockout;
use proauth_core::recovery::Recovery;
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret};
use proauth_core::{Authenticator, AuthenticatorName, Authenticators};
use tempfile::TempDir;

use super::super::keyring::Lookout;
use super::super::open;
use super::*;

const UID: u32 = 1000;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn open(&self) -> Store {
        let path = |name| self.0.path().join(name);
        open(&path("proauth.db"), Lookout::file(&path("proauthd.key"))).unwrap()
    }
}

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn ticket(hash: u8) -> Ticket {
    Ticket {
        uid: UID,
        hash: [hash; 32],
        until: UnixTime(100),
    }
}

fn alice() -> Record {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let secret = Secret::new(vec![7; 20]).unwrap();
    let main = AuthenticatorName::main();
    Record {
        name: name("alice"),
        uid: UID,
        identity: None,
        authenticators: Authenticators::new(Authenticator::new(
            main,
            secret,
            parameters,
            UnixTime(5),
        )),
        lockout: Lockout::NONE,
        recovery: Recovery::none([5; 16]),
        changes: Vec::new(),
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A store in which alice has a ticket, at its first version.
fn invited(place: &Place) -> Store {
    let store = place.open();
    block_on(store.put_ticket(&name("alice"), &ticket(1), None)).unwrap();
    store
}

fn found(store: &Store) -> (Option<Record>, Option<Ticket>) {
    let record = store.record(&name("alice")).unwrap();
    let ticket = store.ticket(&name("alice")).unwrap();
    (record.map(|it| it.value), ticket.map(|it| it.value))
}

#[test]
fn a_ticket_survives_the_next_start_and_the_next_one_takes_its_place() {
    let place = Place::new();
    drop(invited(&place));
    let store = place.open();
    assert_eq!(found(&store).1, Some(ticket(1)));
    let stale = block_on(store.put_ticket(&name("alice"), &ticket(2), None));
    assert!(matches!(stale, Err(StoreError::Conflict)));
    block_on(store.put_ticket(&name("alice"), &ticket(2), Some(1))).unwrap();
    assert_eq!(found(&store).1, Some(ticket(2)));
    block_on(store.remove_ticket(&name("alice"), 1)).unwrap_err();
    block_on(store.remove_ticket(&name("alice"), 2)).unwrap();
    assert_eq!(found(&store).1, None);
}

#[test]
fn whoever_has_a_ticket_is_not_enrolled_by_that() {
    let place = Place::new();
    let store = invited(&place);
    assert_eq!(store.records().unwrap(), []);
    assert!(!store.is_uid_enrolled(UID).unwrap());
    assert!(!store.is_uid_suspended(UID).unwrap());
    assert!(store.suspended().unwrap().is_empty());
    assert!(store.record(&name("alice")).unwrap().is_none());
}

#[test]
fn a_ticket_is_nobody_elses() {
    let place = Place::new();
    let store = invited(&place);
    assert!(store.ticket(&name("bob")).unwrap().is_none());
    let stolen = store.engine.get("#alice").unwrap();
    let stolen = Swap {
        key: "#bob".to_owned(),
        expect: Expect::Absent,
        put: stolen,
    };
    block_on(store.swap(stolen)).unwrap();
    assert!(store.ticket(&name("bob")).is_err());
}

#[test]
fn a_record_and_its_ticket_are_stored_as_one() {
    let place = Place::new();
    let store = invited(&place);
    block_on(store.put_record_for_ticket(&alice(), None, 1)).unwrap();
    assert_eq!(found(&store), (Some(alice()), None));
}

#[test]
fn a_ticket_that_was_used_meanwhile_leaves_no_record() {
    let place = Place::new();
    let store = invited(&place);
    block_on(store.put_ticket(&name("alice"), &ticket(2), Some(1))).unwrap();
    let refused = block_on(store.put_record_for_ticket(&alice(), None, 1));
    assert!(matches!(refused, Err(StoreError::Conflict)));
    assert_eq!(found(&store), (None, Some(ticket(2))));
    drop(store);
    assert_eq!(found(&place.open()), (None, Some(ticket(2))));
}

#[test]
fn a_record_that_changed_meanwhile_leaves_the_ticket() {
    let place = Place::new();
    let store = invited(&place);
    block_on(store.put_record(&alice(), None)).unwrap();
    let later = Record {
        recovery: Recovery::none([6; 16]),
        ..alice()
    };
    let refused = block_on(store.put_record_for_ticket(&later, None, 1));
    assert!(matches!(refused, Err(StoreError::Conflict)));
    assert_eq!(found(&store), (Some(alice()), Some(ticket(1))));
}

#[test]
fn of_jobs_that_are_done_together_one_that_does_not_hold_hinders_no_other() {
    let place = Place::new();
    let store = invited(&place);
    let sealed = |at: &str| {
        let sealed = store.sealer.seal_bucket(at, &Lockout::NONE, 1).unwrap();
        Swap {
            key: at.to_owned(),
            expect: Expect::Absent,
            put: Some(sealed),
        }
    };
    let jobs = [
        vec![sealed(":1")],
        vec![
            sealed(":2"),
            without_ticket(&name("alice"), 7),
            sealed(":3"),
        ],
        vec![sealed(":4"), without_ticket(&name("alice"), 1)],
        vec![sealed(":1")],
        vec![sealed(":5")],
    ];
    let held = store.engine.commit(&jobs).unwrap();
    assert_eq!(held, [true, false, true, false, true]);
    let mut keys = store.engine.keys_from(':').unwrap();
    keys.sort();
    assert_eq!(keys, [":1", ":4", ":5"]);
    assert_eq!(found(&store).1, None);
}
