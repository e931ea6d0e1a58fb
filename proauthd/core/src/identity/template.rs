//! From the name at an identity provider to the name of an account.

use super::Name;
use crate::AccountName;

/// What stands for the part of a name before the `@`.
const LOCAL_PART: &str = "{local_part}";

/// An account name with one gap in it, for the part of a name before the `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    before: String,
    after: String,
}

/// The text is no such template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTemplate;

impl Template {
    /// Parses a template: `{local_part}`, with what an account name may have around it.
    ///
    /// # Errors
    /// If there is not exactly one gap (without one, everybody would get the same account), or
    /// the rest cannot stand in an account name.
    pub fn parse(text: &str) -> Result<Self, BadTemplate> {
        let (before, after) = text.split_once(LOCAL_PART).ok_or(BadTemplate)?;
        let example = format!("{before}x{after}");
        AccountName::parse(&example).map_err(|_| BadTemplate)?;
        Ok(Self {
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    /// The account name that `name` gives, where it gives one.
    #[must_use]
    pub fn fill(&self, name: &Name) -> Option<AccountName> {
        let Self { before, after } = self;
        AccountName::parse(&format!("{before}{}{after}", name.local_part())).ok()
    }

    /// Whether some account name could come from both.
    #[must_use]
    pub fn can_give_the_same_as(&self, other: &Self) -> bool {
        let nested =
            |one: &str, two: &str, fits: fn(&str, &str) -> bool| fits(one, two) || fits(two, one);
        nested(&self.before, &other.before, |one, two| one.starts_with(two))
            && nested(&self.after, &other.after, |one, two| one.ends_with(two))
    }
}

impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{LOCAL_PART}{}", self.before, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::parse(text).unwrap()
    }

    #[test]
    fn a_template_has_one_gap() {
        for text in [
            "",
            "alice",
            "{local_part}{local_part}",
            "{user}",
            "a b{local_part}",
        ] {
            assert_eq!(Template::parse(text), Err(BadTemplate), "{text}");
        }
        assert_eq!(template("x-{local_part}").to_string(), "x-{local_part}");
    }

    #[test]
    fn what_no_account_can_be_called_gives_none() {
        let name = Name::parse("a/../b@example.com").unwrap();
        assert_eq!(template("{local_part}").fill(&name), None);
        let option = Name::parse("-rf@example.com").unwrap();
        assert_eq!(template("{local_part}").fill(&option), None);
    }

    #[test]
    fn templates_that_could_give_two_people_the_same_account_are_found() {
        let same = |one: &str, two: &str| template(one).can_give_the_same_as(&template(two));
        assert!(same("{local_part}", "{local_part}"));
        assert!(same("{local_part}", "b-{local_part}"));
        assert!(same("a-{local_part}", "{local_part}-b"));
        assert!(!same("a-{local_part}", "b-{local_part}"));
        assert!(!same("{local_part}.a", "{local_part}.b"));
    }
}
