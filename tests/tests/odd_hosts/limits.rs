//! Hosts that have nothing left to give.

use crate::{AUTH_ERR, AUTHINFO_UNAVAIL, SUCCESS, answer, odd_host, reply, user, world};

#[test]
fn a_host_without_standard_streams_gets_the_same_answers() {
    let (world, alice) = world(&[]);
    for _ in 0..3 {
        let oddities = [
            user("alice"),
            reply(alice.fresh_code()),
            "streams=none".to_owned(),
        ];
        assert_eq!(odd_host(&world, "code-only", &oddities), answer(SUCCESS, 1));
        assert_eq!(
            odd_host(&world, "code-only", &oddities),
            answer(AUTH_ERR, 1)
        );
    }
}

#[test]
fn a_host_without_descriptors_to_spare_is_refused_and_does_not_crash() {
    let (world, alice) = world(&[]);
    let code = alice.fresh_code();
    let mut last = String::new();
    // Three are its standard streams; libpam itself needs two, for syslog and for the audit log.
    for descriptors in 5..20 {
        let limit = format!("descriptors={descriptors}");
        last = odd_host(&world, "code-only", &[user("alice"), reply(&code), limit]);
        if last == answer(SUCCESS, 1) {
            break;
        }
        assert_eq!(last, answer(AUTHINFO_UNAVAIL, 0), "{descriptors}");
    }
    assert_eq!(last, answer(SUCCESS, 1));
    assert_eq!(world.failures("alice"), 0);
}
