//! From the claims of a verified ID token to those that the daemon decides about.

use proauth_interface::{Claims, IdentityError, Provider};
use serde::Serialize;
use serde_json::Value;

use crate::{refusals, text};

/// As long as a claim may be that names somebody, in bytes. OpenID bounds `sub` at 255; an e-mail
/// address has at most 254.
const LONGEST: usize = 255;

/// What `provider` wants to know of `verified`.
///
/// # Errors
/// If it is not there, or is no name.
pub fn read(verified: &impl Serialize, provider: &Provider) -> Result<Claims, IdentityError> {
    let all = serde_json::to_value(verified).unwrap_or_default();
    let subject = &provider.subject_claim;
    let domain = match all.get(&provider.domain_claim) {
        Some(value) if !provider.domain_claim.is_empty() => {
            name(Some(value)).ok_or_else(|| no_claim("domain_claim", &provider.domain_claim))?
        }
        _ => String::new(),
    };
    Ok(Claims {
        pending: false,
        issuer: provider.issuer.clone(),
        subject: name(all.get(subject)).ok_or_else(|| no_claim("subject_claim", subject))?,
        user: name(all.get(&provider.user_claim))
            .ok_or_else(|| no_claim("user_claim", &provider.user_claim))?,
        verified: all.get(&provider.verified_claim) == Some(&Value::Bool(true)),
        domain,
    })
}

/// A name is taken as it is or not at all: one that was mended would be somebody else's.
fn name(claim: Option<&Value>) -> Option<String> {
    let name = claim?.as_str()?;
    let is_name = !name.is_empty() && name.len() <= LONGEST && text::is_plain(name);
    is_name.then(|| name.to_owned())
}

fn no_claim(setting: &str, claim: &str) -> IdentityError {
    refusals::no_claim(setting, claim)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn google() -> Provider {
        Provider {
            issuer: "https://accounts.google.com".into(),
            user_claim: "email".into(),
            verified_claim: "email_verified".into(),
            domain_claim: "hd".into(),
            subject_claim: "sub".into(),
            ..Provider::default()
        }
    }

    fn alice() -> Value {
        json!({
            "sub": "1234", "email": "alice@example.com", "email_verified": true,
            "hd": "example.com",
        })
    }

    #[test]
    fn the_configured_claims_are_read() {
        let claims = read(&alice(), &google()).unwrap();
        assert_eq!(claims.issuer, "https://accounts.google.com");
        assert_eq!(claims.subject, "1234");
        assert_eq!(claims.user, "alice@example.com");
        assert_eq!(claims.domain, "example.com");
        assert!(claims.verified && !claims.pending);
        let entra = Provider {
            user_claim: "preferred_username".into(),
            verified_claim: String::new(),
            domain_claim: String::new(),
            subject_claim: "oid".into(),
            ..google()
        };
        let token = json!({"sub": "pairwise", "oid": "o-1", "preferred_username": "alice"});
        let claims = read(&token, &entra).unwrap();
        assert_eq!(
            (claims.subject.as_str(), claims.user.as_str()),
            ("o-1", "alice")
        );
        assert!(!claims.verified && claims.domain.is_empty());
    }

    #[test]
    fn only_the_json_value_true_verifies() {
        for value in [
            json!("true"),
            json!(1),
            json!(false),
            json!(null),
            json!([true]),
        ] {
            let mut token = alice();
            token["email_verified"] = value.clone();
            assert!(!read(&token, &google()).unwrap().verified, "{value}");
        }
    }

    #[test]
    fn a_claim_that_names_nobody_is_refused() {
        for claim in ["sub", "email", "hd"] {
            for value in [
                json!(""),
                json!(7),
                json!("a\nb"),
                json!("a\u{202e}b"),
                json!(["a"]),
            ] {
                let mut token = alice();
                token[claim] = value.clone();
                assert!(read(&token, &google()).is_err(), "{claim}: {value}");
            }
            let mut token = alice();
            token[claim] = json!("x".repeat(256));
            assert!(read(&token, &google()).is_err(), "{claim} too long");
        }
        for claim in ["sub", "email"] {
            let mut token = alice();
            token.as_object_mut().unwrap().remove(claim);
            assert!(read(&token, &google()).is_err(), "{claim}");
        }
    }

    #[test]
    fn a_domain_is_only_read_where_one_is_looked_at() {
        let mut token = alice();
        token.as_object_mut().unwrap().remove("hd");
        assert_eq!(read(&token, &google()).unwrap().domain, "");
        token[""] = json!("odd.example");
        let any = Provider {
            domain_claim: String::new(),
            verified_claim: String::new(),
            ..google()
        };
        token["email_verified"] = json!(true);
        let claims = read(&token, &any).unwrap();
        assert_eq!((claims.domain.as_str(), claims.verified), ("", false));
    }
}
