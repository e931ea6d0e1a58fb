//! Sentences about rows that were moved, put back or touched.

use std::num::NonZeroU64;

use proauth_core::identity::Identity;
use proauth_core::recovery::{CODES, Recovery};
use proauth_core::totp::{Algorithm, Digits, Parameters, SECRET_LEN, Secret, Step};
use proauth_core::{Authenticator, AuthenticatorName, Authenticators, Change, Failures, UnixTime};

use super::*;

fn sealer() -> Sealer {
    let folder = tempfile::TempDir::new().unwrap();
    Sealer::new(&MasterKey::make(&folder.path().join("key")).unwrap(), None).unwrap()
}

fn lockout() -> Lockout {
    Lockout {
        elsewhere: Failures {
            count: 3,
            last: UnixTime(77),
        },
        ..Lockout::NONE
    }
}

#[test]
fn a_row_opens_to_what_was_sealed() {
    let sealer = sealer();
    let row = sealer.seal_bucket(":1", &lockout(), 4).unwrap();
    assert_eq!(sealer.open_bucket(":1", &row).unwrap(), lockout());
}

#[test]
fn a_row_under_another_key_uid_or_version_does_not_open() {
    let sealer = sealer();
    let row = sealer.seal_bucket(":1", &lockout(), 4).unwrap();
    let moved = [
        (":2", row.clone()),
        (
            ":1",
            SealedRow {
                uid: 1,
                ..row.clone()
            },
        ),
        (
            ":1",
            SealedRow {
                version: 5,
                ..row.clone()
            },
        ),
    ];
    for (key, row) in moved {
        assert!(sealer.open_bucket(key, &row).is_err(), "{key} {row:?}");
    }
}

#[test]
fn a_row_with_any_bit_turned_or_cut_off_does_not_open() {
    let sealer = sealer();
    let row = sealer.seal_bucket(":1", &lockout(), 4).unwrap();
    for at in 0..row.sealed.len() {
        let mut turned = row.clone();
        turned.sealed[at] ^= 1;
        assert!(sealer.open_bucket(":1", &turned).is_err());
        let cut = SealedRow {
            sealed: row.sealed[..at].to_vec(),
            ..row.clone()
        };
        assert!(sealer.open_bucket(":1", &cut).is_err());
    }
}

#[test]
fn a_row_does_not_open_with_another_master_key() {
    let row = sealer().seal_bucket(":1", &lockout(), 4).unwrap();
    assert!(sealer().open_bucket(":1", &row).is_err());
}

#[test]
fn the_decoy_is_as_long_as_the_record_of_somebody_who_has_just_enrolled() {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let secret = Secret::new(vec![200; SECRET_LEN]).unwrap();
    let (main, now) = (AuthenticatorName::main(), UnixTime(1_800_000_000));
    let authenticator = Authenticator {
        last_step: Step(now.0 / 30),
        ..Authenticator::new(main, secret, parameters, now)
    };
    let record = Record {
        name: AccountName::parse("alice").unwrap(),
        uid: 1000,
        identity: Some(Identity {
            issuer: "https://accounts.google.com".to_owned(),
            subject: "112233445566778899001".to_owned(),
            user: "alice@example.com".to_owned(),
        }),
        authenticators: Authenticators::new(authenticator),
        lockout: Lockout::NONE,
        recovery: Recovery {
            codes: vec![[85; 16]; CODES],
            ..Recovery::none([85; 16])
        },
        changes: Vec::new(),
    };
    let record = record.with_change(Change::Enrolled, now);
    let fresh = sealer().seal_record(&record, 1).unwrap();
    let decoy = sealer().keys().decoy.clone();
    let apart = fresh.sealed.len().abs_diff(decoy.sealed.len());
    assert!(apart < 8, "{apart} bytes");
}

#[test]
fn the_hash_is_hmac_sha256() {
    // RFC 4231 section 4.3 has a key of four bytes; ours have 32, so it is padded as HMAC would.
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let found = hash(&key, b"what do ya want for nothing?");
    let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found, expected);
}
