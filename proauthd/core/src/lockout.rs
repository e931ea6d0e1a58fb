//! Lockout: wrong codes are counted for each user *and source*, so that guessing from elsewhere
//! cannot shut a user out of her own desk.

use core::net::IpAddr;

use crate::{Failures, UnixTime};

/// Seconds for which a source stays known after a successful login from it.
pub const KNOWN_FOR: u64 = 30 * 24 * 60 * 60;

/// Known sources kept for each user.
pub const MAX_KNOWN: usize = 16;

/// Bytes of a session's name; longer ones are nobody's.
const LONGEST_SESSION: usize = 64;

/// Where a login comes from, as far as that can be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An address. Names of hosts do not count: whoever holds the reverse zone chooses them
    /// (CVE-2024-10963).
    Address(IpAddr),
    /// A login session on this machine.
    Session(String),
    /// On this machine, in no session that can be told apart.
    Local,
    /// From another machine, without an address.
    Elsewhere,
    /// A screen locker, which runs as the user.
    Locker,
}

impl Source {
    /// The source of a login service that runs as root, from PAM's item for the remote host and
    /// from the login session. Not from the terminal, which the next user may get.
    #[must_use]
    pub fn of_login(rhost: &str, session: &str) -> Self {
        match (rhost, session) {
            ("", "") => Self::Local,
            ("", session) if session.len() > LONGEST_SESSION => Self::Local,
            ("", session) => Self::Session(session.to_owned()),
            (rhost, _) => rhost.parse().map_or(Self::Elsewhere, |address: IpAddr| {
                Self::Address(address.to_canonical())
            }),
        }
    }

    /// Whether it can become known. Lockers have a count of their own anyway.
    const fn can_be_known(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Session(_))
    }
}

/// A source from which the user logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSource {
    /// Which: an address or a session.
    pub source: Source,
    /// When the last successful login came from it.
    pub last_success: UnixTime,
    /// Wrong codes from it since.
    pub failures: Failures,
}

/// All counts of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockout {
    /// Sources with a count of their own.
    pub known: Vec<KnownSource>,
    /// Shared by all other addresses.
    pub elsewhere: Failures,
    /// Shared by all other sessions on this machine.
    pub local: Failures,
    /// Of screen lockers.
    pub locker: Failures,
    /// Wrong codes since the last right one, over all sources.
    pub consecutive: u32,
}

/// Why a code is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// For so many seconds more.
    For(u64),
    /// Until an administrator unlocks the account, or a known source or recovery code succeeds.
    UntilUnlock,
}

impl Lockout {
    /// Nobody failed, nobody is known.
    pub const NONE: Self = Self {
        known: Vec::new(),
        elsewhere: Failures::NONE,
        local: Failures::NONE,
        locker: Failures::NONE,
        consecutive: 0,
    };

    /// Whether codes from `source` are not looked at now. `max_failures` bounds the consecutive
    /// wrong codes of one account (NIST SP 800-63B section 5.2.2).
    #[must_use]
    pub fn hold(&self, source: &Source, max_failures: u32, now: UnixTime) -> Option<Hold> {
        let trusted = matches!(source, Source::Locker) || self.find(source, now).is_some();
        if self.consecutive >= max_failures && !trusted {
            return Some(Hold::UntilUnlock);
        }
        self.failures(source, now).wait(now).map(Hold::For)
    }

    /// The count that `source` has, or shares.
    #[must_use]
    pub fn failures(&self, source: &Source, now: UnixTime) -> Failures {
        match (self.find(source, now), source) {
            (Some(known), _) => known.failures,
            (None, Source::Address(_) | Source::Elsewhere) => self.elsewhere,
            (None, Source::Session(_) | Source::Local) => self.local,
            (None, Source::Locker) => self.locker,
        }
    }

    /// All counts as they are to be seen at `now`; see [`Failures::seen_at`]. Shared ones are
    /// forgotten with the sources that they are of.
    #[must_use]
    pub fn seen_at(mut self, now: UnixTime) -> Self {
        for known in &mut self.known {
            known.failures = known.failures.seen_at(now);
            known.last_success = known.last_success.min(now);
        }
        let shared = |failures: Failures| match now.since(failures.last) {
            0..=KNOWN_FOR => failures.seen_at(now),
            _ => Failures::NONE,
        };
        let [elsewhere, local, locker] = [self.elsewhere, self.local, self.locker].map(shared);
        Self {
            elsewhere,
            local,
            locker,
            ..self
        }
    }

    /// After a wrong code from `source`.
    #[must_use]
    pub fn after_failure(mut self, source: &Source, now: UnixTime) -> Self {
        let failures = self.failures(source, now).plus_one(now);
        self.consecutive = self.consecutive.saturating_add(1);
        self.with_failures(source, failures, now)
    }

    /// After a right code from `source`: its count is cleared, and it is known from now on.
    ///
    /// A count that it shares is somebody else's as well. Of that, one wrong code is forgiven, as
    /// long as it is one of the free ones: what a user mistypes in new places does not add up,
    /// and a guesser there gains one try by each login of the user.
    #[must_use]
    pub fn after_success(mut self, source: &Source, now: UnixTime) -> Self {
        self.consecutive = 0;
        let failures = match (self.find(source, now), source) {
            (Some(_), _) | (None, Source::Locker) => Failures::NONE,
            (None, _) => self.failures(source, now).forgiven(),
        };
        let mut after = self.with_failures(source, failures, now);
        after
            .known
            .retain(|known| known.source != *source && is_fresh(known, now));
        if source.can_be_known() {
            after.make_room();
            let (source, failures) = (source.clone(), Failures::NONE);
            after.known.push(KnownSource {
                source,
                last_success: now,
                failures,
            });
        }
        after
    }

    /// After an administrator unlocked the account: no count anywhere; who is known stays known.
    #[must_use]
    pub fn unlocked(mut self) -> Self {
        for known in &mut self.known {
            known.failures = Failures::NONE;
        }
        Self {
            known: self.known,
            ..Self::NONE
        }
    }

    fn find(&self, source: &Source, now: UnixTime) -> Option<&KnownSource> {
        self.known
            .iter()
            .find(|known| known.source == *source && is_fresh(known, now))
    }

    fn with_failures(mut self, source: &Source, failures: Failures, now: UnixTime) -> Self {
        let mut known = self.known.iter_mut();
        if let Some(known) = known.find(|known| known.source == *source && is_fresh(known, now)) {
            known.failures = failures;
            return self;
        }
        match source {
            Source::Address(_) | Source::Elsewhere => Self {
                elsewhere: failures,
                ..self
            },
            Source::Session(_) | Source::Local => Self {
                local: failures,
                ..self
            },
            Source::Locker => Self {
                locker: failures,
                ..self
            },
        }
    }

    /// Forgets the oldest source where there are too many; sessions, which come and go, before
    /// addresses.
    fn make_room(&mut self) {
        while self.known.len() >= MAX_KNOWN {
            let age = |known: &KnownSource| {
                (
                    matches!(known.source, Source::Address(_)),
                    known.last_success,
                )
            };
            let oldest = self
                .known
                .iter()
                .enumerate()
                .min_by_key(|(_, known)| age(known));
            let Some((oldest, _)) = oldest else { return };
            self.known.remove(oldest);
        }
    }
}

fn is_fresh(known: &KnownSource, now: UnixTime) -> bool {
    now.since(known.last_success) <= KNOWN_FOR
}
