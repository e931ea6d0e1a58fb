//! Issuers that are good, or odd at most: they let alice in.

use proauth_interface::{Claims, Grant};
use serde_json::{Value, json};

use crate::row::Row;

/// All of them.
pub fn all() -> Vec<Row> {
    let good = |case, knobs: Value| Row::odd(case, knobs, is_alice);
    let token = |case, token: Value| good(case, json!({"token": token}));
    vec![
        good("good", json!({})),
        good("good, in a browser", json!({})).in_a_browser(),
        good("good, over TLS with ca_file", json!({})).over_tls(),
        token("good, ES256", json!({"alg": "ES256"})),
        token("good, EdDSA", json!({"alg": "EdDSA"})),
        token("good, its one key without a name", json!({"kid": "none"})),
        token("good, key renewed meanwhile", json!({"kid": "rotated"})),
        token(
            "good, several aud and azp",
            json!({"claims": {"aud": ["the-client", "another"], "azp": "the-client"}}),
        ),
        good(
            "good, network fault meanwhile",
            json!({"polls": ["reset", 502]}),
        ),
        good("good, public client", json!({}))
            .asked(|provider| provider.client_secret_file.clear()),
        Row::odd(
            "unverified e-mail",
            claims(json!({"email_verified": false})),
            |claims, _| claims.user == "alice@example.com" && !claims.verified,
        ),
        Row::odd(
            "no email_verified",
            claims(json!({"email_verified": null})),
            |claims, _| !claims.verified,
        ),
        Row::odd(
            "another hd",
            claims(json!({"hd": "evil.example"})),
            |claims, _| claims.domain == "evil.example" && claims.verified,
        ),
        Row::odd("no hd", claims(json!({"hd": null})), |claims, _| {
            claims.domain.is_empty()
        }),
        Row::odd(
            "other claims, as Entra has them",
            claims(json!({"email": null, "oid": "o-1", "preferred_username": "alice"})),
            |claims, _| claims.subject == "o-1" && claims.user == "alice" && !claims.verified,
        )
        .asked(|provider| {
            provider.user_claim = "preferred_username".into();
            provider.subject_claim = "oid".into();
            provider.verified_claim.clear();
        }),
    ]
}

fn claims(claims: Value) -> Value {
    json!({"token": {"claims": claims}})
}

fn is_alice(claims: &Claims, _: &Grant) -> bool {
    claims.user == "alice@example.com"
        && claims.subject == "subject-of-alice"
        && claims.domain == "example.com"
        && claims.verified
}
