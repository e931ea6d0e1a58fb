//! Whether an ID token is to be believed (OpenID Connect Core 1.0, section 3.1.3.7).
//!
//! The library checks signature, algorithm, issuer, audience, end and nonce; what it leaves to its
//! users is checked here: `azp`, `iat` and `at_hash`.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{AccessToken, ClientId, TokenResponse};
use openidconnect::core::{
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, ClaimsVerificationError, IdToken, IdTokenClaims, IssuerUrl,
    Nonce, SignatureVerificationError,
};
use proauth_interface::{Claims, IdentityError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::discovery::Issuer;
use crate::tokens::Tokens;
use crate::{claims, clock, refusals};

/// The algorithms that are taken, whatever the issuer offers: signatures only, never none, never a
/// secret that both sides have (RFC 8725 section 3.1).
pub const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// How far the issuer's clock and ours may be apart.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Claims that no standard names.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Others(Map<String, Value>);

impl AdditionalClaims for Others {}

type Token =
    IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What a token must be, to be believed.
struct Expected<'e> {
    issuer: &'e IssuerUrl,
    client_id: &'e ClientId,
    keys: &'e CoreJsonWebKeySet,
    /// That of the sign-in; only a browser carries one.
    nonce: Option<&'e Nonce>,
    access_token: &'e AccessToken,
    now: DateTime<Utc>,
}

/// Why a token is not believed.
enum Refusal {
    /// Signed with a key that is not among ours: the issuer may have a new one.
    UnknownKey(IdentityError),
    /// Anything else.
    Final(IdentityError),
}

/// The name of `algorithm` in a token (RFC 7518 section 3.1).
pub fn name(algorithm: &CoreJwsSigningAlgorithm) -> String {
    match serde_json::to_value(algorithm) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Who signed in, by the ID token among `tokens`. `nonce` is that of the sign-in, where it has one.
///
/// # Errors
/// If it is not to be believed, or does not say.
pub async fn identify(
    issuer: &Issuer,
    tokens: &Tokens,
    nonce: Option<&Nonce>,
) -> Result<Claims, IdentityError> {
    let text = tokens.extra_fields().id_token.as_deref();
    let token = parse(text.ok_or_else(refusals::no_id_token)?)?;
    let client_id = ClientId::new(issuer.provider.client_id.clone());
    let expected = Expected {
        issuer: issuer.metadata.issuer(),
        client_id: &client_id,
        keys: issuer.metadata.jwks(),
        nonce,
        access_token: tokens.access_token(),
        now: clock::now(),
    };
    let verified = match verify(&token, &expected) {
        Err(Refusal::UnknownKey(_)) => {
            let keys = &issuer.fetch_keys().await?;
            verify(&token, &Expected { keys, ..expected })
        }
        verified => verified,
    };
    match verified {
        Ok(verified) => claims::read(verified, &issuer.provider),
        Err(Refusal::UnknownKey(why) | Refusal::Final(why)) => Err(why),
    }
}

fn parse(text: &str) -> Result<Token, IdentityError> {
    // The library's words name the claim that is wrong; they never show the whole token.
    Token::from_str(text).map_err(|error| refusals::unreadable(&error.to_string()))
}

fn verify<'t>(
    token: &'t Token,
    expected: &Expected<'_>,
) -> Result<&'t IdTokenClaims<Others, CoreGenderClaim>, Refusal> {
    let keys = expected.keys.clone();
    let end = expected.now - LEEWAY;
    // Also where the client has a secret: that is never the key of a signature.
    let verifier = CoreIdTokenVerifier::new_public_client(
        expected.client_id.clone(),
        expected.issuer.clone(),
        keys,
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || end)
    // Whether others may be named beside us is up to `azp`, below.
    .set_other_audience_verifier_fn(|_| true);
    let verified = match expected.nonce {
        Some(nonce) => token.claims(&verifier, nonce),
        None => token.claims(&verifier, |_: Option<&Nonce>| Ok(())),
    };
    let verified = verified.map_err(|error| {
        let why = refusals::unverified(&error);
        if is_unknown_key(&error) {
            Refusal::UnknownKey(why)
        } else {
            Refusal::Final(why)
        }
    })?;
    require_party(verified, expected.client_id).map_err(Refusal::Final)?;
    require_past(verified, expected.now).map_err(Refusal::Final)?;
    require_access_token(token, verified, &verifier, expected.access_token)
        .map_err(Refusal::Final)?;
    Ok(verified)
}

fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    use ClaimsVerificationError::SignatureVerification;
    matches!(
        error,
        SignatureVerification(SignatureVerificationError::NoMatchingKey)
    )
}

/// Issued to us: by `azp` where it is there, and it must be where there are several audiences.
fn require_party(
    claims: &IdTokenClaims<Others, CoreGenderClaim>,
    client_id: &ClientId,
) -> Result<(), IdentityError> {
    match claims.authorized_party() {
        Some(party) if party == client_id => Ok(()),
        None if claims.audiences().len() == 1 => Ok(()),
        _ => Err(refusals::other_client()),
    }
}

fn require_past(
    claims: &IdTokenClaims<Others, CoreGenderClaim>,
    now: DateTime<Utc>,
) -> Result<(), IdentityError> {
    if claims.issue_time() > now + LEEWAY {
        return Err(refusals::clock_skew("comes from the future"));
    }
    Ok(())
}

/// `at_hash`, where it is there, is that of the access token that came along.
fn require_access_token(
    token: &Token,
    claims: &IdTokenClaims<Others, CoreGenderClaim>,
    verifier: &CoreIdTokenVerifier<'_>,
    access_token: &AccessToken,
) -> Result<(), IdentityError> {
    let Some(expected) = claims.access_token_hash() else {
        return Ok(());
    };
    let algorithm = token.signing_alg().ok();
    let key = token.signing_key(verifier).ok();
    let (Some(algorithm), Some(key)) = (algorithm, key) else {
        return Err(refusals::other_access_token());
    };
    match AccessTokenHash::from_token(access_token, algorithm, key) {
        Ok(hash) if hash == *expected => Ok(()),
        _ => Err(refusals::other_access_token()),
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
