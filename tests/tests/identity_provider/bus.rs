//! Who may speak to `proauth-idp`, who may pose as it, and when it ends.

use std::process::Child;
use std::time::Instant;

use proauth_e2e::{Answer, Interfaces, World, repository};

use crate::client::{Client, world};

const IDP: [&str; 2] = [
    "org.proauth.IdentityProvider1",
    "/org/proauth/IdentityProvider1",
];
/// The values of a call, as `busctl` takes them.
const PROVIDER: &str = "12 issuer s x client_id s x client_secret_file s x \
    client_secret_credential s x scopes as 0 proxy s x ca_file s x user_claim s x \
    verified_claim s x domain_claim s x subject_claim s x more s x";

/// Every method, with a body that it takes.
fn calls() -> [Vec<&'static str>; 4] {
    let words = |method: &'static str| method.split(' ').collect::<Vec<_>>();
    let provider = words(PROVIDER);
    [
        [words("Check a{sv}"), provider.clone()].concat(),
        [words("Start a{sv}u"), provider, words("1")].concat(),
        words("Wait t 1"),
        words("Cancel t 1"),
    ]
}

/// As `user`, to the one interface.
fn call(world: &World, user: &str, call: &[&str]) -> Answer {
    let call = [&IDP[..], &[IDP[0]], call].concat();
    world.busctl(user, &call, &[])
}

/// Starts it by hand, and waits until it serves.
pub fn start(world: &World, environment: &[(&str, &str)]) -> Child {
    let mut program = world
        .program(&["/usr/libexec/proauth-idp"])
        .by("proauth-idp");
    for (name, value) in environment {
        program = program.env(name, value);
    }
    let started = program.spawn();
    let start = Instant::now();
    let owner = [
        "org.freedesktop.DBus",
        "/",
        "org.freedesktop.DBus",
        "NameHasOwner",
        "s",
        IDP[0],
    ];
    while world.busctl("root", &owner, &[]) != Answer::Reply("b true".to_owned()) {
        assert!(start.elapsed() < proauth_e2e::DEADLINE, "it does not serve");
    }
    started
}

#[test]
fn only_root_is_let_to_it_by_the_bus() {
    let world = world();
    let _started = Client::find(&world);
    let denied = Answer::Error("org.freedesktop.DBus.Error.AccessDenied".to_owned());
    for user in ["alice", "messagebus", "proauth-idp"] {
        for one in calls() {
            assert_eq!(call(&world, user, &one), denied, "{user} {one:?}");
        }
    }
}

#[test]
fn only_root_is_answered_even_where_the_bus_lets_everybody_through() {
    let world = World::builder()
        .identity()
        .without_daemon()
        .lax_bus()
        .build();
    let _started = Client::find(&world);
    let refused = Answer::Error(format!("{}.Error.NotAuthorized", IDP[0]));
    for user in ["alice", "messagebus", "proauth-idp"] {
        for one in calls() {
            assert_eq!(call(&world, user, &one), refused, "{user} {one:?}");
        }
    }
    let root = call(&world, "root", &["Wait", "t", "1"]);
    assert_eq!(root, Answer::Error(format!("{}.Error.NoSuchGrant", IDP[0])));
}

#[test]
fn the_shipped_introspection_data_is_that_of_the_running_program() {
    let world = world();
    let _started = Client::find(&world);
    let argv = [&["busctl", "introspect", "--xml-interface"], &IDP[..]].concat();
    let live = Interfaces::parse(&world.run(&argv).expect_success().stdout);
    let file = repository().join("config/dbus/org.proauth.IdentityProvider1.xml");
    let shipped = std::fs::read_to_string(file).expect("config/dbus can be read");
    assert_eq!(live, Interfaces::parse(&shipped));
    assert_eq!(live.methods.len(), calls().len(), "{live:?}");
}

#[test]
fn only_its_account_can_own_its_name_and_nobody_takes_it_over() {
    let world = world();
    let bus = "org.freedesktop.DBus";
    // DBUS_NAME_FLAG_REPLACE_EXISTING | DBUS_NAME_FLAG_DO_NOT_QUEUE
    let request = [
        bus,
        "/org/freedesktop/DBus",
        bus,
        "RequestName",
        "su",
        IDP[0],
        "6",
    ];
    let denied = Answer::Error("org.freedesktop.DBus.Error.AccessDenied".to_owned());
    for user in ["alice", "messagebus", "root"] {
        assert_eq!(world.busctl(user, &request, &[]), denied, "{user}");
    }
    // 1: it is the owner now; 3: somebody else is.
    let own = || world.busctl("proauth-idp", &request, &[]);
    assert_eq!(own(), Answer::Reply("u 1".to_owned()));
    let _started = Client::find(&world);
    assert_eq!(own(), Answer::Reply("u 3".to_owned()));
}

#[test]
fn it_ends_half_a_minute_after_it_was_needed_last() {
    let world = world();
    let mut idp = start(&world, &[]);
    let asked = Instant::now();
    let _no_such_grant = call(&world, "root", &["Wait", "t", "1"]);
    let ended = idp.wait().expect("a child can be waited for");
    assert!(ended.success(), "{ended:?}");
    let seconds = asked.elapsed().as_secs();
    assert!((29..40).contains(&seconds), "{seconds}");
    let _started_again = Client::find(&world);
}

#[test]
fn it_ends_when_the_bus_is_gone() {
    let world = world();
    let mut idp = start(&world, &[]);
    world.bus.stop();
    let ended = idp.wait().expect("a child can be waited for");
    assert_eq!(ended.code(), Some(1));
}

#[test]
fn arguments_that_it_does_not_know_are_refused() {
    let world = world();
    for argv in [
        &["--help"][..],
        &["--bus"],
        &["--bus", "x", "--secret=y"],
        &["--bus", "x", "y"],
    ] {
        let ran = world.run(&[&["/usr/libexec/proauth-idp"], argv].concat());
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.stderr.starts_with("usage: proauth-idp [--bus ADDRESS]"),
            "{ran:?}"
        );
    }
}
