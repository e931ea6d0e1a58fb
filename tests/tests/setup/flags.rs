//! Every question has a flag, and where nobody can be asked, it is named.

use proauth_e2e::World;

#[test]
fn where_nobody_can_be_asked_the_flag_that_is_missing_is_named() {
    let world = World::new();
    for (given, missing) in [
        (&[][..], "--user"),
        (&["--user", "alice"], "--offline"),
        (&["--user", "alice", "--json"], "--offline"),
        (&["--user", "alice", "--yes"], "--offline"),
    ] {
        let ran = world.proauthd(&[&["setup"], given].concat()).run();
        assert_eq!(ran.code, Some(2), "{given:?}: {ran:?}");
        let expected = format!("proauthd: {missing}");
        assert!(ran.stderr.starts_with(&expected), "{given:?}: {ran:?}");
    }
}

#[test]
fn what_a_flag_says_is_looked_at_as_what_is_typed() {
    let world = World::new();
    for (given, said) in [
        (&["--user", "alcie"][..], "there is no account \"alcie\""),
        (
            &["--user", "alice", "--issuer", "https://sso.example.com"],
            "needs the package proauth-idp",
        ),
        (&["--offline", "--domain", "example.com"], "--domain"),
        (&["--services", "sshd,ftp"], "sshd, sudo, everywhere"),
        (&["--within", "1s"], "10s to 24h"),
    ] {
        let ran = world.proauthd(&[&["setup"], given].concat()).run();
        assert_eq!(ran.code, Some(2), "{given:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{given:?}: {ran:?}");
    }
}

#[test]
fn it_is_for_root_and_says_so() {
    let world = World::new();
    let ran = world.proauthd(&["setup"]).by("alice").run();
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(
        ran.stderr,
        "proauthd: setup is for root; run it with sudo\n"
    );
}

#[test]
fn without_the_daemon_it_says_what_to_do() {
    let world = World::builder().without_daemon().build();
    let ran = world.proauthd(&["setup", "--user", "alice"]).run();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("systemctl status proauthd"), "{ran:?}");
}
