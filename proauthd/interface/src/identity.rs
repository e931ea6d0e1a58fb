//! The contract of `proauth-idp`, whom the daemon asks who somebody is.

use zbus::{DeserializeDict, SerializeDict, Type};

/// An identity provider, and as whom to ask it. A dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct Provider {
    /// The issuer's identifier: an https URL, or http on the loopback address.
    pub issuer: String,
    /// Our client id there, for the sign-in that is asked for.
    pub client_id: String,
    /// A file with the client secret, readable by `proauth-idp`; empty where there is none. The
    /// credential below wins over it.
    pub client_secret_file: String,
    /// The name of the credential of systemd with the client secret.
    pub client_secret_credential: String,
    /// Scopes to ask for (RFC 6749 section 3.3); `openid` is among them.
    pub scopes: Vec<String>,
    /// The proxy, as `http://host:port`; empty: none. The environment's is never used.
    pub proxy: String,
    /// A file of certificates (PEM) in place of the system's; empty: those.
    pub ca_file: String,
    /// Claim of the name that is mapped to an account.
    pub user_claim: String,
    /// Claim that vouches for that name; empty: not looked at.
    pub verified_claim: String,
    /// Claim of the organisation's domain; empty: not looked at.
    pub domain_claim: String,
    /// Claim of the subject: `sub`, or one that is the same for all clients.
    pub subject_claim: String,
}

/// What the discovery document says: the answer of `Check`. A dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct Discovered {
    /// Empty where the issuer has none; like the others.
    pub device_authorization_endpoint: String,
    /// For the browser.
    pub authorization_endpoint: String,
    /// For both.
    pub token_endpoint: String,
    /// Signature algorithms of ID tokens that the issuer names and we take.
    pub algorithms: Vec<String>,
    /// Whether a client secret was found where [`Provider`] says.
    pub client_secret: bool,
}

/// A sign-in that has begun: the answer of `Start`. A dictionary.
#[derive(Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct Grant {
    /// For `Wait` and `Cancel`.
    pub id: u64,
    /// Where to sign in. No control characters, at most 2,000 characters.
    pub uri: String,
    /// The same with the code in it (RFC 8628 section 3.3.1); empty where there is none.
    pub complete_uri: String,
    /// What to type there; empty for `SignIn::Browser`. No control characters, at most 64.
    pub code: String,
    /// Seconds until it is over.
    pub expires_in: u32,
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grant({}, [redacted])", self.id)
    }
}

/// Who signed in: the answer of `Wait`. The token they come from was verified in `proauth-idp`;
/// whether they may have an account is decided in the daemon. A dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default, SerializeDict, DeserializeDict, Type)]
#[zbus(signature = "dict")]
pub struct Claims {
    /// Whether nobody has signed in yet: then the rest is empty.
    pub pending: bool,
    /// `iss`.
    pub issuer: String,
    /// The claim [`Provider::subject_claim`].
    pub subject: String,
    /// The claim [`Provider::user_claim`].
    pub user: String,
    /// The claim [`Provider::verified_claim`]: `true` only where it is the JSON value true.
    pub verified: bool,
    /// The claim [`Provider::domain_claim`]; empty where the token has none.
    pub domain: String,
}

/// An error of `proauth-idp`, as its D-Bus name. The messages are sentences for people, without
/// control characters.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.proauth.IdentityProvider1.Error")]
pub enum IdentityError {
    /// An error of the bus or of its library; never sent.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The caller is not root, or could not be looked up.
    NotAuthorized(String),
    /// Too many sign-ins at a time.
    TooMany(String),
    /// There is no such sign-in, or no more.
    NoSuchGrant(String),
    /// Whoever was to sign in said no.
    Denied(String),
    /// Nobody signed in in time.
    Expired(String),
    /// The issuer does not take us as we are configured.
    Misconfigured(String),
    /// The issuer cannot be reached, or does not answer as one.
    Unreachable(String),
    /// What the issuer answered is not to be trusted.
    Untrusted(String),
}
