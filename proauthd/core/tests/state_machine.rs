//! Random sequences of everything that can happen to an account, against a model that knows only
//! the promises: no step of an authenticator is accepted twice, none is after the authenticator
//! was replaced or taken away, nothing is accepted while codes are held back, and a wrong code
//! never shortens the delay.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use proauth_core::enrollment::{Pending, Purpose};
use proauth_core::login::{Accepted, NotEnrolled, Policy, Presented, Verdict, verify};
use proauth_core::recovery::Recovery;
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step, matching};
use proauth_core::{
    AccountName, Authenticator, AuthenticatorName, Record, Source, Typed, UnixTime, resync,
};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

const POLICY: Policy = Policy {
    not_enrolled: NotEnrolled::Deny,
    max_failures: 100,
    digits: Digits::SIX,
};

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    /// The code of an authenticator, of the step so many from its present one, is typed, from a
    /// source.
    Code(u8, i64, u8),
    /// A wrong code is typed there.
    Wrong(u8),
    /// A recovery code: one of ours, or none.
    Recovery(u8, u8),
    /// The clock goes on, or jumps back.
    Clock(i64),
    /// The code of an authenticator that was replaced or taken away.
    Gone(u8, i64, u8),
    /// A new authenticator is bound in place of the main one.
    Replace,
    /// A new one of this number is bound beside the others, if there is room.
    Add(u8),
    /// The one of this number is taken away, if there is one.
    Remove(u8),
    /// An administrator resyncs.
    Reset,
    /// An administrator unlocks.
    Unlock,
}

fn source(number: u8) -> Source {
    match number {
        0 => Source::Locker,
        1 => Source::Local,
        2 => Source::of_login("", "5"),
        number => Source::of_login(&format!("192.0.2.{number}"), ""),
    }
}

/// The secret of the authenticator that was bound as the `id`th: no two have the same.
fn secret(id: u8) -> Vec<u8> {
    vec![id; 20]
}

/// Which authenticator that is.
fn id(authenticator: &Authenticator) -> u8 {
    authenticator.secret.as_bytes()[0]
}

fn numbered(number: u8) -> AuthenticatorName {
    AuthenticatorName::parse(&format!("number-{number}")).unwrap()
}

/// What the authenticator shows, by the library alone.
fn code_of(id: u8, step: Step) -> String {
    let totp = totp_rs::Builder::new()
        .with_secret(secret(id))
        .build()
        .unwrap();
    totp.generate(step.0 * 30).to_string()
}

fn pending(purpose: Purpose, id: u8, now: UnixTime) -> Pending {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let name = AccountName::parse("alice").unwrap();
    let secret = Secret::new(secret(id)).unwrap();
    Pending::start(name, 1000, purpose, None, secret, parameters, now)
}

fn recovery() -> Recovery {
    Recovery {
        codes: (0..10).map(|code| [code; 16]).collect(),
        ..Recovery::none([0; 16])
    }
}

struct Model;

impl ReferenceStateMachine for Model {
    /// Nothing but the time: what happens does not depend on what happened.
    type State = u64;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<u64> {
        Just(1_800_000_000).boxed()
    }

    fn transitions(_: &u64) -> BoxedStrategy<Event> {
        prop_oneof![
            12 => (0..4_u8, -3..=3_i64, 0..6_u8)
                .prop_map(|(whose, step, from)| Event::Code(whose, step, from)),
            2 => (0..8_u8, -3..=3_i64, 0..6_u8)
                .prop_map(|(whose, step, from)| Event::Gone(whose, step, from)),
            1 => Just(Event::Replace),
            2 => (0..5_u8).prop_map(Event::Add),
            1 => (0..5_u8).prop_map(Event::Remove),
            8 => (0..6_u8).prop_map(Event::Wrong),
            2 => (0..12_u8, 0..6_u8).prop_map(|(code, from)| Event::Recovery(code, from)),
            6 => (0..200_i64).prop_map(Event::Clock),
            1 => (0..200_000_i64).prop_map(Event::Clock),
            1 => (-5_000..0_i64).prop_map(Event::Clock),
            1 => Just(Event::Reset),
            1 => Just(Event::Unlock),
        ]
        .boxed()
    }

    fn apply(now: u64, event: &Event) -> u64 {
        match event {
            Event::Clock(seconds) => now.saturating_add_signed(*seconds),
            _ => now,
        }
    }
}

/// The real thing, and what it has accepted so far.
struct Real {
    record: Record,
    /// Authenticators and steps of theirs.
    used: BTreeSet<(u8, u64)>,
    spent: BTreeSet<u8>,
    /// Authenticators that there were so far.
    bound: u8,
    /// Those that were replaced or taken away.
    gone: BTreeSet<u8>,
}

impl Real {
    fn present(&mut self, from: u8, reply: Presented<'_>, now: UnixTime) -> Verdict {
        let source = source(from);
        let before = self.record.lockout.clone().seen_at(now);
        let held = before.hold(&source, POLICY.max_failures, now);
        let (verdict, record) = verify(self.record.clone(), &source, reply, &POLICY, now);
        if let Verdict::Accepted(Accepted { place, step }) = verdict {
            assert!(held.is_none(), "accepted while codes are held back");
            let whose = id(self.record.authenticators.at(place).unwrap());
            assert!(
                self.used.insert((whose, step.0)),
                "step {} of {whose} was accepted twice",
                step.0
            );
        }
        for (before, after) in zip(&self.record, &record) {
            let accepts = matches!(verdict, Verdict::Accepted(_)) && before != after;
            assert!(before == after || accepts, "a refusal moved something");
            assert!(before.last_step <= after.last_step, "a step came back");
        }
        if verdict == Verdict::Wrong {
            let (delay, after) = (
                before.failures(&source, now),
                record.lockout.failures(&source, now),
            );
            assert!(
                after.delay() >= delay.delay(),
                "a wrong code shortened the delay"
            );
            assert!(
                after.wait(now) >= delay.wait(now),
                "a wrong code shortened the wait"
            );
        }
        self.record = record;
        verdict
    }
}

/// The authenticators of one record before and after a login.
fn zip<'a>(
    before: &'a Record,
    after: &'a Record,
) -> impl Iterator<Item = (&'a Authenticator, &'a Authenticator)> {
    before
        .authenticators
        .iter()
        .zip(after.authenticators.iter())
}

impl Real {
    /// Whether `typed` is a code of one that is there rightly.
    fn is_code_of_any(&self, typed: &Typed, now: UnixTime) -> bool {
        let Typed::Code(code) = typed else {
            return false;
        };
        let all = self.record.authenticators.iter();
        all.filter(|it| !self.gone.contains(&id(it))).any(|it| {
            let steps = (-2..=2).map(|steps| it.present_step(now).shifted(steps));
            !matching(&it.secret, &it.parameters, code, steps).is_empty()
        })
    }

    /// Binds an authenticator that never was there, if there is room for it.
    fn bind(&mut self, purpose: Purpose, now: UnixTime) {
        let next = self.bound + 1;
        let pending = pending(purpose.clone(), next, now);
        if pending.fits(Some(&self.record)).is_err() {
            return;
        }
        let codes = (purpose == Purpose::Replace).then(recovery);
        if codes.is_some() {
            self.spent.clear();
            self.gone.insert(id(self.record.authenticators.main()));
        }
        let step = Step::at(now, NonZeroU64::new(30).unwrap());
        let typed = Typed::parse(&code_of(next, step));
        let before = self.record.clone();
        let bound = pending.confirm(&typed, Some(before.clone()), codes, now);
        self.record = bound.unwrap();
        assert_eq!(self.record.lockout, before.lockout);
        self.bound = next;
        self.used.insert((next, step.0));
    }

    fn remove(&mut self, name: &AuthenticatorName, now: UnixTime) {
        let all: Vec<_> = self.record.authenticators.iter().collect();
        let Some(gone) = all.into_iter().find(|it| it.name == *name).map(id) else {
            return;
        };
        let less = self.record.clone().without_authenticator(name, now);
        self.record = less.unwrap();
        self.gone.insert(gone);
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(now: &u64) -> Self {
        let now = UnixTime(*now);
        let step = Step::at(now, NonZeroU64::new(30).unwrap());
        let typed = Typed::parse(&code_of(1, step));
        let record = pending(Purpose::New, 1, now).confirm(&typed, None, Some(recovery()), now);
        Self {
            record: record.unwrap(),
            used: BTreeSet::from([(1, step.0)]),
            spent: BTreeSet::new(),
            bound: 1,
            gone: BTreeSet::new(),
        }
    }

    fn apply(mut real: Self, now: &u64, event: Event) -> Self {
        let now = UnixTime(*now);
        match event {
            Event::Code(place, steps, from) => {
                let Some(of) = real.record.authenticators.at(place.into()) else {
                    return real;
                };
                let typed = Typed::parse(&code_of(id(of), of.present_step(now).shifted(steps)));
                let _ = real.present(from, Presented::Typed(&typed), now);
            }
            Event::Gone(whose, steps, from) => {
                let Some(whose) = real.gone.iter().rev().nth(whose.into()).copied() else {
                    return real;
                };
                let step = Step::at(now, NonZeroU64::new(30).unwrap()).shifted(steps);
                let typed = Typed::parse(&code_of(whose, step));
                let verdict = real.present(from, Presented::Typed(&typed), now);
                // One in a hundred thousand is a code of another authenticator by chance.
                let by_chance = real.is_code_of_any(&typed, now);
                assert!(
                    by_chance || matches!(verdict, Verdict::Wrong | Verdict::Locked(_)),
                    "{whose} is gone and still lets in"
                );
            }
            Event::Replace => real.bind(Purpose::Replace, now),
            Event::Add(number) => real.bind(Purpose::Add(numbered(number)), now),
            Event::Remove(number) => real.remove(&numbered(number), now),
            Event::Wrong(from) => {
                let verdict = real.present(from, Presented::Typed(&Typed::Malformed), now);
                assert!(matches!(verdict, Verdict::Wrong | Verdict::Locked(_)));
            }
            Event::Recovery(code, from) => {
                let verdict = real.present(from, Presented::Recovery(&[code; 16]), now);
                let fresh = code < 10 && real.spent.insert(code);
                assert_eq!(matches!(verdict, Verdict::Recovered(_)), fresh);
            }
            Event::Reset => {
                real.record = resync::reset(real.record, now);
                // The one exception, which docs/codes.md names: what was used under a clock in
                // the future can be right once more when that time comes.
                let last: BTreeMap<_, _> = real
                    .record
                    .authenticators
                    .iter()
                    .map(|it| (id(it), it.last_step.0))
                    .collect();
                real.used
                    .retain(|(whose, step)| last.get(whose).is_none_or(|last| step <= last));
            }
            Event::Unlock => real.record.lockout = real.record.lockout.unlocked(),
            Event::Clock(_) => {}
        }
        real
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_breaks_a_promise(sequential 1..150 => Real);
}
