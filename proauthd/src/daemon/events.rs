//! What happened, for whoever acts on it: the signal `Events.Happened`, sent by `bus/`.
//!
//! Nothing waits for it, and a daemon that is flooded drops events sooner than logins.

use proauth_core::login::Verdict;
use proauth_core::recovery::Spent;
use proauth_core::{Record, UnixTime};
use proauth_interface::{Context, Event};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::login::{Attempt, Judgement};
use super::{Daemon, clock};
use crate::audit;

/// Events that may wait to be sent.
const QUEUE: usize = 256;

/// The way to whoever sends them.
pub struct Events(Sender<Event>);

/// What can happen to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Enrolled,
    Unenrolled,
    AuthenticatorAdded,
    AuthenticatorReplaced,
    AuthenticatorRemoved,
    Invited,
    Lockout,
    EmergencyCode,
    EmergencyCodeUsed,
    RecoveryCodes,
    RecoveryCodeUsed,
    Suspended,
    Resumed,
}

impl Happened {
    /// The word on the bus.
    const fn word(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::Unenrolled => "unenrolled",
            Self::AuthenticatorAdded => "authenticator_added",
            Self::AuthenticatorReplaced => "authenticator_replaced",
            Self::AuthenticatorRemoved => "authenticator_removed",
            Self::Invited => "invited",
            Self::Lockout => "lockout",
            Self::EmergencyCode => "emergency_code",
            Self::EmergencyCodeUsed => "emergency_code_used",
            Self::RecoveryCodes => "recovery_codes",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
        }
    }
}

impl Events {
    /// That way, and its other end.
    pub fn new() -> (Self, Receiver<Event>) {
        let (sender, receiver) = channel(QUEUE);
        (Self(sender), receiver)
    }
}

impl Daemon {
    /// Tells what `caller` did to the account `user`.
    pub(super) fn tell(&self, happened: Happened, user: &str, caller: u32) {
        self.send(happened, user, &Context::default(), caller, clock::now());
    }

    /// Tells what a login came to, if it is one of the things to be told: a code that was used
    /// up, or a wrong one that was `counted` and locks its source.
    pub(super) fn tell_of_login(
        &self,
        attempt: &Attempt<'_>,
        verdict: Verdict,
        record: &Record,
        judgement: &Judgement,
        counted: bool,
    ) {
        let happened = match verdict {
            Verdict::Recovered(Spent::Recovery(_)) => Happened::RecoveryCodeUsed,
            Verdict::Recovered(Spent::Emergency) => Happened::EmergencyCodeUsed,
            Verdict::Wrong if counted && judgement.hold.is_some() => Happened::Lockout,
            _ => return,
        };
        self.send(
            happened,
            record.name.as_str(),
            attempt.context,
            attempt.caller,
            judgement.now,
        );
    }

    fn send(&self, happened: Happened, user: &str, context: &Context, caller: u32, now: UnixTime) {
        let event = Event {
            event: happened.word().to_owned(),
            user: user.to_owned(),
            service: context.service.clone(),
            rhost: context.rhost.clone(),
            caller,
            at: now.0,
        };
        if self.events.0.try_send(event).is_err() {
            audit::event_dropped(happened.word());
        }
    }
}
