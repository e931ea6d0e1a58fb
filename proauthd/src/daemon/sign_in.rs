//! Signing in: what is asked of `proauth-idp`, and what is made of its answers.
//!
//! That process talks to the network. What it says is believed about who signed in, and about
//! nothing else: its texts are cleaned, and whether somebody may have an account is decided here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proauth_core::enrollment::Purpose;
use proauth_core::identity::{Claimed, Identity, Mapping};
use proauth_core::{AccountName, Typed, UnixTime};
use proauth_interface::{
    Claims, ConnectError, Discovered, Error, Grant, IdentityError, IdentityProvider, Provider,
    SignIn, names,
};
use tokio::runtime::Handle;
use tokio::time::timeout;
use zbus::Connection;

use super::{Account, Daemon, clock, uid_min};
use crate::config::{Client, Config, Identity as Settings};
use crate::{audit, messages};

/// For finding the process, starting it, and its first questions to the issuer: more than that
/// process gives itself, which knows better what is slow.
const START: Duration = Duration::from_secs(45);

/// For an answer that takes up to five seconds.
const WAIT: Duration = Duration::from_secs(10);

/// The longest address that is shown, in characters.
const MAX_URI: usize = 2000;

/// The longest code.
const MAX_CODE: usize = 64;

/// The longest sentence of the other process.
const MAX_SENTENCE: usize = 500;

/// A sign-in that has begun.
pub struct SigningIn {
    provider: IdentityProvider,
    grant: Grant,
    until: UnixTime,
    /// Whether it came to its end by itself.
    answered: AtomicBool,
    /// A recovery code that proves the right to another authenticator: used up only once somebody
    /// has signed in.
    pub recovery_code: Option<Typed>,
    /// Whether root accepts whoever signs in.
    pub any_identity: bool,
    /// What it is for.
    pub purpose: Purpose,
}

impl SigningIn {
    /// Whether it is over at `now`.
    pub fn is_over(&self, now: UnixTime) -> bool {
        now >= self.until
    }

    /// Seconds that are left at `now`.
    pub fn left(&self, now: UnixTime) -> u32 {
        u32::try_from(self.until.since(now)).unwrap_or(u32::MAX)
    }

    /// What to show.
    pub const fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Who signed in; `None` while nobody has.
    ///
    /// # Errors
    /// If nobody will.
    pub async fn wait(&self) -> Result<Option<Claims>, Error> {
        let answer = timeout(WAIT, self.provider.wait(self.grant.id)).await;
        match answer.map_err(|_| messages::identity_process_silent())? {
            Ok(claims) if claims.pending => Ok(None),
            answer => {
                self.answered.store(true, Ordering::Relaxed);
                answer.map(Some).map_err(failed)
            }
        }
    }
}

impl Drop for SigningIn {
    /// Whatever ended it, it takes no place any more: nobody waits for it. Where that cannot be
    /// said, `proauth-idp` finds out by itself.
    fn drop(&mut self) {
        if self.answered.load(Ordering::Relaxed) {
            return;
        }
        let (provider, id) = (self.provider.clone(), self.grant.id);
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { timeout(WAIT, provider.cancel(id)).await });
        }
    }
}

impl Daemon {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// If it is not configured, or fails.
    pub(super) async fn begin_sign_in(
        &self,
        bus: &Connection,
        how: SignIn,
        user: &AccountName,
        purpose: Purpose,
        any_identity: bool,
    ) -> Result<SigningIn, Error> {
        let config = self.config();
        let asked = provider(&config, how);
        if asked.client_id.is_empty() {
            return Err(messages::no_client(client_key(how), user.as_str()));
        }
        let begun = timeout(START, self.first_questions(bus, &asked, how)).await;
        let (provider, grant) = begun.map_err(|_| messages::identity_process_silent())??;
        if !is_fit(&grant) {
            return Err(messages::sign_in_unfit());
        }
        Ok(SigningIn {
            provider,
            until: clock::now().plus(grant.expires_in.into()),
            grant,
            answered: AtomicBool::new(false),
            recovery_code: None,
            any_identity,
            purpose,
        })
    }

    async fn first_questions(
        &self,
        bus: &Connection,
        asked: &Provider,
        how: SignIn,
    ) -> Result<(IdentityProvider, Grant), Error> {
        let provider = self.identity_provider(bus).await?;
        match provider.start(asked, how).await {
            // It was about to end, for nobody had asked it anything for a while.
            Err(IdentityError::ZBus(_)) => {
                let provider = self.identity_provider(bus).await?;
                let grant = provider.start(asked, how).await.map_err(failed)?;
                Ok((provider, grant))
            }
            answer => Ok((provider, answer.map_err(failed)?)),
        }
    }

    /// What the issuer says of itself, for one of the two ways to sign in.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub(super) async fn discover(
        &self,
        bus: &Connection,
        how: SignIn,
    ) -> Result<Discovered, Error> {
        let asked = provider(&self.config(), how);
        let discovered = async {
            let provider = self.identity_provider(bus).await?;
            provider.check(&asked).await.map_err(failed)
        };
        let discovered = timeout(START, discovered).await;
        discovered.map_err(|_| messages::identity_process_silent())?
    }

    async fn identity_provider(&self, bus: &Connection) -> Result<IdentityProvider, Error> {
        let account = self.account(names::IDENTITY_ACCOUNT).await?;
        let Account { uid, .. } = account.ok_or_else(messages::no_identity_account)?;
        IdentityProvider::find(bus.clone(), uid)
            .await
            .map_err(|error| {
                audit::failed("proauth-idp", &error);
                absent(&error)
            })
    }

    /// Decides whether who signed in may have `account`.
    ///
    /// # Errors
    /// If not.
    pub(super) fn judge_claims(
        &self,
        claims: &Claims,
        account: &Account,
        any_identity: bool,
        caller: u32,
    ) -> Result<Identity, Error> {
        let claimed = Claimed {
            issuer: claims.issuer.clone(),
            subject: claims.subject.clone(),
            user: claims.user.clone(),
            verified: claims.verified,
            domain: claims.domain.clone(),
        };
        let mapping = match any_identity {
            true => Mapping::Overridden,
            false => Mapping::Required(&account.name, account.uid, uid_min()),
        };
        let decided = self.config().identity.policy.decide(&claimed, mapping);
        decided.map_err(|refusal| {
            audit::identity_refused(&account.name, caller, claims, &refusal);
            messages::refused(&refusal, &account.name, &claims.user)
        })
    }
}

/// As whom to ask for `how`, and how.
fn provider(config: &Config, how: SignIn) -> Provider {
    let Settings {
        policy,
        device,
        browser,
        scopes,
        proxy,
        ca_file,
        user_claim,
        verified_claim,
        domain_claim,
        subject_claim,
    } = &config.identity;
    let (Client { id, secret_file }, credential) = match how {
        SignIn::Device => (device, "device_client_secret"),
        SignIn::Browser => (browser, "browser_client_secret"),
    };
    Provider {
        issuer: policy.rules().issuer.clone(),
        client_id: id.clone(),
        client_secret_file: secret_file.clone(),
        client_secret_credential: credential.to_owned(),
        scopes: scopes.clone(),
        proxy: proxy.clone(),
        ca_file: ca_file.clone(),
        user_claim: user_claim.clone(),
        verified_claim: verified_claim.clone(),
        domain_claim: domain_claim.clone(),
        subject_claim: subject_claim.clone(),
    }
}

/// The key of the client id.
const fn client_key(how: SignIn) -> &'static str {
    match how {
        SignIn::Device => "identity.device_client_id",
        SignIn::Browser => "identity.browser_client_id",
    }
}

/// Whether people can be shown `grant`: nothing in it moves a cursor, or hides where it leads.
fn is_fit(grant: &Grant) -> bool {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let is_address = |text: &str| {
        text.len() <= MAX_URI
            && plain(text)
            && (text.starts_with("https://") || text.starts_with("http://"))
    };
    let is_code = |text: &str| text.len() <= MAX_CODE && text.split(' ').all(plain);
    is_address(&grant.uri)
        && (grant.complete_uri.is_empty() || is_address(&grant.complete_uri))
        && is_code(&grant.code)
}

fn absent(error: &ConnectError) -> Error {
    messages::identity_process_absent(error)
}

fn failed(error: IdentityError) -> Error {
    match error {
        IdentityError::Denied(sentence)
        | IdentityError::Expired(sentence)
        | IdentityError::Misconfigured(sentence)
        | IdentityError::Unreachable(sentence)
        | IdentityError::Untrusted(sentence) => messages::sign_in_failed(clean(&sentence)),
        IdentityError::TooMany(_) => messages::too_many_pending(),
        IdentityError::NoSuchGrant(_) => messages::sign_in_lost(),
        IdentityError::NotAuthorized(_) | IdentityError::ZBus(_) => {
            // Foreign words, which are to stay on their line.
            audit::failed("proauth-idp", &clean(&error.to_string()));
            messages::identity_process_silent()
        }
    }
}

/// A sentence of the other process, without what could move a cursor.
fn clean(sentence: &str) -> String {
    let visible = |c: &char| matches!(c, ' '..='~') || (c.is_alphanumeric() && !c.is_control());
    sentence
        .chars()
        .filter(visible)
        .take(MAX_SENTENCE)
        .collect()
}
