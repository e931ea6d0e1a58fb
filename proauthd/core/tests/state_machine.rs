//! Random sequences of everything that can happen to an account, against a model that knows only
//! the promises: no step is accepted twice, nothing is accepted while codes are held back, and a
//! wrong code never shortens the delay.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::num::NonZeroU64;

use proauth_core::lockout::Lockout;
use proauth_core::login::{NotEnrolled, Policy, Presented, Verdict, verify};
use proauth_core::recovery::Recovery;
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step};
use proauth_core::{AccountName, Record, Source, Typed, UnixTime, resync};
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
    /// The code of the step so many from the present one is typed, from a source.
    Code(i64, u8),
    /// A wrong code is typed there.
    Wrong(u8),
    /// A recovery code: one of ours, or none.
    Recovery(u8, u8),
    /// The clock goes on, or jumps back.
    Clock(i64),
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

/// What the authenticator shows, by the library alone.
fn code_of(step: Step) -> String {
    let totp = totp_rs::Builder::new()
        .with_secret(vec![9; 20])
        .build()
        .unwrap();
    totp.generate(step.0 * 30).to_string()
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
            8 => (-3..=3_i64, 0..6_u8).prop_map(|(step, from)| Event::Code(step, from)),
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
    used: BTreeSet<u64>,
    spent: BTreeSet<u8>,
}

impl Real {
    fn present(&mut self, from: u8, reply: Presented<'_>, now: UnixTime) -> Verdict {
        let source = source(from);
        let before = self.record.lockout.clone().seen_at(now);
        let held = before.hold(&source, POLICY.max_failures, now);
        let (verdict, record) = verify(self.record.clone(), &source, reply, &POLICY, now);
        if let Verdict::Accepted(step) = verdict {
            assert!(held.is_none(), "accepted while codes are held back");
            assert!(
                self.used.insert(step.0),
                "step {} was accepted twice",
                step.0
            );
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

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &u64) -> Self {
        let parameters = Parameters {
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            period: NonZeroU64::new(30).unwrap(),
            skew: 1,
        };
        let codes = (0..10).map(|code| [code; 16]).collect();
        let record = Record {
            name: AccountName::parse("alice").unwrap(),
            uid: 1000,
            secret: Secret::new(vec![9; 20]).unwrap(),
            parameters,
            last_step: Step(0),
            clock_offset: 0,
            drift: 0,
            lockout: Lockout::NONE,
            recovery: Recovery {
                codes,
                ..Recovery::none([0; 16])
            },
            last_offset: 0,
            changes: Vec::new(),
            enrolled_at: UnixTime(0),
        };
        Self {
            record,
            used: BTreeSet::new(),
            spent: BTreeSet::new(),
        }
    }

    fn apply(mut real: Self, now: &u64, event: Event) -> Self {
        let now = UnixTime(*now);
        match event {
            Event::Code(steps, from) => {
                let step = real.record.present_step(now).shifted(steps);
                let typed = Typed::parse(&code_of(step));
                let _ = real.present(from, Presented::Typed(&typed), now);
            }
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
                let last = real.record.last_step.0;
                real.used.retain(|step| *step <= last);
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
