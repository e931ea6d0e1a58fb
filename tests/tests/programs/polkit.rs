//! polkit's helper, which is setuid root: pkexec asks the real polkitd, whose agent on the terminal
//! has the helper ask the user.

use proauth_e2e::{Ran, World};

use crate::{USED, WHO, at_terminal, judged, let_in, refused, stack};

const SERVICE: &str = "polkit-1";
const REFUSAL: &str = "Not authorized";

/// Everybody may become root by showing that they are themselves.
const RULE: &str = "polkit.addRule(function () { return polkit.Result.AUTH_SELF; });\n";

/// pkexec's own agent will not do: pkexec is setuid, so its agent is root's, and without logind
/// polkitd takes no answers for it from the helper of a user. So this brings one, as systemctl does.
const PKEXEC: &str = r#"
    mkfifo "/tmp/registered-$$"
    pkttyagent --process $$ --notify-fd 3 3>"/tmp/registered-$$" &
    cat "/tmp/registered-$$"
    pkexec --disable-internal-agent sh -c "$0"
"#;

#[test]
fn the_right_code_lets_in() {
    let world = world();
    let alice = world.enroll("alice");
    let ran = pkexec(&world, "alice", &[&alice.fresh_code()]);
    assert!(let_in(&ran, "root"), "{ran:?}");
    assert!(judged(&world, "alice", SERVICE, "code accepted"));
}

#[test]
fn a_wrong_code_and_the_code_of_somebody_else_are_refused_and_counted() {
    let world = world();
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    for code in [alice.wrong_code(), bob.fresh_code()] {
        let ran = pkexec(&world, "alice", &[&code]);
        assert!(refused(&ran, REFUSAL), "{ran:?}");
    }
    assert_eq!((world.failures("alice"), world.failures("bob")), (2, 0));
    assert!(judged(&world, "alice", SERVICE, "wrong code"));
}

#[test]
fn after_a_used_code_the_next_question_says_why() {
    let world = world();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert!(let_in(&pkexec(&world, "alice", &[&used]), "root"));
    let ran = pkexec(&world, "alice", &[&used, &alice.fresh_code()]);
    assert!(let_in(&ran, "root"), "{ran:?}");
    assert!(ran.stdout.contains(&format!("{USED}. ")), "{ran:?}");
}

#[test]
fn who_is_not_enrolled_is_told_so_and_refused() {
    let world = world();
    let ran = pkexec(&world, "alice", &[""]);
    assert!(refused(&ran, REFUSAL), "{ran:?}");
    let told = "You are not enrolled yet: run proauthd enroll. Press Return:";
    assert!(ran.stdout.contains(told), "{ran:?}");
    assert!(world.syslog_says("pam_proauth(polkit-1:auth)"));
}

/// A world whose bus starts polkitd when it is needed.
fn world() -> World {
    let world = World::builder()
        .pam(SERVICE, &stack::with_code(SERVICE))
        .build();
    let rule = world.path("/etc/polkit-1/rules.d/00-e2e.rules");
    std::fs::write(rule, RULE).expect("it is writable");
    world
}

fn pkexec(world: &World, user: &str, codes: &[&str]) -> Ran {
    at_terminal(world, user, codes, &["sh", "-c", PKEXEC, WHO])
}
