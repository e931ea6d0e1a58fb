//! Who may have which account, as an administrator says.

use std::collections::{BTreeMap, BTreeSet};

use super::{Domain, Identity, Name, Template};
use crate::AccountName;

/// The longest subject, in bytes (OpenID Connect Core section 2), and the longest domain.
const LONGEST: usize = 255;

/// What an administrator says about identities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// The issuer that is asked.
    pub issuer: String,
    /// Whose people may enroll; nobody else's may then.
    pub allowed_domains: BTreeSet<Domain>,
    /// Whether anybody whom the issuer knows may enroll.
    pub any_account: bool,
    /// Whose account is which.
    pub users: BTreeMap<Name, AccountName>,
    /// For those who are not named there: the account, by their domain.
    pub templates: BTreeMap<Domain, Template>,
    /// Whether the issuer must vouch for the name.
    pub must_be_verified: bool,
    /// Whether the issuer must name the organisation, and that must be allowed as well.
    pub must_be_hosted: bool,
}

/// [`Rules`] that make sense.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy(Rules);

/// Why rules make no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadPolicy {
    /// Everybody, and only some.
    AnyButSome,
    /// Two identities have the same account.
    SharedAccount(Name, Name),
    /// The identity of the table is of a domain that is not allowed.
    ForeignUser(Name),
    /// The template is of a domain that is not allowed.
    ForeignTemplate(Domain),
    /// Two templates can give the same account to two people.
    AmbiguousTemplates(Domain, Domain),
}

/// Who signed in, as a verified ID token has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claimed {
    /// `iss`.
    pub issuer: String,
    /// What never belongs to anybody else.
    pub subject: String,
    /// What they are called.
    pub user: String,
    /// Whether the issuer vouches for that.
    pub verified: bool,
    /// The organisation's domain; empty where the issuer names none.
    pub domain: String,
}

/// Whether whoever signs in must map to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapping<'a> {
    /// Yes, to this one, which has this uid. People's uids begin with the third.
    Required(&'a AccountName, u32, u32),
    /// No: root says so.
    Overridden,
}

/// Why somebody may not have an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody may enroll: the rules name nobody.
    Closed,
    /// Somebody else vouches for them than is asked.
    WrongIssuer,
    /// The identity provider does not say who they are.
    Nameless,
    /// The identity provider does not vouch for the name.
    Unverified,
    /// They belong to no allowed domain: this one, or to none where it is empty.
    Foreign(String),
    /// No account is theirs.
    Unmapped,
    /// Another account is theirs.
    SomebodyElse,
    /// The account is not a person's.
    SystemAccount,
}

impl Policy {
    /// Checks `rules`.
    ///
    /// # Errors
    /// [`BadPolicy`], at the first mistake.
    pub fn new(rules: Rules) -> Result<Self, BadPolicy> {
        if rules.any_account && !rules.allowed_domains.is_empty() {
            return Err(BadPolicy::AnyButSome);
        }
        let allowed = |domain: &Domain| rules.allowed_domains.contains(domain);
        let mut owners = BTreeMap::new();
        for (name, account) in &rules.users {
            if !rules.allowed_domains.is_empty() && !allowed(name.domain()) {
                return Err(BadPolicy::ForeignUser(name.clone()));
            }
            if let Some(other) = owners.insert(account, name) {
                return Err(BadPolicy::SharedAccount(other.clone(), name.clone()));
            }
        }
        for (domain, template) in &rules.templates {
            if !rules.any_account && !allowed(domain) {
                return Err(BadPolicy::ForeignTemplate(domain.clone()));
            }
            let mut others = rules.templates.iter().filter(|(other, _)| *other != domain);
            if let Some((other, _)) = others.find(|(_, it)| it.can_give_the_same_as(template)) {
                return Err(BadPolicy::AmbiguousTemplates(domain.clone(), other.clone()));
            }
        }
        Ok(Self(rules))
    }

    /// The rules, to be shown.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.0
    }

    /// Whether anybody may enroll at all. Without a word about who, nobody does: an issuer such as
    /// Google knows the whole world (CVE-2026-31957).
    #[must_use]
    pub fn is_open(&self) -> bool {
        let Rules {
            allowed_domains,
            any_account,
            users,
            ..
        } = &self.0;
        *any_account || !allowed_domains.is_empty() || !users.is_empty()
    }

    /// Decides whether who signed in may have the account, and returns whom to bind it to.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn decide(&self, claimed: &Claimed, mapping: Mapping<'_>) -> Result<Identity, Refusal> {
        let rules = &self.0;
        if !self.is_open() {
            return Err(Refusal::Closed);
        }
        if claimed.issuer != rules.issuer {
            return Err(Refusal::WrongIssuer);
        }
        let name = Name::parse(&claimed.user).map_err(|_| Refusal::Nameless)?;
        if !is_subject(&claimed.subject) || claimed.domain.len() > LONGEST {
            return Err(Refusal::Nameless);
        }
        if rules.must_be_verified && !claimed.verified {
            return Err(Refusal::Unverified);
        }
        self.check_domain(&name, claimed)?;
        if let Mapping::Required(account, uid, uid_min) = mapping {
            self.check_account(&name, account, uid, uid_min)?;
        }
        Ok(Identity {
            issuer: claimed.issuer.clone(),
            subject: claimed.subject.clone(),
            user: name.to_string(),
        })
    }

    /// An address of an allowed domain that some other organisation's account happens to have is
    /// not enough, and neither is that organisation without the address.
    fn check_domain(&self, name: &Name, claimed: &Claimed) -> Result<(), Refusal> {
        let rules = &self.0;
        if rules.allowed_domains.is_empty() {
            return Ok(());
        }
        if !rules.allowed_domains.contains(name.domain()) {
            return Err(Refusal::Foreign(name.domain().to_string()));
        }
        if !rules.must_be_hosted {
            return Ok(());
        }
        let hosted = Domain::parse(&claimed.domain).ok();
        match hosted.filter(|domain| rules.allowed_domains.contains(domain)) {
            Some(_) => Ok(()),
            None => Err(Refusal::Foreign(claimed.domain.clone())),
        }
    }

    fn check_account(
        &self,
        name: &Name,
        account: &AccountName,
        uid: u32,
        uid_min: u32,
    ) -> Result<(), Refusal> {
        let theirs = self.account_of(name).ok_or(Refusal::Unmapped)?;
        if theirs != *account {
            return Err(Refusal::SomebodyElse);
        }
        if uid < uid_min {
            return Err(Refusal::SystemAccount);
        }
        Ok(())
    }

    /// The account of `name`: from the table, else by the template of its domain, unless the table
    /// gives that account to somebody else.
    fn account_of(&self, name: &Name) -> Option<AccountName> {
        let Rules {
            users, templates, ..
        } = &self.0;
        if let Some(account) = users.get(name) {
            return Some(account.clone());
        }
        let account = templates.get(name.domain())?.fill(name)?;
        let taken = users.values().any(|given| *given == account);
        (!taken).then_some(account)
    }
}

/// It is stored, so whoever says it must not choose how much that is.
fn is_subject(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.contains(char::is_control)
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
