//! What systemd says of the units, and the capabilities that are left.

use crate::unit::machine;

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn systemd_finds_no_fault_with_the_units_and_little_exposure() {
    let machine = machine();
    let units = [
        "proauthd.service",
        "proauth-idp.service",
        "proauthd-hooks.service",
        "proauth-rollback.service",
        "proauth-rollback-boot.service",
    ];
    let verified = machine.sh("systemd-analyze verify --man=no \"$0\" \"$@\"", &units);
    assert_eq!(verified, "", "systemd-analyze verify");

    println!("unit         exposure  capabilities left");
    for (unit, most) in [("proauthd", 1.2), ("proauth-idp", 1.5)] {
        let analysed = machine.sh("systemd-analyze security --no-pager \"$0\"", &[unit]);
        let (_, level) = analysed
            .split_once("exposure level for ")
            .expect("it has a level");
        let score = level
            .split_whitespace()
            .nth(1)
            .expect("a unit, then a number");
        let score: f32 = score.parse().expect("a number");
        let left = machine.sh(
            r#"sed -n 's/^\(CapBnd\|CapPrm\|CapEff\|CapAmb\):\t//p' \
                "/proc/$(systemctl show --value --property=MainPID "$0")/status" | sort -u"#,
            &[unit],
        );
        let none = left == "0000000000000000\n";
        println!("{unit:12} {score:8}  {}", if none { "none" } else { &left });
        assert!(score <= most, "{analysed}");
        assert!(none, "{left}");
    }
}
