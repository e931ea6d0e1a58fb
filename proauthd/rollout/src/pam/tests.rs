//! Stacks that people write, and what is wrong with them.

use std::fs;

use super::*;
use crate::{Host, Level};

/// What a machine of Debian's kind has beside the service that is asked about.
const COMMON: [(&str, &str); 3] = [
    (
        "common-auth",
        "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n\
         auth required pam_permit.so\nauth optional pam_cap.so\n",
    ),
    (
        "common-account",
        "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\n\
         account requisite pam_deny.so\naccount required pam_permit.so\n",
    ),
    ("other", "@include common-auth\n@include common-account\n"),
];

const MODULES: [&str; 12] = [
    "proauth",
    "unix",
    "deny",
    "permit",
    "cap",
    "nologin",
    "succeed_if",
    "sss",
    "env",
    "rootok",
    "localuser",
    "faillock",
];

fn machine(service: &str, text: &str) -> (tempfile::TempDir, Host) {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::under(folder.path());
    fs::create_dir_all(host.path("/etc/pam.d")).unwrap();
    fs::create_dir_all(host.path("/usr/lib/security")).unwrap();
    for (name, text) in COMMON.into_iter().chain([(service, text)]) {
        fs::write(host.path(format!("/etc/pam.d/{name}")), text).unwrap();
    }
    for name in MODULES {
        fs::write(host.path(format!("/usr/lib/security/pam_{name}.so")), "").unwrap();
    }
    (folder, host)
}

/// `level id FILE:LINE`, without the folder.
fn said(service: &str, text: &str) -> Vec<String> {
    let (_folder, host) = machine(service, text);
    let faults = faults(&Files::of(&host), service);
    let short = |fault: &Fault| {
        let at = fault.at.trim_start_matches("/etc/pam.d/");
        format!("{} {} {at}", fault.level.word(), fault.id)
    };
    faults.iter().map(short).collect()
}

const ACCOUNT: &str = "account required pam_proauth.so\n@include common-account\n";
const SSH_ACCOUNT: &str = "account required pam_proauth.so need_code\n@include common-account\n";

fn sudo(auth: &str) -> Vec<String> {
    said("sudo", &format!("{auth}{ACCOUNT}"))
}

fn sshd(auth: &str) -> Vec<String> {
    said(
        "sshd",
        &format!("{auth}account required pam_nologin.so\n{SSH_ACCOUNT}"),
    )
}

#[test]
fn nothing_is_said_about_stacks_that_are_right() {
    let none: [String; 0] = [];
    assert_eq!(
        said("sshd", "@include common-auth\n@include common-account\n"),
        none
    );
    assert_eq!(
        sshd(
            "auth required pam_proauth.so first_factor=publickey max_tries=3\nauth required pam_permit.so\n"
        ),
        none
    );
    assert_eq!(
        sshd(
            "auth requisite pam_unix.so\nauth required pam_proauth.so first_factor=password\nauth required pam_permit.so\n"
        ),
        none
    );
    assert_eq!(
        sudo(
            "@include common-auth\nauth required pam_proauth.so first_factor=password max_tries=3\n"
        ),
        none
    );
    assert_eq!(
        sudo(
            "auth [success=2 default=ignore] pam_unix.so\nauth [success=1 default=ignore] pam_sss.so use_first_pass\nauth requisite pam_deny.so\nauth required pam_proauth.so\n"
        ),
        none
    );
    assert_eq!(
        sudo(
            "auth requisite pam_proauth.so forward_pass\nauth required pam_unix.so use_first_pass\n"
        ),
        none
    );
    assert_eq!(
        said(
            "su",
            &format!(
                "auth sufficient pam_rootok.so\nauth requisite pam_unix.so\nauth required pam_proauth.so\n{ACCOUNT}"
            )
        ),
        none
    );
}

#[test]
fn what_lets_in_without_a_code_is_named_by_its_line() {
    assert_eq!(
        sudo("auth sufficient pam_unix.so\nauth required pam_proauth.so first_factor=password\n"),
        ["red pam.skipped sudo:1", "red pam.code-alone sudo:1"]
    );
    assert_eq!(
        sudo(
            "auth [success=2 default=ignore] pam_unix.so\nauth requisite pam_deny.so\nauth required pam_proauth.so\nauth required pam_permit.so\n"
        ),
        ["red pam.skipped sudo:1"]
    );
    assert_eq!(
        sudo("auth requisite pam_unix.so\nauth optional pam_proauth.so\n"),
        ["red pam.refusal-ignored sudo:2"]
    );
    assert_eq!(
        sudo(
            "auth requisite pam_unix.so\nauth sufficient pam_permit.so\nauth required pam_proauth.so\n"
        ),
        ["red pam.skipped sudo:2"]
    );
    assert_eq!(
        sudo("auth requisite pam_unix.so\nauth [success=ok default=ignore] pam_proauth.so\n"),
        ["red pam.refusal-ignored sudo:2"]
    );
}

#[test]
fn to_daemons_of_root_everybody_is_root() {
    assert_eq!(
        sshd(
            "auth sufficient pam_rootok.so\nauth required pam_proauth.so first_factor=publickey\n"
        ),
        ["red pam.skipped sshd:1"]
    );
}

#[test]
fn exemptions_in_plain_sight_are_told_and_no_more() {
    assert_eq!(
        sudo(
            "auth requisite pam_unix.so\nauth [success=1 default=ignore] pam_succeed_if.so user ingroup x\nauth required pam_proauth.so\nauth required pam_permit.so\n"
        ),
        ["yellow pam.exempt sudo:2"]
    );
    assert_eq!(
        sudo(
            "auth requisite pam_unix.so\nauth [success=ok ignore=ignore authinfo_unavail=ignore default=bad] pam_proauth.so\n"
        ),
        ["yellow pam.open-without-daemon sudo:2"]
    );
    assert_eq!(
        sudo(
            "auth sufficient pam_succeed_if.so user ingroup x\nauth requisite pam_unix.so\nauth required pam_proauth.so\n"
        ),
        ["red pam.open sudo:1"]
    );
    assert_eq!(
        said(
            "sshd",
            &format!(
                "auth required pam_proauth.so first_factor=publickey\naccount [success=1 default=ignore] pam_succeed_if.so user = root\n{SSH_ACCOUNT}"
            )
        ),
        ["yellow pam.exempt sshd:2"]
    );
}

#[test]
fn what_lets_strangers_use_up_tries_is_named() {
    assert_eq!(
        sudo("auth required pam_unix.so\nauth required pam_proauth.so\n"),
        ["red pam.asks-after-failure sudo:1"]
    );
    assert_eq!(
        sudo("auth optional pam_unix.so\nauth required pam_proauth.so\n"),
        ["red pam.code-alone sudo:1"]
    );
    assert_eq!(
        sudo("auth required pam_proauth.so\nauth required pam_unix.so\n"),
        ["red pam.before-first-factor sudo:1"]
    );
    assert_eq!(
        sudo("auth required pam_proauth.so\n"),
        ["red pam.no-first-factor sudo:1"]
    );
    assert_eq!(
        sshd("auth required pam_proauth.so\n"),
        ["yellow pam.key-not-required sshd:1"]
    );
    // A substack cannot end the stack that it is in.
    assert_eq!(
        sudo("auth substack common-auth\nauth required pam_proauth.so\n"),
        ["red pam.asks-after-failure common-auth:1"]
    );
}

#[test]
fn what_locks_everybody_out_is_named() {
    assert_eq!(
        sudo("auth required pam_proauth.so first_factor=password\nauth required pam_permit.so\n"),
        ["red pam.factor-never-shown sudo:1"]
    );
    assert_eq!(
        sudo(
            "auth requisite pam_unix.so\nauth required pam_deny.so\nauth required pam_proauth.so\n"
        ),
        ["red pam.nobody sudo"]
    );
    assert_eq!(
        sudo("auth requisite pam_unix.so\nauth requierd pam_proauth.so\n"),
        ["red pam.broken-line sudo:2"]
    );
    assert_eq!(
        said("sudo", "@include common-atuh\n"),
        ["red pam.broken-stack sudo"]
    );
    assert_eq!(
        said(
            "sudo",
            "auth requisite pam_unix.so\nauth required pam_proauth.so\naccount required pam_proauth.so need_code\n"
        ),
        ["red pam.need-code-elsewhere sudo:3"]
    );
}

#[test]
fn the_account_line_stands_above_what_can_end_the_part() {
    let auth = "auth required pam_proauth.so first_factor=publickey\n";
    assert_eq!(
        said(
            "sshd",
            &format!("{auth}@include common-account\naccount required pam_proauth.so need_code\n")
        ),
        ["yellow pam.account-skipped common-account:1"]
    );
    assert_eq!(
        said(
            "sshd",
            &format!(
                "{auth}account sufficient pam_unix.so\naccount required pam_proauth.so need_code\n"
            )
        ),
        ["red pam.account-skipped sshd:2"]
    );
    assert_eq!(
        said("sshd", &format!("{auth}@include common-account\n")),
        ["yellow pam.account-missing sshd"]
    );
}

#[test]
fn planned_texts_stand_for_files() {
    let (_folder, host) = machine("sudo", "@include common-auth\n");
    let files = Files::of(&host);
    assert!(faults(&files, "sudo").is_empty());
    let planned = format!("auth required pam_unix.so\nauth required pam_proauth.so\n{ACCOUNT}");
    let files = files.with("/etc/pam.d/sudo", planned.into_bytes());
    assert_eq!(faults(&files, "sudo")[0].level, Level::Red);
}

#[test]
fn jobs_that_would_depend_on_the_daemon_are_named() {
    let (_folder, host) = machine("cron", "@include common-account\n");
    let files = Files::of(&host);
    assert!(jobs(&files).is_empty());
    let planned = b"account required pam_proauth.so need_code\n".to_vec();
    let files = files.with("/etc/pam.d/common-account", planned);
    let faults = jobs(&files);
    assert_eq!((faults.len(), faults[0].level), (1, Level::Red));
}

#[test]
fn files_that_include_each_other_come_to_an_end() {
    let text = "auth include sudo\nauth substack sudo\n@include sudo\n";
    assert_eq!(said("sudo", text), ["red pam.broken-stack sudo"]);
}

/// A file of the profile that we ship for authselect, with these features.
fn authselect(file: &str, features: &[&str]) -> String {
    let path = format!(
        "{}/../../packaging/authselect/{file}",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = fs::read_to_string(path).unwrap();
    let is_in = |line: &&str| {
        let feature = |word: &str| {
            let (_, rest) = line.split_once(&format!("{{{word} if \""))?;
            Some(features.contains(&rest.split('"').next().unwrap()))
        };
        feature("include") != Some(false) && feature("exclude") != Some(true)
    };
    let plain = |line: &str| line.split(" {").next().unwrap().to_owned() + "\n";
    text.lines().filter(is_in).map(plain).collect()
}

/// What is said about Fedora's sudo and sshd under that profile.
fn under_authselect(features: &[&str], change: (&str, &str)) -> Vec<String> {
    let sudo = "auth include system-auth\naccount include system-auth\n";
    let sshd = "auth substack password-auth\naccount include password-auth\n";
    let (_folder, host) = machine("sudo", sudo);
    fs::write(host.path("/usr/lib/security/pam_faildelay.so"), "").unwrap();
    let mut files = Files::of(&host).with("/etc/pam.d/sshd", sshd.into());
    for file in ["system-auth", "password-auth"] {
        let text = authselect(file, features);
        assert!(
            text.contains("pam_proauth.so") && text.contains(change.0),
            "{text}"
        );
        let text = text.replace(change.0, change.1);
        files = files.with(&format!("/etc/pam.d/{file}"), text.into_bytes());
    }
    let faults = ["sudo", "sshd"]
        .map(|service| faults(&files, service))
        .concat();
    faults
        .iter()
        .map(|fault| format!("{} {}", fault.id, fault.at))
        .collect()
}

#[test]
fn our_profile_for_authselect_is_right_with_whatever_features() {
    for features in [
        vec![],
        vec!["with-sssd"],
        vec!["with-faillock"],
        vec!["with-sssd", "with-faillock"],
    ] {
        // Who comes by a key: docs/pam.md says why no profile has an account line.
        assert_eq!(
            under_authselect(&features, ("", "")),
            ["pam.account-missing sshd"]
        );
    }
    assert_eq!(
        under_authselect(
            &["with-sssd"],
            (
                "[success=1 default=ignore]                   pam_sss",
                "sufficient pam_sss"
            )
        ),
        [
            "pam.skipped /etc/pam.d/system-auth:8",
            "pam.skipped /etc/pam.d/password-auth:8",
            "pam.account-missing sshd",
        ]
    );
}
