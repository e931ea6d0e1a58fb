//! Lines of PAM files that nobody understands.

use proauth_e2e::LetIn;

use crate::{SERVICE_ERR, answer, odd_host, reply, user, world};

#[test]
fn a_line_that_is_not_understood_denies_without_a_prompt_and_says_so_in_the_log() {
    let lines = [
        (
            "unknown",
            "pam_proauth.so nullOK",
            "unknown argument \"nullOK\"",
        ),
        (
            "known-and-unknown",
            "pam_proauth.so debug use_authtok",
            "unknown argument \"use_authtok\"",
        ),
        (
            "without-value",
            "pam_proauth.so timeout",
            "unknown argument \"timeout\"",
        ),
        (
            "twice",
            "pam_proauth.so timeout=5 timeout=5",
            "timeout is given twice",
        ),
        (
            "contradictory",
            "pam_proauth.so first_factor=password first_factor=publickey",
            "first_factor is given twice",
        ),
        (
            "odd-factor",
            "pam_proauth.so first_factor=none",
            "first_factor= takes",
        ),
        ("endless", "pam_proauth.so timeout=0", "timeout= takes"),
        (
            "remote",
            "pam_proauth.so bus=tcp:host=localhost,port=1",
            "bus= takes",
        ),
        (
            "program",
            "pam_proauth.so bus=unixexec:path=/bin/sh",
            "bus= takes",
        ),
        (
            "not-text",
            "pam_proauth.so [prompt=\u{7f}]",
            "prompt= takes",
        ),
    ];
    let stacks = lines.map(|(service, line, _)| (service, format!("auth required {line}")));
    let stacks = stacks
        .each_ref()
        .map(|(service, line)| (*service, line.as_str()));
    let (world, alice) = world(&stacks);
    let right = alice.fresh_code();
    for (service, line, complaint) in lines {
        let oddities = [user("alice"), reply(&right)];
        assert_eq!(
            odd_host(&world, service, &oddities),
            answer(SERVICE_ERR, 0),
            "{line}"
        );
        let logged = format!("pam_proauth({service}:auth): denied: {complaint}");
        assert!(world.syslog_says(&logged), "{line}: {}", world.syslog());
    }
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(world.pam("code-only", "alice").code(&right), LetIn);
}
