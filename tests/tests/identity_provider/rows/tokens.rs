//! ID tokens that should not be.

use serde_json::{Value, json};

use crate::row::Row;

/// All of them.
pub fn all() -> Vec<Row> {
    [signatures(), claims(), in_a_browser()].concat()
}

fn untrusted(case: &'static str, token: Value, words: &'static str) -> Row {
    Row::evil(case, json!({"token": token}), "Untrusted", words)
}

fn signatures() -> Vec<Row> {
    let algorithm = "an algorithm other than RS256, ES256 and EdDSA";
    vec![
        untrusted(
            "not signed (alg: none)",
            json!({"alg": "none"}),
            "it is not signed",
        ),
        untrusted(
            "HS256 with the public key",
            json!({"alg": "HS256"}),
            algorithm,
        ),
        untrusted(
            "an algorithm that is not allowed",
            json!({"alg": "RS384"}),
            algorithm,
        ),
        untrusted(
            "somebody else's key",
            json!({"key": "foreign"}),
            "signature is wrong",
        ),
        untrusted(
            "somebody else's key, ES256",
            json!({"alg": "ES256", "key": "foreign"}),
            "signature is wrong",
        ),
        untrusted(
            "somebody else's key, EdDSA",
            json!({"alg": "EdDSA", "key": "foreign"}),
            "signature is wrong",
        ),
        untrusted(
            "a key that is never published",
            json!({"kid": "unknown"}),
            "does not publish",
        ),
        untrusted(
            "at_hash of another access token",
            json!({"at_hash": "wrong"}),
            "another access token",
        ),
    ]
}

fn claims() -> Vec<Row> {
    let claims = |case, claims, words| untrusted(case, json!({"claims": claims}), words);
    let unreadable = "it cannot be read";
    let client = "another client";
    vec![
        claims(
            "iss of another issuer",
            json!({"iss": "https://evil.example"}),
            "another issuer",
        ),
        claims("no iss", json!({"iss": null}), unreadable),
        claims("aud of another client", json!({"aud": "another"}), client),
        claims("no aud", json!({"aud": null}), client),
        claims(
            "several aud, no azp",
            json!({"aud": ["the-client", "another"]}),
            client,
        ),
        claims("azp of another client", json!({"azp": "another"}), client),
        untrusted(
            "expired",
            json!({"exp": -120, "iat": -3600}),
            "check this machine's clock",
        ),
        claims("no exp", json!({"exp": null}), unreadable),
        untrusted(
            "from the future",
            json!({"iat": 600, "exp": 3600}),
            "comes from the future",
        ),
        claims("no iat", json!({"iat": null}), unreadable),
        claims("no sub", json!({"sub": null}), unreadable),
        claims("empty sub", json!({"sub": ""}), "no usable claim \"sub\""),
        claims(
            "no email",
            json!({"email": null}),
            "no usable claim \"email\"",
        ),
        claims(
            "email with a line break",
            json!({"email": "alice@example.com\nroot"}),
            "\"email\"",
        ),
        claims(
            "email_verified: \"true\", a string",
            json!({"email_verified": "true"}),
            unreadable,
        ),
        claims(
            "hd that is a list",
            json!({"hd": ["example.com"]}),
            "no usable claim \"hd\"",
        ),
    ]
}

fn in_a_browser() -> Vec<Row> {
    let nonce = "another sign-in (nonce)";
    [
        untrusted("nonce of another sign-in", json!({"nonce": "wrong"}), nonce),
        untrusted("no nonce", json!({"nonce": "missing"}), nonce),
        untrusted(
            "not signed, in a browser",
            json!({"alg": "none"}),
            "it is not signed",
        ),
    ]
    .map(Row::in_a_browser)
    .to_vec()
}
