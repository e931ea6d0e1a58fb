//! What corpus and worlds of the end-to-end tests have not: SELinux, consoles, sudoers of all kinds.

use std::fs;

use super::*;
use crate::host::tests::host_with as host;

fn ids(findings: impl IntoIterator<Item = Finding>) -> Vec<&'static str> {
    findings.into_iter().map(|finding| finding.id).collect()
}

const DENIAL: &str = "type=AVC msg=audit(1.2:3): avc:  denied  { read } for comm=\"sshd\" \
                      name=\"proauth.db\"\n";

#[test]
fn a_denial_of_selinux_is_told_where_selinux_is_on() {
    let log = ("/var/log/audit/audit.log", DENIAL);
    let (_folder, off) = host(&[log]);
    assert_eq!(selinux::look(&off), None);
    let (_folder, on) = host(&[log, ("/sys/fs/selinux/enforce", "1")]);
    assert_eq!(ids(selinux::look(&on)), ["selinux.denied"]);
    let others = (
        "/var/log/audit/audit.log",
        "avc: denied { read } comm=\"httpd\"\n",
    );
    let (_folder, on) = host(&[others, ("/sys/fs/selinux/enforce", "1")]);
    assert_eq!(selinux::look(&on), None);
}

#[test]
fn a_bus_that_others_could_run_is_red() {
    for (bus, mode, is_red) in [
        ("unix:path=/run/bus", 0o755, false),
        ("unix:path=/run/bus", 0o1777, true),
        ("unix:abstract=bus", 0o755, true),
    ] {
        let line = format!("auth required pam_proauth.so bus={bus}\n");
        let (_folder, host) = host(&[("/etc/pam.d/sudo", &line), ("/run/bus", "")]);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(host.path("/run"), mode).unwrap();
        let found = ids(pam::look(&host)).contains(&"pam.foreign-bus");
        assert_eq!(found, is_red, "{bus} {found}");
    }
}

const LOGIN: (&str, &str) = ("/etc/pam.d/login", "auth required pam_unix.so\n");

#[test]
fn a_console_is_a_second_way_in_for_who_has_a_password() {
    for (login, shadow, id) in [
        (
            LOGIN.1,
            "root:*:1::::::\nalice:$y$j9T$x:1::::::\n",
            "second-way.console",
        ),
        (
            LOGIN.1,
            "root:!$y$j9T$x:1::::::\nalice:!:1::::::\n",
            "second-way.no-password",
        ),
        (
            "auth required pam_sss.so\n",
            "root:*:1::::::\n",
            "second-way.console",
        ),
        (
            "auth required pam_proauth.so\n",
            "root:$y$x:1::::::\n",
            "second-way.console-asks",
        ),
    ] {
        let (_folder, host) = host(&[("/etc/pam.d/login", login), ("/etc/shadow", shadow)]);
        assert_eq!(ids(second_way::look(&host)), [id], "{login} {shadow}");
    }
}

const SUDO: (&str, &str) = ("/etc/pam.d/sudo", "auth required pam_proauth.so\n");

fn sudoers(text: &str) -> Vec<&'static str> {
    let (_folder, host) = host(&[SUDO, ("/etc/sudoers", text)]);
    ids(sudo::look(&host))
}

#[test]
fn sudoers_are_read_as_they_are_written() {
    for (text, id) in [
        ("Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n", "sudo.right"),
        ("# x ALL=(ALL) NOPASSWD: ALL\n", "sudo.right"),
        ("x ALL=(ALL) ALL # NOPASSWD: once\n", "sudo.right"),
        ("#1000 ALL=(ALL) NOPASSWD: ALL\n", "sudo.nopasswd"),
        ("x ALL=(ALL) \\\n  NOPASSWD: ALL\n", "sudo.nopasswd"),
        ("Defaults timestamp_timeout=60\n", "sudo.right"),
        ("Defaults timestamp_timeout=60.5\n", "sudo.stamp-long"),
        (
            "Defaults:alice timestamp_timeout = -1, env_reset\n",
            "sudo.stamp-for-ever",
        ),
        (
            "Defaults !env_reset, !authenticate\n",
            "sudo.no-authentication",
        ),
    ] {
        assert_eq!(sudoers(text), [id], "{text}");
    }
}

#[test]
fn files_that_sudo_includes_are_read_and_others_are_not() {
    let (_folder, host) = host(&[
        SUDO,
        (
            "/etc/sudoers",
            "#includedir /etc/sudoers.d\n@include /etc/more\n",
        ),
        ("/etc/sudoers.d/a.bak", "x ALL=(ALL) NOPASSWD: ALL\n"),
        ("/etc/sudoers.d/b", "x ALL=(ALL) NOPASSWD: ALL\n"),
        ("/etc/more", "Defaults timestamp_timeout=-1\n"),
    ]);
    assert_eq!(
        ids(sudo::look(&host)),
        ["sudo.nopasswd", "sudo.stamp-for-ever"]
    );
}

#[test]
fn nothing_is_said_of_sudoers_where_sudo_asks_for_no_code() {
    let (_folder, host) = host(&[("/etc/sudoers", "x ALL=(ALL) NOPASSWD: ALL\n")]);
    assert!(sudo::look(&host).is_empty());
}

#[test]
fn a_change_that_waits_while_nothing_would_put_it_back_is_red() {
    let armed = crate::state::Armed {
        services: vec!["sshd".to_owned()],
        ..Default::default()
    };
    let by = |stdout: &'static str| {
        let run = move |_: &[&str], _: u32| {
            Ok(crate::Ran {
                code: Some(3),
                stdout: stdout.to_owned(),
                stderr: String::new(),
            })
        };
        rollout::waiting(&armed, Some(&run)).id
    };
    assert_eq!(by("inactive\ninactive\n"), "rollout.waits-for-ever");
    assert_eq!(by("failed\nfailed\n"), "rollout.waits-for-ever");
    assert_eq!(by("active\ninactive\n"), "rollout.waits");
    assert_eq!(by("inactive\nactivating\n"), "rollout.waits");
    assert_eq!(rollout::waiting(&armed, None).id, "rollout.waits");
}

#[test]
fn a_roll_back_that_is_not_finished_is_red() {
    let (folder, host) = host(&[]);
    assert_eq!(rollout::put_back(&host), None);
    let state = host.path("/var/lib/proauth-rollout");
    fs::create_dir_all(state.join("rolling-back")).unwrap();
    for place in [&state, &state.join("rolling-back")] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(place, mode).unwrap();
    }
    assert_eq!(ids(rollout::put_back(&host)), ["rollout.not-put-back"]);
    drop(folder);
}
