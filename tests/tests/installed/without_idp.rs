//! A machine with proauth, and without proauth-idp.

use crate::machine::Machine;
use crate::step;

/// An identity provider that is not there.
const IDENTITY: &str = r#"
    sed -i '/^\[identity\]/a device_client_id = "tv"\nallowed_domains = ["example.com"]\nproxy = "http://127.0.0.1:9"' \
        /etc/proauth/proauthd.toml
    printf '"example.com" = "{local_part}"\n' >/root/template
    sed -i '/^\[identity.templates\]/r /root/template' /etc/proauth/proauthd.toml
    proauthd config check
    systemctl reload proauthd
"#;

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn without_the_idp_people_enroll_offline_and_are_told_what_to_install() {
    let machine = Machine::boot();
    machine.install("proauth", "today");
    machine.sh(IDENTITY, &[]);
    let enroll = || {
        let enroll = machine.run(Some("alice"), &["proauthd", "enroll"]);
        assert_eq!(enroll.status.code(), Some(5), "{enroll:?}");
        String::from_utf8_lossy(&enroll.stderr).into_owned()
    };

    step("who wants to sign in is told which package is missing, and what works without it");
    let said = enroll();
    println!("{said}");
    for words in ["proauth-idp", "--offline"] {
        assert!(said.contains(words), "no {words}: {said}");
    }
    let _device = machine.enroll("alice");

    step("with the package it is the identity provider that does not answer");
    machine.add_users(&["bob"]);
    machine.install("proauth-idp", "today");
    let enroll = machine.run(Some("bob"), &["proauthd", "enroll"]);
    let said = String::from_utf8_lossy(&enroll.stderr).into_owned();
    println!("{said}");
    assert!(said.contains("accounts.google.com"), "{said}");
    let helper = machine.sh("ps -o user:20= -C proauth-idp", &[]);
    assert_eq!(helper.trim(), "proauth-idp");
}
