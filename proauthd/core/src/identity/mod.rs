//! Who somebody is to the identity provider, and which Unix account that makes theirs.
//!
//! [`Policy`] is what an administrator says about that; it is right once it was made. [`name`]
//! reads names as identity providers write them, [`template`] turns them into account names.

mod name;
mod policy;
mod template;

pub use name::{BadDomain, BadName, Domain, Name};
pub use policy::{BadPolicy, Claimed, Mapping, Policy, Refusal, Rules};
pub use template::{BadTemplate, Template};

/// An identity, as a verified ID token has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `iss` (OpenID Connect Core section 2).
    pub issuer: String,
    /// `sub`, or another claim that never belongs to anybody else. What a record is bound to: an
    /// e-mail address can change hands.
    pub subject: String,
    /// What people are called there: an e-mail address, for one. For people to read.
    pub user: String,
}

impl Identity {
    /// Whether this is the same person as `other`.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.subject == other.subject
    }
}
