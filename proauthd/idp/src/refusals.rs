//! What people are told when an issuer refuses, or when its ID token is refused: the list for
//! troubleshooting.

use openidconnect::{ClaimsVerificationError as Claim, SignatureVerificationError as Signature};
use proauth_interface::IdentityError::{
    self, Denied, Expired, Misconfigured, Unreachable, Untrusted,
};
use proauth_interface::SignIn;

use crate::text::shown;

/// As much of an issuer's explanation as is shown, in characters.
const WORDS: usize = 300;

/// What an error of OAuth (RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5) comes to.
/// `description` is what the issuer says about it.
pub fn oauth(error: &str, description: Option<&str>, how: SignIn) -> IdentityError {
    let said = said(error, description);
    let (key, google) = match how {
        SignIn::Device => ("device_client", "TVs and Limited Input devices"),
        SignIn::Browser => ("browser_client", "Desktop app"),
    };
    let wrong_type = || {
        Misconfigured(format!(
            "the client id is not of the type that this way to sign in needs: make one of type \
             \"{google}\" (Google; elsewhere, allow this grant) and set identity.{key}_id and its \
             secret {said}"
        ))
    };
    match error {
        "invalid_client" if names_the_type(description) => wrong_type(),
        "unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type" => {
            wrong_type()
        }
        "invalid_client" => Misconfigured(format!(
            "the identity provider does not know this client id or secret: check \
             identity.{key}_id and its secret (identity.{key}_secret_file, or the credential \
             {key}_secret) {said}"
        )),
        "redirect_uri_mismatch" => Misconfigured(format!(
            "the identity provider does not let this client id come back to http://127.0.0.1: make \
             one of type \"Desktop app\" (Google; elsewhere, a native client with loopback \
             redirects) and set identity.browser_client_id {said}"
        )),
        "invalid_scope" => Misconfigured(format!(
            "the identity provider does not give these scopes to this client: check \
             identity.scopes {said}"
        )),
        "org_internal" => Denied(format!(
            "this client is only for people of its own organisation: sign in with such an account, \
             or have the consent screen opened to others {said}"
        )),
        "access_denied" => Denied(format!(
            "the sign-in was refused: start again and allow it; if the provider refused it, the \
             account may have to be allowed there (Google: as a test user, or by publishing the \
             app) {said}"
        )),
        "expired_token" | "invalid_grant" => Expired(format!(
            "the sign-in took too long or was used already: start again {said}"
        )),
        "server_error" | "temporarily_unavailable" | "internal_failure" => Unreachable(format!(
            "the identity provider has a fault of its own: try again in some minutes {said}"
        )),
        _ => Misconfigured(format!(
            "the identity provider refuses the request: look this up in its documentation {said}"
        )),
    }
}

/// Google says "Invalid client type." under the name of any other wrong client.
fn names_the_type(description: Option<&str>) -> bool {
    description.is_some_and(|words| words.to_ascii_lowercase().contains("client type"))
}

/// The issuer's own words, in brackets.
fn said(error: &str, description: Option<&str>) -> String {
    let words = match description {
        Some(description) => format!("{error}: {description}"),
        None => error.to_owned(),
    };
    format!("(it says: {})", shown(&words, WORDS))
}

/// There is no ID token at all.
pub fn no_id_token() -> IdentityError {
    Misconfigured(
        "the identity provider sent no ID token: \"openid\" must be among identity.scopes, and the \
         client must be one of OpenID Connect"
            .into(),
    )
}

/// The ID token is none, or lacks a claim that all must have. `why` is what the library says.
pub fn unreadable(why: &str) -> IdentityError {
    let inner = why.split_once("Error(\"");
    let inner = inner.and_then(|(_, rest)| rest.split_once("\", line"));
    let why = inner.map_or(why, |(inner, _)| inner).replace('\\', "");
    refused(&format!("it cannot be read ({why})"))
}

/// The ID token comes from the future, or is over.
pub fn clock_skew(when: &str) -> IdentityError {
    Untrusted(format!(
        "the identity provider's token {when}: check this machine's clock (`timedatectl`), and \
         start again"
    ))
}

/// The ID token does not say what is needed.
pub fn no_claim(setting: &str, claim: &str) -> IdentityError {
    Untrusted(format!(
        "the identity provider's token has no usable claim \"{}\": check identity.{setting}, \
         identity.scopes, and what the provider puts into ID tokens",
        shown(claim, WORDS)
    ))
}

/// The ID token was made for another client, or on behalf of one.
pub fn other_client() -> IdentityError {
    refused("it was issued to another client")
}

/// The access token beside it is another one.
pub fn other_access_token() -> IdentityError {
    refused("it belongs to another access token")
}

/// The ID token does not stand up to what the library checks.
pub fn unverified(error: &Claim) -> IdentityError {
    let why = match error {
        Claim::Expired(_) => return clock_skew("is over already"),
        Claim::InvalidIssuer(_) => "it comes from another issuer",
        Claim::InvalidAudience(_) => return other_client(),
        Claim::InvalidNonce(_) => "it answers another sign-in (nonce)",
        Claim::SignatureVerification(error) => return unsigned(error),
        _ => return refused(&error.to_string()),
    };
    refused(why)
}

fn unsigned(error: &Signature) -> IdentityError {
    let why = match error {
        Signature::NoSignature => "it is not signed",
        Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_) => {
            "it is signed with an algorithm other than RS256, ES256 and EdDSA"
        }
        Signature::NoMatchingKey => "it is signed with a key that the provider does not publish",
        Signature::AmbiguousKeyId(_) => "it does not say with which key it is signed",
        _ => "its signature is wrong",
    };
    refused(why)
}

/// The end of every sentence about a token that should not be.
fn refused(why: &str) -> IdentityError {
    Untrusted(format!(
        "the identity provider's token is refused: {}; start again, and if that goes on, check \
         identity.issuer and tell whoever runs the provider",
        shown(why, WORDS)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(error: &str, description: Option<&str>, how: SignIn) -> String {
        oauth(error, description, how).to_string()
    }

    #[test]
    fn what_google_says_of_a_wrong_client_type_is_told_apart() {
        let device = sentence(
            "invalid_client",
            Some("Invalid client type."),
            SignIn::Device,
        );
        assert!(device.contains("TVs and Limited Input devices"), "{device}");
        assert!(device.contains("identity.device_client_id"), "{device}");
        let browser = sentence("unauthorized_client", None, SignIn::Browser);
        assert!(browser.contains("Desktop app"), "{browser}");
        let secret = sentence("invalid_client", Some("Unauthorized"), SignIn::Browser);
        assert!(secret.contains("does not know"), "{secret}");
        assert!(
            secret.contains("identity.browser_client_secret_file"),
            "{secret}"
        );
    }

    #[test]
    fn saying_no_being_late_and_being_wrong_are_three_things() {
        let kind = |error| oauth(error, None, SignIn::Device);
        assert!(matches!(kind("access_denied"), Denied(_)));
        assert!(matches!(kind("expired_token"), Expired(_)));
        assert!(matches!(kind("invalid_scope"), Misconfigured(_)));
        assert!(matches!(kind("never_heard_of"), Misconfigured(_)));
        assert!(matches!(kind("server_error"), Unreachable(_)));
    }

    #[test]
    fn an_issuer_steers_no_terminal_with_its_errors() {
        let evil = format!("\x1b]0;owned\x07{}", "x".repeat(5000));
        for error in ["access_denied", &evil] {
            let sentence = sentence(error, Some(&evil), SignIn::Device);
            assert!(!sentence.contains(char::is_control), "{sentence:?}");
            assert!(sentence.len() < 1000, "{}", sentence.len());
        }
    }
}
