//! The search finds what is there: leaks are planted, in every form, and each is found.

use proauth_e2e::{Hidden, World};

use crate::found;

#[test]
fn a_leak_planted_in_the_log_is_found_in_each_form_in_which_it_can_be_written() {
    let world = World::builder().journal().build();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    let login = world.pam("code-only", "alice").code(&code);
    let mut logs = world.logs();
    assert!(!logs.is_empty() && login == proauth_e2e::LetIn);
    let hidden = [
        Hidden::secret("the secret", &alice.secret, &alice.uri),
        Hidden::typed("the code", &code),
    ];
    assert_eq!(found(&hidden, &logs), [""; 0]);

    for planted in &hidden {
        for (form, bytes) in planted.written() {
            for (place, log) in &mut logs {
                let clean = log.clone();
                let middle = log.len() / 2;
                log.splice(middle..middle, bytes.iter().copied());
                let sentence = format!("{} as {form} in {place}", planted.name);
                let found = found(&hidden, &[(place.clone(), log.clone())]);
                assert!(found.contains(&sentence), "{sentence}: {found:?}");
                *log = clean;
            }
        }
    }
}

#[test]
fn a_leak_planted_in_a_file_of_the_world_is_found() {
    let world = World::new();
    let alice = world.enroll("alice");
    let hidden = [Hidden::secret("the secret", &alice.secret, &alice.uri)];
    assert_eq!(found(&hidden, &world.written_files()), [""; 0]);
    for place in [
        "/var/log/leak",
        "/tmp/leak",
        "/var/lib/proauth/leak",
        "/home/alice/leak",
    ] {
        std::fs::write(world.path(place), &alice.secret).expect("the world can be written to");
        let sentence = format!("the secret as base32 in {place}");
        assert_eq!(found(&hidden, &world.written_files()), [sentence]);
        std::fs::remove_file(world.path(place)).expect("it is there");
    }
}

#[test]
fn a_leak_that_a_pam_module_would_log_arrives_in_the_syslog_that_is_searched() {
    let world = World::new();
    let hidden = [Hidden::typed("the code", "31415926")];
    world
        .run(&["logger", "-p", "auth.info", "code=31415926"])
        .expect_success();
    assert!(world.syslog_says("code="), "{}", world.syslog());
    assert_eq!(
        found(&hidden, &world.logs()),
        ["the code as as typed in syslog"]
    );
}
