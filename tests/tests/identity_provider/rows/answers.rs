//! Answers of an issuer that are none, or not what people should see.

use serde_json::json;

use crate::row::Row;

/// All of them.
pub fn all() -> Vec<Row> {
    [refusals(), documents(), shown()].concat()
}

fn refusals() -> Vec<Row> {
    let error = |error, said| json!({"error": {"error": error, "error_description": said}});
    let mut on_device = error("invalid_client", "Invalid client type.");
    on_device["on"] = json!("device");
    let mut unknown = error("invalid_client", "The OAuth client was not found.");
    unknown["on"] = json!("device");
    let mut in_browser = error("access_denied", "no");
    in_browser["on"] = json!("browser");
    let mut inside = error(
        "org_internal",
        "Restricted to users within its organization",
    );
    inside["on"] = json!("browser");
    let steering = "\u{1b}[2J\u{1b}]0;owned\u{7}Call \u{202e}999\r\n now";
    vec![
        Row::evil(
            "wrong client type",
            on_device,
            "Misconfigured",
            "TVs and Limited Input devices",
        ),
        Row::evil(
            "unknown client",
            unknown,
            "Misconfigured",
            "does not know this client id or secret",
        ),
        Row::evil(
            "said no",
            error("access_denied", "no"),
            "Denied",
            "start again and allow it",
        ),
        Row::evil(
            "said no, in a browser",
            in_browser,
            "Denied",
            "start again and allow it",
        )
        .in_a_browser(),
        Row::evil(
            "only for its organisation",
            inside,
            "Denied",
            "own organisation",
        )
        .in_a_browser(),
        Row::evil(
            "too late",
            error("expired_token", "late"),
            "Expired",
            "start again",
        ),
        Row::evil(
            "redirect not allowed",
            error("redirect_uri_mismatch", "no"),
            "Misconfigured",
            "Desktop app",
        )
        .in_a_browser(),
        Row::evil(
            "error text that steers a terminal",
            error("access_denied", steering),
            "Denied",
            "access_denied: [2J]0;ownedCall 999 now",
        ),
        Row::evil(
            "error name that steers a terminal",
            error(steering, "x"),
            "Misconfigured",
            "(it says: [2J]0;ownedCall 999 now: x)",
        ),
    ]
}

fn documents() -> Vec<Row> {
    let text = |endpoint: &str| json!({"endpoint": {endpoint: "text"}});
    let huge = |endpoint: &str| json!({"endpoint": {endpoint: "huge"}});
    let says = |name: &str, value: &str| json!({"discovery": {name: value}});
    let plain = "http://evil.example/token";
    vec![
        Row::evil(
            "discovery: not JSON",
            text("discovery"),
            "Unreachable",
            "check identity.issuer",
        ),
        Row::evil(
            "keys: not JSON",
            text("jwks"),
            "Unreachable",
            "check identity.issuer",
        ),
        Row::evil(
            "device: not JSON",
            text("device"),
            "Unreachable",
            "not understood",
        ),
        Row::evil(
            "token: not JSON",
            text("token"),
            "Unreachable",
            "not understood",
        ),
        Row::evil(
            "discovery: 10 MB",
            huge("discovery"),
            "Untrusted",
            "larger than a megabyte",
        ),
        Row::evil(
            "keys: 10 MB",
            huge("jwks"),
            "Untrusted",
            "larger than a megabyte",
        ),
        Row::evil(
            "token: 10 MB",
            huge("token"),
            "Untrusted",
            "larger than a megabyte",
        ),
        Row::evil(
            "discovery of another issuer",
            says("issuer", "https://evil.example"),
            "Untrusted",
            "names another issuer",
        ),
        Row::evil(
            "token endpoint on plain http",
            says("token_endpoint", plain),
            "Untrusted",
            "token endpoint",
        ),
        Row::evil(
            "keys on plain http",
            says("jwks_uri", plain),
            "Untrusted",
            "must be https",
        ),
        Row::evil(
            "keys in a file",
            says("jwks_uri", "file:///etc/passwd"),
            "Untrusted",
            "must be https",
        ),
        Row::evil(
            "device endpoint in a file",
            says("device_authorization_endpoint", "file:///dev/zero"),
            "Untrusted",
            "device authorization endpoint",
        ),
        Row::evil(
            "no device endpoint",
            json!({"discovery": {"device_authorization_endpoint": null}}),
            "Misconfigured",
            "--browser",
        ),
        Row::evil(
            "status 404",
            json!({"endpoint": {"discovery": {"status": 404}}}),
            "Unreachable",
            "check identity.issuer",
        ),
    ]
}

fn shown() -> Vec<Row> {
    let device = |name: &str, value: &str| json!({"device": {name: value}});
    let issuer = json!({"authorize": {"iss": "https://evil.example"}});
    vec![
        Row::odd(
            "terminal escapes in the code",
            device("user_code", "\u{1b}[31mABCD\u{7}-\u{202e}EFGH\r\n"),
            |_, grant| grant.code == "[31mABCD-EFGH",
        ),
        Row::odd(
            "terminal escapes in the address",
            device(
                "verification_uri",
                "https://example.com/\u{1b}[2Jgo\u{9b}x\u{202e}",
            ),
            |_, grant| grant.uri == "https://example.com/[2Jgox",
        ),
        Row::odd(
            "a code as long as a book",
            device("user_code", &"X".repeat(100_000)),
            |_, grant| grant.code.len() == 64,
        ),
        Row::odd(
            "a complete address that is no address",
            device("verification_uri_complete", "javascript:alert(1)"),
            |_, grant| grant.complete_uri.is_empty(),
        ),
        Row::evil(
            "an address on plain http",
            device("verification_uri", "http://evil.example/"),
            "Untrusted",
            "cannot be shown safely",
        ),
        Row::evil(
            "an address that poses as another",
            device("verification_uri", "https://google.com@evil.example/"),
            "Untrusted",
            "cannot be shown safely",
        ),
        Row::evil(
            "a code of nothing",
            device("user_code", "\u{1b}\u{7}"),
            "Untrusted",
            "cannot be shown safely",
        ),
        Row::evil(
            "back from another issuer",
            issuer,
            "Untrusted",
            "another identity provider",
        )
        .in_a_browser(),
    ]
}
