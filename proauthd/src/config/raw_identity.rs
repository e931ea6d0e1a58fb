//! `[identity]` as it stands in a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use proauth_core::identity::{BadPolicy, Domain, Policy, Rules};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::value::{
    Account, AccountTemplate, AllowedDomain, Claim, ClientId, IdentityName, NeededClaim,
    OptionalFile, Proxy, Scope, TemplateDomain, Url,
};
use super::{Client, ConfigError, Identity};

/// The issuer where none is set.
const GOOGLE: &str = "https://accounts.google.com";

/// What is asked for where nothing is set (OpenID Connect Core section 5.4).
const SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// The section; what it does not set is `None`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawIdentity {
    issuer: Option<Url>,
    device_client_id: Option<ClientId>,
    device_client_secret_file: Option<OptionalFile>,
    browser_client_id: Option<ClientId>,
    browser_client_secret_file: Option<OptionalFile>,
    scopes: Option<Vec<Scope>>,
    proxy: Option<Proxy>,
    ca_file: Option<OptionalFile>,
    allowed_domains: Option<BTreeSet<AllowedDomain>>,
    any_account: Option<bool>,
    user_claim: Option<NeededClaim>,
    verified_claim: Option<Claim>,
    domain_claim: Option<Claim>,
    subject_claim: Option<NeededClaim>,
    users: Table<IdentityName, Account>,
    templates: Table<TemplateDomain, AccountTemplate>,
}

/// A table whose keys are the same in upper and lower case, and stand in it once: of two entries
/// for one identity, neither is the right one.
#[derive(Debug)]
struct Table<K, V>(BTreeMap<K, V>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, K, V> Deserialize<'de> for Table<K, V>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K, V> Visitor<'de> for Entries<K, V>
        where
            K: Deserialize<'de> + Ord,
            V: Deserialize<'de>,
        {
            type Value = Table<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    if entries.insert(key, value).is_some() {
                        return Err(A::Error::custom(
                            "this key stands here twice, in upper or lower case; take one out",
                        ));
                    }
                }
                Ok(Table(entries))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl RawIdentity {
    /// This, with everything that `later` sets; tables entry by entry.
    pub fn overridden_by(mut self, later: Self) -> Self {
        self.users.0.extend(later.users.0);
        self.templates.0.extend(later.templates.0);
        Self {
            issuer: later.issuer.or(self.issuer),
            device_client_id: later.device_client_id.or(self.device_client_id),
            device_client_secret_file: later
                .device_client_secret_file
                .or(self.device_client_secret_file),
            browser_client_id: later.browser_client_id.or(self.browser_client_id),
            browser_client_secret_file: later
                .browser_client_secret_file
                .or(self.browser_client_secret_file),
            scopes: later.scopes.or(self.scopes),
            proxy: later.proxy.or(self.proxy),
            ca_file: later.ca_file.or(self.ca_file),
            allowed_domains: later.allowed_domains.or(self.allowed_domains),
            any_account: later.any_account.or(self.any_account),
            user_claim: later.user_claim.or(self.user_claim),
            verified_claim: later.verified_claim.or(self.verified_claim),
            domain_claim: later.domain_claim.or(self.domain_claim),
            subject_claim: later.subject_claim.or(self.subject_claim),
            users: self.users,
            templates: self.templates,
        }
    }

    /// This, with its defaults.
    ///
    /// # Errors
    /// If what it says does not go together.
    pub fn into_identity(self) -> Result<Identity, ConfigError> {
        let issuer = self
            .issuer
            .map_or_else(|| GOOGLE.to_owned(), |Url(issuer)| issuer);
        let domain_claim = match self.domain_claim {
            Some(Claim(claim)) => claim,
            // Google's alone; elsewhere, requiring it would let nobody in.
            None if issuer == GOOGLE => "hd".to_owned(),
            None => String::new(),
        };
        let claim = |set: Option<NeededClaim>, default: &str| {
            set.map_or_else(|| default.to_owned(), |NeededClaim(claim)| claim)
        };
        let verified_claim = self
            .verified_claim
            .map_or_else(|| "email_verified".to_owned(), |Claim(claim)| claim);
        let rules = Rules {
            issuer: issuer.clone(),
            allowed_domains: plain_domains(self.allowed_domains),
            any_account: self.any_account.unwrap_or(false),
            users: plain(self.users, |IdentityName(name)| name, |Account(name)| name),
            templates: plain(
                self.templates,
                |TemplateDomain(domain)| domain,
                |AccountTemplate(template)| template,
            ),
            must_be_verified: !verified_claim.is_empty(),
            must_be_hosted: !domain_claim.is_empty(),
        };
        Ok(Identity {
            policy: Policy::new(rules).map_err(|bad| contradiction(&bad))?,
            device: client(self.device_client_id, self.device_client_secret_file),
            browser: client(self.browser_client_id, self.browser_client_secret_file),
            scopes: scopes(self.scopes),
            proxy: self.proxy.map_or_else(String::new, |Proxy(proxy)| proxy),
            ca_file: self
                .ca_file
                .map_or_else(String::new, |OptionalFile(path)| path),
            user_claim: claim(self.user_claim, "email"),
            verified_claim,
            domain_claim,
            subject_claim: claim(self.subject_claim, "sub"),
        })
    }
}

fn plain<K, V, L: Ord, W>(
    Table(table): Table<K, V>,
    key: impl Fn(K) -> L,
    value: impl Fn(V) -> W,
) -> BTreeMap<L, W> {
    table.into_iter().map(|(k, v)| (key(k), value(v))).collect()
}

fn plain_domains(domains: Option<BTreeSet<AllowedDomain>>) -> BTreeSet<Domain> {
    let domains = domains.unwrap_or_default().into_iter();
    domains.map(|AllowedDomain(domain)| domain).collect()
}

fn client(id: Option<ClientId>, secret_file: Option<OptionalFile>) -> Client {
    Client {
        id: id.map_or_else(String::new, |ClientId(id)| id),
        secret_file: secret_file.map_or_else(String::new, |OptionalFile(path)| path),
    }
}

/// Without `openid` there is no ID token.
fn scopes(set: Option<Vec<Scope>>) -> Vec<String> {
    let mut scopes: Vec<String> = match set {
        Some(set) => set.into_iter().map(|Scope(scope)| scope).collect(),
        None => SCOPES.iter().map(ToString::to_string).collect(),
    };
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    scopes
}

fn contradiction(bad: &BadPolicy) -> ConfigError {
    ConfigError::Contradiction(match bad {
        BadPolicy::AnyButSome => {
            "identity.any_account lets everybody in and identity.allowed_domains only some; \
             choose one"
                .to_owned()
        }
        BadPolicy::SharedAccount(one, other) => format!(
            "identity.users gives one account to {one} and to {other}; give each an account"
        ),
        BadPolicy::ForeignUser(name) => format!(
            "identity.users names {name}, whose domain is not in identity.allowed_domains; add it \
             there, or take {name} out"
        ),
        BadPolicy::ForeignTemplate(domain) => format!(
            "identity.templates has \"{domain}\", which is not in identity.allowed_domains; add it \
             there, or take the template out"
        ),
        BadPolicy::AmbiguousTemplates(one, other) => format!(
            "identity.templates can give people of {one} and of {other} the same account; put \
             something of its own into one of them, or name the people in identity.users"
        ),
    })
}
