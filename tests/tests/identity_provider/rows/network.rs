//! Networks that lead elsewhere, or nowhere.

use serde_json::{Value, json};

use crate::row::Row;

/// All of them.
pub fn all() -> Vec<Row> {
    [redirects(), tls(), slowness(), settings()].concat()
}

fn redirects() -> Vec<Row> {
    let to = |endpoint: &str, target: &str| json!({"endpoint": {endpoint: {"redirect": target}}});
    let row =
        |case, knobs: Value| Row::evil(case, knobs, "Untrusted", "redirects are not followed");
    vec![
        row("redirect loop", to("discovery", "loop")),
        row(
            "redirect to another host",
            to("discovery", "https://evil.example/"),
        ),
        row("redirect to a file", to("discovery", "file:///etc/passwd")),
        row("keys redirected", to("jwks", "loop")),
        row(
            "device endpoint redirected",
            to("device", "https://evil.example/"),
        ),
        row(
            "token endpoint redirected",
            to("token", "https://evil.example/"),
        ),
        row(
            "token endpoint redirected, in a browser",
            to("token", "loop"),
        )
        .in_a_browser(),
    ]
}

fn tls() -> Vec<Row> {
    let row = |case, knobs| Row::evil(case, knobs, "Untrusted", "certificate is not to be trusted");
    vec![
        row("TLS: unknown authority", json!({}))
            .over_tls()
            .asked(|provider| provider.ca_file.clear()),
        row(
            "TLS: a certificate of another name",
            json!({"host": "testhost"}),
        )
        .over_tls(),
    ]
}

fn slowness() -> Vec<Row> {
    let slow = |endpoint: &str| json!({"endpoint": {endpoint: "slow"}});
    vec![
        Row::evil(
            "discovery that trickles",
            slow("discovery"),
            "Unreachable",
            "no answer within 10 seconds",
        ),
        Row::evil(
            "keys that trickle",
            slow("jwks"),
            "Unreachable",
            "no answer within 10 seconds",
        ),
        Row::evil(
            "status 503",
            json!({"endpoint": {"discovery": {"status": 503}}}),
            "Unreachable",
            "answers with status 503",
        ),
    ]
}

/// What is wrong with these is what the issuer is asked with.
fn settings() -> Vec<Row> {
    let row = |case, error, words| Row::evil(case, json!({}), error, words);
    vec![
        row(
            "plain http off loopback",
            "Misconfigured",
            "is not an https address",
        )
        .asked(|provider| provider.issuer = "http://testhost:8080".into()),
        row(
            "issuer that is no address",
            "Misconfigured",
            "is not an https address",
        )
        .asked(|provider| provider.issuer = "accounts.google.com".into()),
        row(
            "issuer in a file",
            "Misconfigured",
            "is not an https address",
        )
        .asked(|provider| provider.issuer = "file:///etc".into()),
        row(
            "issuer that nobody knows",
            "Unreachable",
            "cannot be reached",
        )
        .asked(|provider| provider.issuer = "https://issuer.invalid".into()),
        row("nobody listens there", "Unreachable", "cannot be reached")
            .asked(|provider| provider.issuer = "http://127.0.0.1:9".into()),
        row("no client id", "Misconfigured", "identity.device_client_id")
            .asked(|provider| provider.client_id.clear()),
        row(
            "client secret that is not there",
            "Misconfigured",
            "chmod 0640",
        )
        .asked(|provider| provider.client_secret_file = "/etc/proauth/absent".into()),
        row(
            "client secret that only root reads",
            "Misconfigured",
            "chmod 0640",
        )
        .asked(|provider| provider.client_secret_file = "/etc/shadow".into()),
        row(
            "ca_file without a certificate",
            "Misconfigured",
            "no certificate in PEM form",
        )
        .asked(|provider| provider.ca_file = "/etc/hosts".into()),
        row(
            "proxy that is no address",
            "Misconfigured",
            "http://host:port",
        )
        .asked(|provider| provider.proxy = "socks5://127.0.0.1:1080".into()),
    ]
}
