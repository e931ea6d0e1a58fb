use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJsonWebKey};
use openidconnect::{
    Audience, EndUserEmail, JsonWebKeyId, PrivateSigningKey, StandardClaims, SubjectIdentifier,
};

use super::*;

/// The first secret key of RFC 8032 section 7.1.
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----";

const NOW: i64 = 1_800_000_000;

type Told = IdTokenClaims<Others, CoreGenderClaim>;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).unwrap()
}

fn key(kid: &str) -> CoreEdDsaPrivateSigningKey {
    let kid = JsonWebKeyId::new(kid.to_owned());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(KEY, Some(kid)).unwrap()
}

fn published(kid: &str) -> CoreJsonWebKeySet {
    let key: CoreJsonWebKey = key(kid).as_verification_key();
    CoreJsonWebKeySet::new(vec![key])
}

/// What a good issuer says of alice.
fn alice() -> Told {
    let subject = SubjectIdentifier::new("1234".into());
    let email = EndUserEmail::new("alice@example.com".into());
    let standard = StandardClaims::new(subject).set_email(Some(email));
    IdTokenClaims::new(
        IssuerUrl::new("https://issuer.example".into()).unwrap(),
        vec![Audience::new("us".into())],
        at(3600),
        at(0),
        standard,
        Others(Map::new()),
    )
}

/// The error, if a token with `claims` is refused at `now` seconds after it was made.
fn refusal_at(claims: Told, now: i64, nonce: Option<&str>) -> Option<String> {
    let algorithm = CoreJwsSigningAlgorithm::EdDsa;
    let access_token = AccessToken::new("access".into());
    let token = Token::new(claims, &key("k"), algorithm, None, None).unwrap();
    let token = parse(&token.to_string()).unwrap();
    let nonce = nonce.map(|nonce| Nonce::new(nonce.into()));
    let expected = Expected {
        issuer: &IssuerUrl::new("https://issuer.example".into()).unwrap(),
        client_id: &ClientId::new("us".into()),
        keys: &published("k"),
        nonce: nonce.as_ref(),
        access_token: &access_token,
        now: at(now),
    };
    match verify(&token, &expected) {
        Ok(_) => None,
        Err(Refusal::UnknownKey(why) | Refusal::Final(why)) => Some(why.to_string()),
    }
}

fn refusal(claims: Told) -> Option<String> {
    refusal_at(claims, 0, None)
}

fn audiences(names: &[&str]) -> Vec<Audience> {
    names
        .iter()
        .map(|name| Audience::new((*name).into()))
        .collect()
}

fn party(name: &str) -> Option<ClientId> {
    Some(ClientId::new(name.into()))
}

#[test]
fn a_good_token_is_believed_for_as_long_as_it_says_and_a_minute() {
    assert_eq!(refusal(alice()), None);
    assert_eq!(refusal_at(alice(), 3600 + 59, None), None);
    let over = refusal_at(alice(), 3600 + 60, None).unwrap();
    assert!(over.contains("clock"), "{over}");
}

#[test]
fn a_token_from_the_future_is_believed_if_it_is_a_minute_at_most() {
    assert_eq!(refusal_at(alice(), -60, None), None);
    let early = refusal_at(alice(), -61, None).unwrap();
    assert!(early.contains("from the future"), "{early}");
}

#[test]
fn a_token_is_for_us_alone_or_says_that_we_asked_for_it() {
    for (to, azp, believed) in [
        (&["us"][..], None, true),
        (&["us"], party("us"), true),
        (&["us", "them"], party("us"), true),
        (&["us", "them"], None, false),
        (&["us", "them"], party("them"), false),
        (&["us"], party("them"), false),
        (&["them"], None, false),
        (&["them"], party("us"), false),
        (&[], party("us"), false),
        (&["US"], None, false),
    ] {
        let claims = alice().set_audiences(audiences(to));
        let claims = claims.set_authorized_party(azp.clone());
        assert_eq!(refusal(claims).is_none(), believed, "{to:?} {azp:?}");
    }
}

#[test]
fn another_issuer_is_not_believed() {
    for issuer in ["https://evil.example", "https://issuer.example/"] {
        let issuer = IssuerUrl::new(issuer.into()).unwrap();
        let why = refusal(alice().set_issuer(issuer)).unwrap();
        assert!(why.contains("another issuer"), "{why}");
    }
}

#[test]
fn a_nonce_is_that_of_the_sign_in() {
    let with = |nonce: &str| alice().set_nonce(Some(Nonce::new(nonce.into())));
    assert_eq!(refusal_at(with("right"), 0, Some("right")), None);
    assert!(refusal_at(with("wrong"), 0, Some("right")).is_some());
    assert!(refusal_at(alice(), 0, Some("right")).is_some());
}

#[test]
fn an_access_token_that_is_named_must_be_the_one_that_came() {
    let named = |token: &str| {
        let key = key("k").as_verification_key();
        let token = AccessToken::new(token.into());
        let hash = AccessTokenHash::from_token(&token, &CoreJwsSigningAlgorithm::EdDsa, &key);
        alice().set_access_token_hash(Some(hash.unwrap()))
    };
    assert_eq!(refusal(named("access")), None);
    let why = refusal(named("another")).unwrap();
    assert!(why.contains("another access token"), "{why}");
}

#[test]
fn a_key_that_is_not_published_is_looked_for_once_more() {
    let algorithm = CoreJwsSigningAlgorithm::EdDsa;
    let token = Token::new(alice(), &key("new"), algorithm, None, None).unwrap();
    let look = |keys: &CoreJsonWebKeySet| {
        let expected = Expected {
            issuer: &IssuerUrl::new("https://issuer.example".into()).unwrap(),
            client_id: &ClientId::new("us".into()),
            keys,
            nonce: None,
            access_token: &AccessToken::new("access".into()),
            now: at(0),
        };
        verify(&token, &expected).map(|_| ())
    };
    assert!(matches!(
        look(&published("old")),
        Err(Refusal::UnknownKey(_))
    ));
    assert!(look(&published("new")).is_ok());
}

#[test]
fn the_algorithms_have_the_names_that_tokens_use() {
    let names: Vec<String> = ALGORITHMS.iter().map(name).collect();
    assert_eq!(names, ["RS256", "ES256", "EdDSA"]);
}
