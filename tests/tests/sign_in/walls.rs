//! What somebody could do who has taken over `proauth-idp`, or poses as it.

use proauth_e2e::{Answer, Interfaces, World, repository};

use crate::help::{assert_lets_in, assert_refused, enroll, stored, world};

const IDP: &str = "proauth-idp";

/// A first enrollment of alice, as `busctl` takes it.
#[rustfmt::skip]
const START: [&str; 22] = [
    "7", "user", "s", "alice", "how", "u", "1", "purpose", "u", "1", "name", "s", "",
    "ticket", "s", "", "code", "s", "", "any_identity", "b", "false",
];

/// Values of these types that mean as little as can be, as `busctl` takes them.
fn values(signature: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut types = signature.chars().filter(|c| !"()".contains(*c));
    while let Some(one) = types.next() {
        let value = match one {
            's' => "alice",
            'a' => {
                // Of its elements, there are none.
                types.next();
                "0"
            }
            _number => "1",
        };
        values.push(value.to_owned());
    }
    values
}

#[test]
fn its_uid_opens_neither_store_nor_key() {
    let world = world();
    let _alice = enroll(&world, &mut world.browser());
    for secret in [
        "/etc/proauth/proauthd.key",
        "/var/lib/proauth/proauth.db",
        "/var/lib/proauth/proauth.db-wal",
    ] {
        assert!(world.path(secret).exists(), "{secret} is not there");
        let ran = world.run_as(IDP, &["cat", secret]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("Permission denied"), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
    let listed = world.run_as(IDP, &["ls", "/var/lib/proauth"]);
    assert!(listed.stderr.contains("Permission denied"), "{listed:?}");
}

#[test]
fn its_uid_calls_no_method_of_the_daemon() {
    for world in [world(), World::builder().identity().lax_bus().build()] {
        let before = stored(&world);
        let shipped = repository().join("config/dbus/org.proauth.Daemon1.xml");
        let text = std::fs::read_to_string(shipped).expect("it can be read");
        let mut called = 0;
        for method in Interfaces::parse(&text).methods {
            let signature = method.signature();
            let values = match signature.as_str() {
                "a{sv}" => START.map(str::to_owned).to_vec(),
                others => values(others),
            };
            let body = [vec![signature], values].concat();
            let body: Vec<&str> = body.iter().map(String::as_str).collect();
            let body = if body == [""] { &[] } else { &body[..] };
            let Answer::Error(name) = world.call(IDP, &method.name, body) else {
                panic!("{} is answered", method.name);
            };
            let denied = [
                "org.freedesktop.DBus.Error.AccessDenied",
                "org.proauth.Daemon1.Error.NotAuthorized",
            ];
            assert!(denied.contains(&name.as_str()), "{}: {name}", method.name);
            called += 1;
        }
        assert!(called > 20, "only {called} methods");
        assert_eq!(stored(&world), before);
    }
}

#[test]
fn nobody_but_its_account_vouches_for_anybody() {
    let program = env!("CARGO_BIN_EXE_impostor");
    for user in ["alice", "messagebus"] {
        let world = World::builder().identity().lax_bus().build();
        let before = stored(&world);
        let _impostor = world.pose(program, user, "vouch");
        let ran = world.enroll_in_vain("alice", &[]);
        assert_eq!(ran.code, Some(5), "{ran:?}");
        assert!(ran.stderr.contains("somebody is posing as it"), "{ran:?}");
        assert_eq!(stored(&world), before);
    }
}

#[test]
fn who_has_taken_it_over_can_bind_who_is_not_enrolled_and_nobody_else() {
    // What the threat model says of it; and so the impostor above is a good one.
    let world = World::builder().identity().lax_bus().build();
    let _impostor = world.pose(env!("CARGO_BIN_EXE_impostor"), IDP, "vouch");
    let offer = world.sign_in("alice", &[]).offer();
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);

    let wrong = alice.wrong_code();
    let refused = world.try_sign_in("alice", &["--replace"], &[&wrong]);
    assert_eq!(refused.expect_err("the code was wrong").code, Some(1));
    let of_bob = world.sign_in("bob", &[]).end();
    assert_refused(&of_bob, "whose account is not bob");
    assert_lets_in(&world, &alice);
}
