//! Sentences about places: who has one, for how long, and who waits for the end of it.

use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use proauth_core::totp::{Algorithm, Digits, Parameters, Secret};

use super::*;

const HERE: &str = ":1.1";
const THERE: &str = ":1.2";

fn name(user: &str) -> AccountName {
    AccountName::parse(user).unwrap()
}

fn terms(caller: u32) -> Terms {
    Terms {
        caller,
        origin: String::new(),
        ticket: None,
    }
}

/// `connection` of alice's begins, for `user`.
fn reserve(all: &Enrollments, user: &str, connection: &str) -> Result<Place, Error> {
    all.reserve(&name(user), connection, false, terms(1000))
}

/// alice begins to sign in, and leaves it at that.
fn begin(all: &Enrollments, user: &str) -> Result<(), Error> {
    all.reserve(&name(user), HERE, true, terms(1000)).map(drop)
}

/// A secret that was handed out.
fn secret(user: &str) -> Stage {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let secret = Secret::new(vec![7; 20]).unwrap();
    let now = clock::now();
    let user = name(user);
    let pending = Pending::start(user, 1000, Purpose::New, None, secret, parameters, now);
    Stage::Secret(Box::new(pending))
}

/// `connection` has the secret of `user`.
fn hold(all: &Enrollments, user: &str, connection: &str) {
    let place = reserve(all, user, connection).unwrap();
    place.keep(secret(user)).unwrap();
}

/// Whether `future` is done by now.
fn is_done(future: Pin<&mut impl Future<Output = ()>>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
}

#[test]
fn an_account_has_one_place_while_somebody_begins_and_when_the_secret_is_out() {
    let all = Enrollments::default();
    let place = reserve(&all, "alice", HERE).unwrap();
    for connection in [HERE, THERE] {
        let refused = reserve(&all, "alice", connection).map(drop);
        assert!(matches!(refused, Err(Error::UnderWay(_))), "{connection}");
    }
    place.keep(secret("alice")).unwrap();
    let refused = reserve(&all, "alice", THERE).map(drop);
    assert!(matches!(refused, Err(Error::UnderWay(_))));
    reserve(&all, "bob", THERE).unwrap();
}

#[test]
fn a_place_that_was_not_kept_is_free_and_so_is_ones_own_on_the_same_connection() {
    let all = Enrollments::default();
    drop(reserve(&all, "alice", HERE).unwrap());
    assert!(!all.has_any_of(HERE));
    hold(&all, "alice", THERE);
    hold(&all, "alice", THERE);
    assert!(all.end(THERE, &name("alice")));
    hold(&all, "alice", HERE);
}

#[test]
fn root_takes_the_place_of_others_and_nobody_that_of_root() {
    let all = Enrollments::default();
    let of_alice = reserve(&all, "alice", HERE).unwrap();
    let user = name("alice");
    let of_root = all.reserve(&user, THERE, false, terms(0)).unwrap();
    let refused = reserve(&all, "alice", HERE).map(drop);
    assert!(matches!(refused, Err(Error::UnderWay(_))));
    let another_root = all.reserve(&user, ":1.3", false, terms(0)).map(drop);
    assert!(matches!(another_root, Err(Error::UnderWay(_))));

    assert_eq!(of_alice.keep(secret("alice")), None);
    assert!(!all.has_any_of(HERE));
    of_root.keep(secret("alice")).unwrap();
    assert!(all.has_any_of(THERE));
}

#[test]
fn what_was_displaced_and_is_dropped_leaves_the_place_to_who_has_it_now() {
    let all = Enrollments::default();
    let of_alice = reserve(&all, "alice", HERE).unwrap();
    let _of_root = all.reserve(&name("alice"), THERE, false, terms(0)).unwrap();
    drop(of_alice);
    assert!(all.has_any_of(THERE));
}

#[test]
fn a_place_that_was_ended_meanwhile_is_not_kept() {
    let ends: [fn(&Enrollments); 3] = [
        |all| all.end_of(&name("alice")),
        |all| assert!(all.end(HERE, &name("alice"))),
        |all| assert_eq!(all.end_all_of(HERE), [name("alice")]),
    ];
    for end in ends {
        let all = Enrollments::default();
        let place = reserve(&all, "alice", HERE).unwrap();
        end(&all);
        assert_eq!(place.keep(secret("alice")), None);
        assert!(!all.has_any_of(HERE));
        assert!(all.take_secret(HERE, &name("alice")).is_none());
    }
}

#[test]
fn what_one_connection_started_another_neither_ends_nor_takes() {
    let all = Enrollments::default();
    hold(&all, "alice", HERE);
    assert!(!all.end(THERE, &name("alice")));
    assert!(all.end_all_of(THERE).is_empty());
    assert!(all.take_secret(THERE, &name("alice")).is_none());
    assert!(all.take_secret(HERE, &name("alice")).is_some());
}

#[test]
fn thirty_sign_ins_are_begun_for_an_account_within_ten_minutes_and_no_more() {
    let all = Enrollments::default();
    for number in 1..=30 {
        assert!(begin(&all, "alice").is_ok(), "{number}");
    }
    for _ in 0..2 {
        assert!(matches!(begin(&all, "alice"), Err(Error::Unavailable(_))));
    }
    // Others can, and she can without signing in.
    begin(&all, "bob").unwrap();
    drop(reserve(&all, "alice", HERE).unwrap());

    let began = |ago: u64| {
        let since = UnixTime(clock::now().0 - ago);
        let mut table = all.lock();
        table.begun.get_mut(&name("alice")).unwrap().1 = since;
    };
    began(9 * 60);
    assert!(matches!(begin(&all, "alice"), Err(Error::Unavailable(_))));
    began(10 * 60);
    begin(&all, "alice").unwrap();
}

#[test]
fn sixteen_sign_in_at_a_time_and_others_enroll_beside_them() {
    let all = Enrollments::default();
    let sign_in = |number: u32| {
        let user = name(&format!("user{number}"));
        all.reserve(&user, HERE, true, terms(1000))
    };
    let mut places: Vec<Place> = (1..=16).map(|number| sign_in(number).unwrap()).collect();
    let refused = sign_in(17).map(drop);
    assert!(matches!(refused, Err(Error::Unavailable(_))));
    drop(reserve(&all, "alice", THERE).unwrap());
    places.pop();
    sign_in(17).unwrap();
}

#[test]
fn who_waits_for_the_ends_of_a_connection_waits_for_the_last_one_alone() {
    let ends: [fn(&Enrollments); 3] = [
        |all| all.end_of(&name("bob")),
        |all| assert!(all.end(HERE, &name("bob"))),
        |all| {
            assert!(all.take_secret(HERE, &name("bob")).is_some());
            all.tell_of_ends();
        },
    ];
    for end in ends {
        let all = Enrollments::default();
        hold(&all, "alice", HERE);
        hold(&all, "bob", HERE);
        hold(&all, "carol", THERE);
        let mut waiting = pin!(all.wait_for_ends_of(HERE));
        assert!(!is_done(waiting.as_mut()));
        assert!(all.end(THERE, &name("carol")));
        assert!(!is_done(waiting.as_mut()), "it was of another connection");
        assert!(all.end(HERE, &name("alice")));
        assert!(!is_done(waiting.as_mut()), "there is one left");
        end(&all);
        assert!(is_done(waiting.as_mut()));
    }
}

#[test]
fn who_waits_learns_too_that_root_took_the_place() {
    let all = Enrollments::default();
    hold(&all, "alice", HERE);
    let mut waiting = pin!(all.wait_for_ends_of(HERE));
    assert!(!is_done(waiting.as_mut()));
    let _of_root = all.reserve(&name("alice"), THERE, false, terms(0)).unwrap();
    assert!(is_done(waiting.as_mut()));
}

#[test]
fn where_nothing_is_under_way_nobody_waits() {
    let all = Enrollments::default();
    hold(&all, "alice", THERE);
    assert!(is_done(pin!(all.wait_for_ends_of(HERE))));
}

#[test]
fn a_wrong_first_code_ends_nothing_for_who_waits() {
    let all = Enrollments::default();
    hold(&all, "alice", HERE);
    let mut waiting = pin!(all.wait_for_ends_of(HERE));
    assert!(!is_done(waiting.as_mut()));
    let (pending, terms) = all.take_secret(HERE, &name("alice")).unwrap();
    all.put_back(HERE, pending, terms);
    all.tell_of_ends();
    assert!(!is_done(waiting.as_mut()));
}
