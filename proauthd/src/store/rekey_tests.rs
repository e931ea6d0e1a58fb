//! Sentences about a rekey that is cut off anywhere, and about what is written meanwhile.

use std::fs;
use std::path::PathBuf;

use proauth_core::lockout::Lockout;
use proauth_core::ticket::Ticket;
use proauth_core::{AccountName, Failures, Suspension, UnixTime};
use tempfile::TempDir;

use super::super::keyring::{Lookout, next_to};
use super::super::{OpenError, open};
use super::*;

/// More than two batches.
const BUCKETS: u16 = 70;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn key(&self) -> PathBuf {
        self.path("proauthd.key")
    }

    fn try_open(&self) -> Result<Store, OpenError> {
        let credentials = self.path("credentials");
        let keys = Lookout {
            file: &self.key(),
            credentials: Some(&credentials),
            sealed: None,
        };
        open(&self.path("proauth.db"), keys)
    }

    fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    /// A store with rows of each kind.
    fn filled(&self) -> Store {
        fs::create_dir(self.path("credentials")).unwrap();
        let store = self.open();
        let job = |bucket| {
            let key = format!(":{bucket}");
            let put = store.sealer.seal_bucket(&key, &counted(bucket), 1).unwrap();
            let (expect, put) = (Expect::Absent, Some(put));
            vec![Swap { key, expect, put }]
        };
        let held = block_on(store.writer.commit_each((0..BUCKETS).map(job).collect()));
        assert!(held.unwrap().iter().all(|held| *held));
        let suspension = Suspension {
            since: UnixTime(3),
            by: 0,
        };
        block_on(store.put_suspension(&alice(), 1000, suspension)).unwrap();
        block_on(store.put_ticket(&alice(), &ticket(1), None)).unwrap();
        store
    }

    /// Where the end of a rekey moves the next key.
    fn move_key(&self) {
        fs::rename(next_to(&self.key()), self.key()).unwrap();
    }
}

fn alice() -> AccountName {
    AccountName::parse("alice").unwrap()
}

fn ticket(hash: u8) -> Ticket {
    Ticket {
        uid: 1000,
        hash: [hash; 32],
        until: UnixTime(100),
    }
}

fn counted(bucket: u16) -> Lockout {
    Lockout {
        elsewhere: Failures {
            count: u32::from(bucket),
            last: UnixTime(9),
        },
        ..Lockout::NONE
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A new key at the place of the next one, and the store begun to be put under it.
fn begin(place: &Place, store: &Store) -> MasterKey {
    let key = MasterKey::new_random().unwrap();
    key.write(&next_to(&place.key())).unwrap();
    store.begin_rekey(&key).unwrap();
    key
}

/// One pass; gives how many rows were under the old key.
fn reseal_all(store: &Store) -> u64 {
    let (mut at, mut resealed) = (String::new(), 0);
    loop {
        let batch = block_on(store.reseal_after(&at)).unwrap();
        assert!(batch.broken.is_empty(), "{batch:?}");
        resealed += batch.resealed;
        match batch.last {
            Some(last) => at = last,
            None => return resealed,
        }
    }
}

fn assert_all_there(store: &Store) {
    for bucket in 0..BUCKETS {
        assert_eq!(store.bucket(bucket).unwrap().value, counted(bucket));
    }
    assert!(store.suspension(&alice()).unwrap().value.is_some());
    assert_eq!(store.ticket(&alice()).unwrap().unwrap().value, ticket(1));
}

fn buckets_of_names(store: &Store) -> Vec<u16> {
    let names = ["alice", "bob", "nobody", "", "ALICE"];
    names.map(|name| store.bucket_of(name)).to_vec()
}

/// What a rekey consists of, as the daemon and the command do it; `upto` of it is done.
fn rekey_upto(place: &Place, store: &Store, upto: usize) {
    let key = MasterKey::new_random().unwrap();
    let steps: [&dyn Fn(); 8] = [
        &|| fs::write(place.path("proauthd.new"), [1; 7]).unwrap(),
        &|| key.write(&next_to(&place.key())).unwrap(),
        &|| store.begin_rekey(&key).unwrap(),
        &|| drop(block_on(store.reseal_after("")).unwrap()),
        &|| assert!(reseal_all(store) > 0),
        &|| assert_eq!(reseal_all(store), 0),
        &|| store.end_rekey().unwrap(),
        &|| place.move_key(),
    ];
    for step in &steps[..upto] {
        step();
    }
}

#[test]
fn a_rekey_cut_off_after_any_step_is_finished_by_the_next_daemon() {
    for upto in 0..=8 {
        let place = Place::new();
        let store = place.filled();
        let names = buckets_of_names(&store);
        rekey_upto(&place, &store, upto);
        assert_all_there(&store);
        assert_eq!(buckets_of_names(&store), names, "{upto}");
        drop(store);
        let store = place.open();
        assert_all_there(&store);
        assert_eq!(buckets_of_names(&store), names, "{upto}");
        let is_half_done = store.marks().unwrap().1.is_some();
        assert_eq!(is_half_done, (3..7).contains(&upto), "{upto}");
        if is_half_done {
            reseal_all(&store);
            assert_eq!(reseal_all(&store), 0);
            store.end_rekey().unwrap();
            place.move_key();
        }
        drop(store);
        let store = place.open();
        assert_all_there(&store);
        assert_eq!(buckets_of_names(&store), names, "{upto}");
    }
}

#[test]
fn a_second_rekey_keeps_the_buckets_of_names_too() {
    let place = Place::new();
    let mut store = place.filled();
    let names = buckets_of_names(&store);
    for _ in 0..2 {
        rekey_upto(&place, &store, 8);
        drop(store);
        store = place.open();
        assert_all_there(&store);
        assert_eq!(buckets_of_names(&store), names);
    }
}

#[test]
fn nothing_that_was_sealed_with_the_old_key_is_left() {
    let place = Place::new();
    let store = place.filled();
    let old = MasterKey::read(&place.key()).unwrap().unwrap();
    let sealed_before = store.engine.rows_after("", 1000).unwrap();
    rekey_upto(&place, &store, 8);
    let files = ["proauth.db", "proauth.db-wal"].map(|name| fs::read(place.path(name)).unwrap());
    for (key, row) in &sealed_before {
        let is_in = |bytes: &Vec<u8>| bytes.windows(40).any(|part| part == &row.sealed[..40]);
        assert!(!files.iter().any(is_in), "{key} is still on the disk");
    }
    drop(store);
    fs::remove_file(place.key()).unwrap();
    old.write(&place.key()).unwrap();
    assert!(matches!(place.try_open(), Err(OpenError::WrongKey(_))));
}

#[test]
fn who_read_a_row_before_it_was_resealed_can_write_it_afterwards() {
    let place = Place::new();
    let store = place.filled();
    let read = store.bucket(1).unwrap();
    let invited = store.ticket(&alice()).unwrap().unwrap();
    begin(&place, &store);
    reseal_all(&store);
    block_on(store.put_bucket(1, &counted(77), read.version)).unwrap();
    assert_eq!(store.bucket(1).unwrap().value, counted(77));
    block_on(store.remove_ticket(&alice(), invited.version.unwrap())).unwrap();
}

#[test]
fn what_waits_under_the_old_key_to_be_written_is_found_by_the_pass() {
    let place = Place::new();
    fs::create_dir(place.path("credentials")).unwrap();
    let store = place.open();
    let put = store.sealer.seal_bucket(":1", &counted(7), 1).unwrap();
    let (key, expect) = (":1".to_owned(), Expect::Absent);
    let late = store.swap(Swap {
        key,
        expect,
        put: Some(put),
    });
    begin(&place, &store);
    // The writer waits for this, whatever it has been given.
    let other = rusqlite::Connection::open(place.path("proauth.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (stored, pass, ()) = block_on(async {
        tokio::join!(late, store.reseal_after(""), async {
            other.execute_batch("ROLLBACK").unwrap();
        })
    });
    stored.unwrap();
    assert_eq!(pass.unwrap().resealed, 1);
}

#[test]
fn what_is_written_while_a_row_is_resealed_stays() {
    let place = Place::new();
    let store = place.filled();
    begin(&place, &store);
    let row = store.engine.get(":1").unwrap().unwrap();
    let Resealed::Now(resealed) = store.sealer.reseal(":1", &row).unwrap() else {
        panic!("it was under the old key");
    };
    let read = store.bucket(1).unwrap();
    block_on(store.put_bucket(1, &counted(77), read.version)).unwrap();
    let late = Swap {
        key: ":1".to_owned(),
        expect: Expect::Row(row),
        put: Some(resealed),
    };
    let late = block_on(store.swap(late));
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert_eq!(store.bucket(1).unwrap().value, counted(77));
}

#[test]
fn a_row_removed_and_made_anew_is_not_taken_for_the_old_one() {
    let place = Place::new();
    let store = place.filled();
    begin(&place, &store);
    let row = store.engine.get("#alice").unwrap().unwrap();
    let Resealed::Now(resealed) = store.sealer.reseal("#alice", &row).unwrap() else {
        panic!("it was under the old key");
    };
    block_on(store.remove_ticket(&alice(), 1)).unwrap();
    block_on(store.put_ticket(&alice(), &ticket(2), None)).unwrap();
    let late = Swap {
        key: "#alice".to_owned(),
        expect: Expect::Row(row),
        put: Some(resealed),
    };
    assert!(block_on(store.swap(late)).is_err());
    assert_eq!(store.ticket(&alice()).unwrap().unwrap().value, ticket(2));
}

#[test]
fn a_key_that_fits_nothing_is_not_used_wherever_it_is() {
    let place = Place::new();
    drop(place.filled());
    let stranger = MasterKey::new_random().unwrap();
    let credential = place.path("credentials/proauthd.key");
    for path in [next_to(&place.key()), next_to(&credential), credential] {
        stranger.write(&path).unwrap();
    }
    // Nor does one that is damaged or open to others stand in the way of the right one.
    fs::write(next_to(&place.key()), [1; 31]).unwrap();
    assert_all_there(&place.open());
}

#[test]
fn the_key_is_found_in_any_of_its_places() {
    let place = Place::new();
    drop(place.filled());
    let credential = place.path("credentials/proauthd.key");
    let mut from = place.key();
    for to in [
        next_to(&place.key()),
        credential.clone(),
        next_to(&credential),
    ] {
        fs::rename(&from, &to).unwrap();
        assert_all_there(&place.open());
        from = to;
    }
}

#[test]
fn without_one_of_the_two_keys_the_daemon_says_which_and_does_not_start() {
    for (which, other) in [("old", "new"), ("new", "old")] {
        let place = Place::new();
        let store = place.filled();
        begin(&place, &store);
        drop(store);
        let (old, new) = (place.key(), next_to(&place.key()));
        let lost = if which == "old" { &old } else { &new };
        let aside = place.path("aside");
        fs::rename(lost, &aside).unwrap();
        let said = place.try_open().map(|_| "opened").unwrap_err().to_string();
        assert!(
            said.contains(&format!("the {which} one is not there")),
            "{said}"
        );
        assert!(!said.contains(&format!("the {other} one")), "{said}");
        fs::rename(&aside, lost).unwrap();
        assert_all_there(&place.open());
    }
}

#[test]
fn a_row_that_opens_with_neither_key_is_named_and_left_as_it_is() {
    let place = Place::new();
    let store = place.filled();
    begin(&place, &store);
    let row = store.engine.get(":1").unwrap().unwrap();
    let mut damaged = row.clone();
    damaged.sealed[30] ^= 1;
    let damage = Swap {
        key: ":1".to_owned(),
        expect: Expect::Row(row),
        put: Some(damaged.clone()),
    };
    block_on(store.swap(damage)).unwrap();
    let first = block_on(store.reseal_after("")).unwrap();
    assert_eq!(first.broken, [":1"]);
    assert_eq!(store.engine.get(":1").unwrap(), Some(damaged));
    assert!(store.bucket(1).is_err());
}

#[test]
fn a_backup_that_is_being_made_holds_up_the_end_and_no_login() {
    let place = Place::new();
    let store = place.filled();
    begin(&place, &store);
    let backup = rusqlite::Connection::open(place.path("proauth.db")).unwrap();
    backup
        .execute_batch("BEGIN; SELECT count(*) FROM rows;")
        .unwrap();
    reseal_all(&store);
    let asked = tokio::time::Instant::now();
    assert!(matches!(store.end_rekey(), Err(StoreError::Read)));
    assert!(asked.elapsed().as_secs() < 2, "{:?}", asked.elapsed());
    assert_all_there(&store);
    assert!(store.marks().unwrap().1.is_some());
    drop(backup);
    store.end_rekey().unwrap();
    assert_all_there(&store);
}

#[test]
fn a_rekey_begins_once_and_with_another_key() {
    let place = Place::new();
    let store = place.filled();
    let old = MasterKey::read(&place.key()).unwrap().unwrap();
    assert!(matches!(store.begin_rekey(&old), Err(RekeyError::SameKey)));
    begin(&place, &store);
    let another = MasterKey::new_random().unwrap();
    let refused = store.begin_rekey(&another);
    assert!(matches!(refused, Err(RekeyError::UnderWay)));
    assert_all_there(&store);
}

#[test]
fn a_store_of_the_version_before_is_brought_up_to_date_with_its_key() {
    let place = Place::new();
    drop(place.filled());
    let old_tables = "
        CREATE TABLE key_mark (
            id INTEGER PRIMARY KEY CHECK (id = 1), mark BLOB NOT NULL
        ) STRICT;
        INSERT INTO key_mark SELECT 1, mark FROM keys;
        DROP TABLE keys;
        PRAGMA user_version = 1;";
    let database = rusqlite::Connection::open(place.path("proauth.db")).unwrap();
    database.execute_batch(old_tables).unwrap();
    drop(database);
    fs::rename(place.key(), place.path("aside")).unwrap();
    MasterKey::make(&place.key()).unwrap();
    assert!(matches!(place.try_open(), Err(OpenError::WrongKey(_))));
    fs::rename(place.path("aside"), place.key()).unwrap();
    assert_all_there(&place.open());
}
