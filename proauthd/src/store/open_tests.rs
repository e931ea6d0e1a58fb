//! Sentences about keys and stores that belong together, and those that do not.

use std::fs;
use std::num::NonZeroU64;
use std::os::unix::fs::PermissionsExt;

use proauth_core::identity::Identity;
use proauth_core::lockout::{Lockout, Source};
use proauth_core::recovery::{Emergency, Recovery};
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step};
use proauth_core::{
    AccountName, Authenticator, AuthenticatorName, Authenticators, Change, Changed, Failures,
    Record, UnixTime,
};
use tempfile::TempDir;

use super::*;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn store(&self) -> PathBuf {
        self.0.path().join("store/proauth.db")
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("etc/proauthd.key")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn open(&self) -> Result<Store, OpenError> {
        let (credentials, sealed) = (self.path("credentials"), self.path("sealed"));
        open(
            &self.store(),
            Lookout {
                file: &self.key(),
                credentials: Some(&credentials),
                sealed: Some(&sealed),
            },
        )
    }

    fn init(&self) -> Result<Store, OpenError> {
        let (file, sealed) = (self.key(), self.path("sealed"));
        create(
            &self.store(),
            Lookout {
                file: &file,
                credentials: None,
                sealed: Some(&sealed),
            },
        )
    }

    fn refusal(&self) -> OpenError {
        self.open().map(|_| "opened").unwrap_err()
    }
}

fn authenticator(name: &str) -> Authenticator {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let secret = Secret::new(name.repeat(5).into_bytes()).unwrap();
    let name = AuthenticatorName::parse(name).unwrap();
    Authenticator {
        last_step: Step(41),
        clock_offset: -3,
        drift: -1,
        last_offset: -1,
        ..Authenticator::new(name, secret, parameters, UnixTime(5))
    }
}

fn alice() -> Record {
    Record {
        name: AccountName::parse("alice").unwrap(),
        uid: 1000,
        identity: Some(Identity {
            issuer: "https://issuer.example".to_owned(),
            subject: "8".to_owned(),
            user: "alice@example.com".to_owned(),
        }),
        authenticators: Authenticators::new(authenticator("main"))
            .with(authenticator("tablet"))
            .unwrap(),
        lockout: Lockout {
            elsewhere: Failures {
                count: 2,
                last: UnixTime(9),
            },
            ..Lockout::NONE.after_success(&Source::of_login("::1", ""), UnixTime(7))
        },
        recovery: Recovery {
            codes: vec![[3; 16]],
            emergency: Some(Emergency {
                hash: [4; 16],
                from: UnixTime(6),
                until: UnixTime(8),
            }),
            ..Recovery::none([5; 16])
        },
        changes: vec![Changed {
            change: Change::AuthenticatorAdded,
            at: UnixTime(5),
        }],
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

#[test]
fn the_first_start_makes_both_and_a_record_survives_the_next_one() {
    let place = Place::new();
    let store = place.open().unwrap();
    block_on(store.put_record(&alice(), None)).unwrap();
    drop(store);
    let found = place
        .open()
        .unwrap()
        .record(&alice().name)
        .unwrap()
        .unwrap();
    assert_eq!((found.value, found.version), (alice(), Some(1)));
    assert_eq!(
        fs::metadata(place.key()).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_store_without_its_key_is_refused_and_no_fresh_key_is_made() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::remove_file(place.key()).unwrap();
    assert!(matches!(place.refusal(), OpenError::NoKey { .. }));
    assert!(!place.key().exists());
}

#[test]
fn a_store_with_another_key_is_refused() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::write(place.key(), [1; 32]).unwrap();
    assert!(matches!(place.refusal(), OpenError::WrongKey(_)));
}

#[test]
fn a_key_without_its_store_is_refused_until_init() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::remove_dir_all(place.store().parent().unwrap()).unwrap();
    assert!(matches!(place.refusal(), OpenError::NoStore(_)));
    drop(place.init().unwrap());
    place.open().unwrap();
}

#[test]
fn init_leaves_a_store_that_is_there_alone() {
    let place = Place::new();
    let store = place.open().unwrap();
    block_on(store.put_record(&alice(), None)).unwrap();
    drop(store);
    let refused = place.init().map(|_| "made").unwrap_err();
    assert!(matches!(refused, OpenError::AlreadyThere(_)));
    assert!(
        place
            .open()
            .unwrap()
            .record(&alice().name)
            .unwrap()
            .is_some()
    );
}

#[test]
fn init_without_a_key_makes_nothing() {
    let place = Place::new();
    let refused = place.init().map(|_| "made").unwrap_err();
    assert!(matches!(refused, OpenError::NoKeyToInit(_)));
    assert!(!place.store().exists() && !place.key().exists());
}

#[test]
fn a_store_cut_to_nothing_is_a_lost_store() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::write(place.store(), b"").unwrap();
    assert!(matches!(place.refusal(), OpenError::NoStore(_)));
}

#[test]
fn a_store_cut_in_the_middle_is_refused() {
    let place = Place::new();
    let store = place.open().unwrap();
    block_on(store.put_record(&alice(), None)).unwrap();
    drop(store);
    let bytes = fs::read(place.store()).unwrap();
    fs::write(place.store(), &bytes[..bytes.len() / 2]).unwrap();
    place.refusal();
}

#[test]
fn a_store_of_a_newer_program_is_refused() {
    let place = Place::new();
    drop(place.open().unwrap());
    let connection = rusqlite::Connection::open(place.store()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(
        place.refusal(),
        OpenError::Newer { found: 99, .. }
    ));
}

#[test]
fn a_first_start_that_ended_before_its_key_goes_on() {
    let place = Place::new();
    drop(create_engine(&place.store()).unwrap());
    place.open().unwrap();
}

#[test]
fn a_first_start_that_ended_while_it_wrote_the_key_goes_on() {
    let place = Place::new();
    drop(create_engine(&place.store()).unwrap());
    fs::create_dir_all(place.key().parent().unwrap()).unwrap();
    fs::write(place.key().with_extension("new"), [1; 7]).unwrap();
    place.open().unwrap();
    assert_eq!(
        fs::read_dir(place.key().parent().unwrap()).unwrap().count(),
        1
    );
}

#[test]
fn a_first_start_that_ended_before_the_mark_goes_on() {
    let place = Place::new();
    drop(create_engine(&place.store()).unwrap());
    MasterKey::make(&place.key()).unwrap();
    place.open().unwrap();
}

#[test]
fn a_key_that_others_can_read_or_of_another_length_is_refused() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::set_permissions(place.key(), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(
        place.refusal(),
        OpenError::Key(KeyError::Exposed(_))
    ));
    fs::set_permissions(place.key(), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(place.key(), [1; 31]).unwrap();
    assert!(matches!(
        place.refusal(),
        OpenError::Key(KeyError::Length(_))
    ));
}

#[test]
fn a_key_among_the_credentials_wins() {
    let place = Place::new();
    drop(place.open().unwrap());
    let credentials = place.path("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::rename(place.key(), credentials.join("proauthd.key")).unwrap();
    fs::write(place.key(), [1; 32]).unwrap();
    place.open().unwrap();
}

#[test]
fn a_sealed_key_that_was_not_handed_over_is_a_key_and_none_is_made_beside_it() {
    for name in ["proauthd.key", "proauthd.key.next"] {
        let place = Place::new();
        fs::create_dir(place.path("sealed")).unwrap();
        fs::write(place.path("sealed").join(name), "sealed").unwrap();
        let refused = [place.refusal(), place.init().map(|_| "made").unwrap_err()];
        for error in refused {
            assert!(
                matches!(&error, OpenError::Key(KeyError::NotHandedOver(path)) if path.ends_with(name)),
                "{error}"
            );
        }
        assert!(!place.key().exists() && !place.store().exists());
    }
}

#[test]
fn a_sealed_key_that_was_handed_over_or_is_not_needed_is_no_hindrance() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::create_dir(place.path("sealed")).unwrap();
    fs::write(place.path("sealed/proauthd.key"), "sealed").unwrap();
    drop(place.open().unwrap());
    fs::create_dir(place.path("credentials")).unwrap();
    fs::rename(place.key(), place.path("credentials/proauthd.key")).unwrap();
    drop(place.open().unwrap());
    fs::remove_dir_all(place.path("credentials")).unwrap();
    let error = place.refusal();
    assert!(
        matches!(error, OpenError::Key(KeyError::NotHandedOver(_))),
        "{error}"
    );
}

#[test]
fn a_write_over_a_row_that_changed_is_refused() {
    let place = Place::new();
    let store = place.open().unwrap();
    block_on(store.put_record(&alice(), None)).unwrap();
    for stale in [None, Some(7)] {
        let refused = block_on(store.put_record(&alice(), stale)).unwrap_err();
        assert!(matches!(refused, StoreError::Conflict));
    }
    block_on(store.put_record(&alice(), Some(1))).unwrap();
    block_on(store.remove_record(&alice().name, 1)).unwrap_err();
    block_on(store.remove_record(&alice().name, 2)).unwrap();
    assert!(store.record(&alice().name).unwrap().is_none());
}

#[test]
fn a_store_that_was_removed_under_the_daemon_takes_nothing() {
    let place = Place::new();
    let store = place.open().unwrap();
    fs::remove_file(place.store()).unwrap();
    let refused = block_on(store.put_record(&alice(), None)).unwrap_err();
    assert!(matches!(refused, StoreError::NotStored), "{refused}");
}
