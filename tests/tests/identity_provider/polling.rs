//! How a sign-in goes: how often the issuer is asked, how long, and what ends it.

use proauth_e2e::HostileIssuer;
use proauth_interface::SignIn::{Browser, Device};
use serde_json::json;

use crate::client::{Client, provider, world};
use crate::row::parts;

#[test]
fn the_issuer_is_asked_as_often_as_it_says_and_slow_down_adds_five_seconds() {
    let world = world();
    let polls = [
        "authorization_pending",
        "slow_down",
        "authorization_pending",
    ];
    let issuer = HostileIssuer::start(&world, &json!({"polls": polls, "device": {"interval": 2}}));
    let client = Client::find(&world);
    let grant = client
        .start(&provider(issuer.address()), Device)
        .expect("it begins");
    client.wait(grant.id).expect("alice signs in");
    let begun = issuer.asked("device");
    let asked = issuer.asked("token");
    let times = [begun, asked].concat();
    let pauses: Vec<u64> = times.windows(2).map(|two| two[1] - two[0]).collect();
    let wanted = [2000..4000, 2000..4000, 7000..9000, 7000..9000];
    assert_eq!(pauses.len(), wanted.len(), "{pauses:?}");
    for (pause, wanted) in pauses.iter().zip(wanted) {
        assert!(wanted.contains(pause), "{pauses:?}");
    }
}

#[test]
fn an_unknown_key_is_looked_up_exactly_once_more() {
    let world = world();
    let client = Client::find(&world);
    for (kid, is_let_in) in [("unknown", false), ("rotated", true)] {
        let issuer = HostileIssuer::start(&world, &json!({"token": {"kid": kid}}));
        let grant = client
            .start(&provider(issuer.address()), Device)
            .expect("it begins");
        assert_eq!(client.wait(grant.id).is_ok(), is_let_in, "{kid}");
        assert_eq!(issuer.asked("jwks").len(), 2, "{kid}");
    }
}

#[test]
fn a_sign_in_ends_when_its_code_does_and_after_half_an_hour_at_most() {
    let world = world();
    let client = Client::find(&world);
    let pending = vec!["authorization_pending"; 100];
    let begin = |seconds: u64| {
        let knobs = json!({"polls": pending, "device": {"expires_in": seconds}});
        let issuer = HostileIssuer::start(&world, &knobs);
        let grant = client
            .start(&provider(issuer.address()), Device)
            .expect("it begins");
        (issuer, grant)
    };
    let (_issuer, grant) = begin(3);
    assert_eq!(grant.expires_in, 3);
    let (error, _) = parts(&client.wait(grant.id).expect_err("nobody signs in"));
    assert_eq!(error, "Expired");
    let (_issuer, grant) = begin(1_000_000_000);
    assert_eq!(grant.expires_in, 30 * 60);
    client.cancel(grant.id).expect("it is under way");
    let (error, _) = parts(&client.wait(grant.id).expect_err("it is cancelled"));
    assert_eq!(error, "NoSuchGrant");
}

#[test]
fn sixteen_sign_ins_are_under_way_at_most() {
    let world = world();
    let client = Client::find(&world);
    let pending = vec!["authorization_pending"; 100];
    let issuer = HostileIssuer::start(&world, &json!({"polls": pending}));
    let provider = provider(issuer.address());
    let grants: Vec<_> = (0..16)
        .map(|_| client.start(&provider, Device).expect("there is room"))
        .collect();
    let (error, _) = parts(&client.start(&provider, Device).expect_err("there is none"));
    assert_eq!(error, "TooMany");
    client.cancel(grants[0].id).expect("it is under way");
    client
        .start(&provider, Browser)
        .expect("there is room again");
}

#[test]
fn strangers_at_the_loopback_address_neither_end_nor_forge_a_sign_in() {
    let world = world();
    let client = Client::find(&world);
    let issuer = HostileIssuer::start(&world, &json!({}));
    let grant = client
        .start(&provider(issuer.address()), Browser)
        .expect("it begins");
    let back = parameter(&grant.uri, "redirect_uri")
        .replace("%3A", ":")
        .replace("%2F", "/");
    assert!(back.starts_with("http://127.0.0.1:"), "{back}");
    for stray in [
        "",
        "?code=forged",
        "?code=forged&state=x",
        "?error=access_denied&state=x",
        "x",
    ] {
        let (status, page) = issuer.visit(&format!("{back}{stray}"));
        assert_eq!(status, 400, "{stray}: {page}");
    }
    let (status, page) = issuer.visit(&grant.uri);
    assert_eq!(status, 200);
    assert!(page.contains("You can close this page"), "{page}");
    let claims = client.wait(grant.id).expect("alice signs in");
    assert_eq!(claims.user, "alice@example.com");
    let (status, _) = issuer.visit(&format!("{back}?code=again&state=x"));
    assert_eq!(status, 0, "nobody listens any more");
}

#[test]
fn a_browser_is_sent_off_with_proof_of_possession_and_a_device_without() {
    let world = world();
    let client = Client::find(&world);
    let issuer = HostileIssuer::start(&world, &json!({}));
    let provider = provider(issuer.address());
    let grant = client.start(&provider, Browser).expect("it begins");
    assert_eq!(parameter(&grant.uri, "code_challenge_method"), "S256");
    assert_eq!(parameter(&grant.uri, "scope"), "openid+email+profile");
    for random in ["state", "nonce", "code_challenge"] {
        assert!(parameter(&grant.uri, random).len() >= 16, "{}", grant.uri);
    }
    issuer.visit(&grant.uri);
    client.wait(grant.id).expect("alice signs in");
    let grant = client.start(&provider, Device).expect("it begins");
    client.wait(grant.id).expect("alice signs in");
    let told = issuer.told("token");
    assert!(told[0]["code_verifier"].is_string(), "{told:?}");
    assert_eq!(told[1]["device_code"], "device-code");
    for one in told {
        assert_eq!(one["client_id"], "the-client");
        assert_eq!(one["client_secret"], "device-secret");
    }
}

#[test]
fn what_an_issuer_offers_is_told_without_a_sign_in() {
    let world = world();
    let client = Client::find(&world);
    let issuer = HostileIssuer::start(&world, &json!({}));
    let address = issuer.address();
    let told = client.check(&provider(address)).expect("it is a good one");
    assert_eq!(
        told.device_authorization_endpoint,
        format!("{address}/device")
    );
    assert_eq!(told.authorization_endpoint, format!("{address}/authorize"));
    assert_eq!(told.token_endpoint, format!("{address}/token"));
    assert_eq!(
        told.algorithms,
        ["RS256", "ES256", "EdDSA"],
        "neither HS256 nor none"
    );
    assert!(told.client_secret);
    assert!(issuer.asked("device").is_empty());
}

/// The value of `name` in the query of `url`, as it stands there.
fn parameter<'u>(url: &'u str, name: &str) -> &'u str {
    let (_, query) = url.split_once('?').expect("it has a query");
    let mut values = query.split('&').filter_map(|one| one.split_once('='));
    let found = values.find(|(key, _)| *key == name);
    found.unwrap_or_else(|| panic!("{url} has no {name}")).1
}
