//! The authenticators of one account: one called `main`, and up to three beside it, with other
//! names. Nothing else can be built.

use std::collections::BTreeSet;

use crate::authenticator::{Authenticator, AuthenticatorName};

/// Authenticators of one account, at the most.
pub const MAX_AUTHENTICATORS: usize = 4;

/// All authenticators of an account, in the order in which they were bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticators {
    main: Authenticator,
    others: Vec<Authenticator>,
}

/// Why an authenticator is not put beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// Another one has that name.
    NameTaken,
    /// There are [`MAX_AUTHENTICATORS`] already.
    TooMany,
}

/// Why an authenticator is not taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRemoved {
    /// It is the main one: an account without is not enrolled.
    Main,
    /// None has that name.
    Unknown,
}

impl Authenticators {
    /// Only `first`, which is called `main` from now on.
    #[must_use]
    pub fn new(first: Authenticator) -> Self {
        Self {
            main: called_main(first),
            others: Vec::new(),
        }
    }

    /// Those of `all`; `None` unless the first of them is called `main`, each has its own name,
    /// and there are not too many.
    #[must_use]
    pub fn from_all(all: Vec<Authenticator>) -> Option<Self> {
        let names: BTreeSet<_> = all.iter().map(|it| it.name.clone()).collect();
        if names.len() != all.len() || all.len() > MAX_AUTHENTICATORS {
            return None;
        }
        let mut all = all.into_iter();
        let main = all.next().filter(|first| first.name.is_main())?;
        Some(Self {
            main,
            others: all.collect(),
        })
    }

    /// The first one.
    #[must_use]
    pub const fn main(&self) -> &Authenticator {
        &self.main
    }

    /// Each, `main` first.
    pub fn iter(&self) -> impl Iterator<Item = &Authenticator> {
        std::iter::once(&self.main).chain(&self.others)
    }

    /// The one at `place` in [`Authenticators::iter`].
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Authenticator> {
        self.iter().nth(place)
    }

    /// Whether one of them is called `name`.
    #[must_use]
    pub fn has(&self, name: &AuthenticatorName) -> bool {
        self.iter().any(|it| it.name == *name)
    }

    /// These, with `main` in place of the main one.
    #[must_use]
    pub fn with_main(self, main: Authenticator) -> Self {
        let main = called_main(main);
        Self { main, ..self }
    }

    /// Whether one called `name` can be put beside these.
    ///
    /// # Errors
    /// [`NotAdded`].
    pub fn has_room_for(&self, name: &AuthenticatorName) -> Result<(), NotAdded> {
        if self.has(name) {
            Err(NotAdded::NameTaken)
        } else if self.iter().count() >= MAX_AUTHENTICATORS {
            Err(NotAdded::TooMany)
        } else {
            Ok(())
        }
    }

    /// These, and `other` beside them.
    ///
    /// # Errors
    /// [`NotAdded`].
    pub fn with(mut self, other: Authenticator) -> Result<Self, NotAdded> {
        self.has_room_for(&other.name)?;
        self.others.push(other);
        Ok(self)
    }

    /// These, less the one called `name`.
    ///
    /// # Errors
    /// [`NotRemoved`].
    pub fn without(mut self, name: &AuthenticatorName) -> Result<Self, NotRemoved> {
        if name.is_main() {
            return Err(NotRemoved::Main);
        }
        let place = self.others.iter().position(|it| it.name == *name);
        self.others.remove(place.ok_or(NotRemoved::Unknown)?);
        Ok(self)
    }

    /// These after `change` of each; their names stay.
    #[must_use]
    pub fn map(self, change: impl Fn(Authenticator) -> Authenticator) -> Self {
        let change = |it: Authenticator| Authenticator {
            name: it.name.clone(),
            ..change(it)
        };
        Self {
            main: change(self.main),
            others: self.others.into_iter().map(change).collect(),
        }
    }

    /// These after `change` of the one at `place`; its name stays.
    #[must_use]
    pub fn map_at(
        mut self,
        place: usize,
        change: impl FnOnce(Authenticator) -> Authenticator,
    ) -> Self {
        let at = match place.checked_sub(1) {
            None => Some(&mut self.main),
            Some(place) => self.others.get_mut(place),
        };
        if let Some(at) = at {
            *at = Authenticator {
                name: at.name.clone(),
                ..change(at.clone())
            };
        }
        self
    }
}

fn called_main(authenticator: Authenticator) -> Authenticator {
    Authenticator {
        name: AuthenticatorName::main(),
        ..authenticator
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;
    use crate::UnixTime;
    use crate::totp::{Algorithm, Digits, Parameters, Secret, Step};

    fn named(name: &str) -> Authenticator {
        let parameters = Parameters {
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            period: NonZeroU64::new(30).unwrap(),
            skew: 1,
        };
        let secret = Secret::new(name.repeat(20).into_bytes()).unwrap();
        Authenticator::new(called(name), secret, parameters, UnixTime(5))
    }

    fn called(name: &str) -> AuthenticatorName {
        AuthenticatorName::parse(name).unwrap()
    }

    fn names(all: &Authenticators) -> Vec<&str> {
        all.iter().map(|it| it.name.as_str()).collect()
    }

    #[test]
    fn the_first_is_called_main_whatever_it_was_called_before() {
        let all = Authenticators::new(named("phone"));
        assert_eq!(names(&all), ["main"]);
        assert_eq!(names(&all.with_main(named("tablet"))), ["main"]);
    }

    #[test]
    fn there_is_room_for_three_beside_the_main_one_each_with_its_own_name() {
        let all = Authenticators::new(named("main"));
        let all = all.with(named("b")).unwrap();
        assert_eq!(all.clone().with(named("b")), Err(NotAdded::NameTaken));
        assert_eq!(all.clone().with(named("main")), Err(NotAdded::NameTaken));
        let all = all.with(named("c")).unwrap().with(named("d")).unwrap();
        assert_eq!(names(&all), ["main", "b", "c", "d"]);
        assert_eq!(all.with(named("e")), Err(NotAdded::TooMany));
    }

    #[test]
    fn all_but_the_main_one_can_be_taken_away() {
        let all = Authenticators::new(named("main"));
        let all = all.with(named("b")).unwrap().with(named("c")).unwrap();
        let removed = all.clone().without(&called("b")).unwrap();
        assert_eq!(names(&removed), ["main", "c"]);
        assert_eq!(removed.without(&called("b")), Err(NotRemoved::Unknown));
        assert_eq!(all.without(&called("main")), Err(NotRemoved::Main));
    }

    #[test]
    fn a_change_moves_the_one_it_is_of_and_no_name() {
        let all = Authenticators::new(named("main"));
        let all = all.with(named("b")).unwrap().with(named("c")).unwrap();
        let last_steps = |all: &Authenticators| {
            let steps = all.iter().map(|it| it.last_step.0);
            steps.collect::<Vec<_>>()
        };
        let used = |it: Authenticator| Authenticator {
            name: called("other"),
            last_step: Step(9),
            ..it
        };
        for (place, expected) in [(0, [9, 0, 0]), (2, [0, 0, 9]), (3, [0, 0, 0])] {
            let changed = all.clone().map_at(place, used);
            assert_eq!(last_steps(&changed), expected);
            assert_eq!(names(&changed), ["main", "b", "c"]);
        }
        let changed = all.map(used);
        assert_eq!(last_steps(&changed), [9, 9, 9]);
        assert_eq!(names(&changed), ["main", "b", "c"]);
    }

    #[test]
    fn what_is_stored_is_taken_only_as_it_can_have_been_built() {
        let all = |names: &[&str]| {
            let all = names.iter().map(|name| named(name)).collect();
            Authenticators::from_all(all)
        };
        assert_eq!(names(&all(&["main", "b"]).unwrap()), ["main", "b"]);
        let refused: [&[&str]; 5] = [
            &[],
            &["b"],
            &["b", "main"],
            &["main", "b", "b"],
            &["main", "b", "c", "d", "e"],
        ];
        for names in refused {
            assert_eq!(all(names), None, "{names:?}");
        }
    }
}
