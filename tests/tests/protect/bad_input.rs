//! What is in the way is named, and then nothing is changed; what is merely unusual is no obstacle.

use proauth_e2e::{Booted, LetIn, Refused};
use serde_json::Value;

use crate::debian::{ask, debian, files, says};
use crate::looks::{assert_is, look};

const BOTH: [&str; 4] = ["protect", "sshd", "sudo", "--yes"];

/// Something that is in the way: how it comes about, what is said of it with which exit code, and
/// how it goes away.
struct Obstacle {
    make: &'static str,
    code: i32,
    said: &'static str,
    undo: &'static str,
}

const fn obstacle(
    make: &'static str,
    code: i32,
    said: &'static str,
    undo: &'static str,
) -> Obstacle {
    Obstacle {
        make,
        code,
        said,
        undo,
    }
}

/// Those after which the machine is as it was.
const OBSTACLES: &[Obstacle] = &[
    obstacle(
        "cp -a /etc/ssh/sshd_config /root; echo Nonsense yes >>/etc/ssh/sshd_config",
        1,
        "sshd does not like its configuration as it is",
        "mv /root/sshd_config /etc/ssh/",
    ),
    obstacle(
        "printf 'Match User bob\\n  AuthenticationMethods publickey\\n' >/etc/ssh/sshd_config.d/50-bob.conf",
        1,
        "/etc/ssh/sshd_config.d/50-bob.conf:2: authenticationmethods publickey, for `Match User bob`",
        "rm /etc/ssh/sshd_config.d/50-bob.conf",
    ),
    obstacle(
        "echo PasswordAuthentication yes >/etc/ssh/sshd_config.d/00-a.conf",
        1,
        "/etc/ssh/sshd_config.d/00-a.conf:1: passwordauthentication yes is read before",
        "rm /etc/ssh/sshd_config.d/00-a.conf",
    ),
    obstacle(
        "cp -a /etc/pam.d/sudo /root; echo 'auth optional pam_proauth.so' >>/etc/pam.d/sudo",
        1,
        "/etc/pam.d/sudo:9 names pam_proauth outside of our blocks",
        "mv /root/sudo /etc/pam.d/",
    ),
    obstacle(
        "cp -a /etc/pam.d/sudo /root; echo '# BEGIN proauth' >>/etc/pam.d/sudo",
        1,
        "/etc/pam.d/sudo:9: a block of ProAuth's is not whole",
        "mv /root/sudo /etc/pam.d/",
    ),
    obstacle(
        "cp -a /etc/pam.d/sshd /root; sed -i /common-auth/d /etc/pam.d/sshd",
        1,
        "/etc/pam.d/sshd has the line `@include common-auth` 0 times",
        "mv /root/sshd /etc/pam.d/",
    ),
    obstacle(
        "cp -a /etc/pam.d/common-auth /root; sed -i s/requisite/required/ /etc/pam.d/common-auth",
        1,
        "/etc/pam.d/sudo",
        "mv /root/common-auth /etc/pam.d/",
    ),
    obstacle(
        "mount --bind /etc /etc && mount -o remount,bind,ro /etc",
        1,
        "/etc/pam.d cannot be written (Read-only file system",
        "umount /etc",
    ),
    obstacle(
        "mv /usr/sbin/pam-auth-update /usr/sbin/pam-auth-update-",
        2,
        "By hand, with a root session kept open",
        "mv /usr/sbin/pam-auth-update- /usr/sbin/pam-auth-update",
    ),
    obstacle(
        "mv /usr/bin/ssh-keygen /usr/bin/ssh-keygen-",
        1,
        "there is no /usr/bin/ssh-keygen",
        "mv /usr/bin/ssh-keygen- /usr/bin/ssh-keygen",
    ),
    obstacle(
        "systemctl mask --runtime --quiet proauth-rollback-boot.service",
        5,
        "unmask",
        "systemctl unmask --runtime --quiet proauth-rollback-boot.service",
    ),
    obstacle(
        "mv /run/systemd/system /run/systemd/system-",
        1,
        "systemd does not run this machine",
        "mv /run/systemd/system- /run/systemd/system",
    ),
    obstacle(
        "echo DenyUsers alice >/etc/ssh/sshd_config.d/50-alice.conf",
        1,
        "cannot be tried: DenyUsers in sshd's configuration keeps it out",
        "rm /etc/ssh/sshd_config.d/50-alice.conf",
    ),
    // What only a try shows is put back at once.
    obstacle(
        "cp -a /etc/pam.d/sshd /root; echo 'session required pam_deny.so' >>/etc/pam.d/sshd",
        5,
        "sshd did not let alice in with a right code",
        "mv /root/sshd /etc/pam.d/",
    ),
];

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn what_is_in_the_way_is_named_and_what_is_unusual_is_no_obstacle() {
    let machine = debian();
    let before = look(&machine);
    says(&machine, 1, &BOTH, "nobody with admin rights");
    let _ = machine.enroll("alice");
    says(&machine, 2, &["protect", "sudo"], "add --yes");
    says(
        &machine,
        2,
        &["protect", "sudo", "--yes", "--confirm-by-probe"],
        "name sshd",
    );
    let ran = machine.run(Some("alice"), &["proauthd", "protect", "sudo", "--yes"]);
    assert_eq!(ran.status.code(), Some(4), "{ran:?}");

    for Obstacle {
        make,
        code,
        said,
        undo,
    } in OBSTACLES
    {
        machine.sh(make, &[]);
        let as_made = files(&machine);
        says(&machine, *code, &BOTH, said);
        assert_eq!(files(&machine), as_made, "{make}");
        machine.sh(undo, &[]);
    }
    let dry = ask(&machine, &["protect", "sshd", "sudo", "--dry-run"]);
    assert_eq!(dry["changes"].as_array().unwrap().len(), 4, "{dry}");
    assert_is(&machine, &before, "all obstacles are gone");

    two_at_once_are_one(&machine);
    what_is_cancelled_is_put_back(&machine, &before);
    a_match_can_be_kept(&machine);
    another_port_and_only_ipv6(&machine);
    an_edited_block_is_put_right(&machine);
    after_a_password(&machine);
    everywhere(&machine);
    by_authselect(&machine);
    without_ssh(&machine);
}

fn two_at_once_are_one(machine: &Booted) {
    let both = "
        proauthd protect sshd sudo --yes >/dev/null 2>&1 & first=$!
        proauthd protect sshd sudo --yes >/dev/null 2>&1 & second=$!
        wait $first && a=0 || a=$?
        wait $second && b=0 || b=$?
        echo $((a + b))";
    assert_eq!(machine.sh(both, &[]), "1\n", "one of them did it");
    for command in ["protect --confirm", "protect sudo --yes", "unprotect"] {
        let held = "flock /run/proauth-rollout.lock proauthd $0 2>&1 || echo ended with $?";
        let said = machine.sh(held, &[command]);
        assert!(said.contains("another `proauthd protect`"), "{said}");
        assert!(said.contains("ended with 1"), "{said}");
    }
    let done = ask(machine, &["unprotect"]);
    assert_eq!(
        done["put_back"].as_array().map(Vec::is_empty),
        Some(false),
        "{done}"
    );
    says(
        machine,
        1,
        &["protect", "--confirm"],
        "nothing waits to be confirmed; the last change was put back",
    );
}

/// Ctrl-C, where PAM is changed and sshd is not.
fn what_is_cancelled_is_put_back(machine: &Booted, before: &str) {
    let mut seat = machine.seat(None, 200, "proauthd protect sshd sudo --yes");
    let changed = "until grep -q pam_proauth /etc/pam.d/sudo; do sleep 0.01; done";
    machine.sh(changed, &[]);
    seat.interrupt();
    seat.wait_for("cancelled; everything was put back");
    assert_is(machine, before, "cancelled");
}

/// What was said to override us, stays on request.
fn a_match_can_be_kept(machine: &Booted) {
    let bob = "/etc/ssh/sshd_config.d/50-bob.conf";
    machine.sh(
        "printf 'Match User bob\\n  AuthenticationMethods publickey\\n' >\"$0\"",
        &[bob],
    );
    let armed = ask(machine, &[&BOTH[..], &["--keep-match"]].concat());
    assert_eq!(armed["armed"], true, "{armed}");
    ask(machine, &["unprotect"]);
    machine.sh("rm \"$0\"", &[bob]);
}

/// The probe finds sshd where it is.
fn another_port_and_only_ipv6(machine: &Booted) {
    let odd = "printf 'Port 2222\\nAddressFamily inet6\\n' >/etc/ssh/sshd_config.d/10-port.conf
        systemctl restart ssh";
    machine.sh(odd, &[]);
    let confirmed = ask(machine, &[&BOTH[..], &["--confirm-by-probe"]].concat());
    assert_eq!(confirmed["by"], "probe", "{confirmed}");
    let again = ask(machine, &BOTH);
    assert_eq!(again["protected"], true, "{again}");
    machine.sh(
        "rm /etc/ssh/sshd_config.d/10-port.conf; systemctl restart ssh",
        &[],
    );
    assert_eq!(machine.ssh("alice", &[]), Refused, "a code is asked for");
}

/// Somebody has edited inside our block, and beside it.
fn an_edited_block_is_put_right(machine: &Booted) {
    let edit = "sed -i 's/ need_code//' /etc/pam.d/sshd; echo '# mine' >>/etc/pam.d/sshd";
    machine.sh(edit, &[]);
    let armed = ask(machine, &BOTH);
    assert_eq!(
        armed["changed"],
        serde_json::json!(["/etc/pam.d/sshd"]),
        "{armed}"
    );
    let sshd = machine.sh("cat /etc/pam.d/sshd", &[]);
    assert!(
        sshd.contains("need_code") && sshd.ends_with("# mine\n"),
        "{sshd}"
    );
    ask(machine, &["unprotect"]);
    let sshd = machine.sh("cat /etc/pam.d/sshd", &[]);
    assert!(
        !sshd.contains("proauth") && sshd.ends_with("# mine\n"),
        "{sshd}"
    );
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
}

/// sshd asks for a password, then a code; and goes on with that.
fn after_a_password(machine: &Booted) {
    let before = files(machine);
    let sshd = ["protect", "sshd", "--yes"];
    let armed = ask(
        machine,
        &[&sshd[..], &["--first-factor", "password"]].concat(),
    );
    assert_eq!(armed["first_factor"], "password", "{armed}");
    let emergency = ["emergency", "--user", "alice"];
    let code = ask(machine, &emergency)["code"].take();
    assert_eq!(machine.ssh("alice", &[]), Refused, "a code is asked for");
    assert_eq!(machine.ssh("alice", &[code.as_str().unwrap()]), LetIn);
    machine.sh("mv /var/lib/proauth-rollout/pending /root/", &[]);
    let again = ask(machine, &sshd);
    assert_eq!(again["protected"], true, "{again}");
    machine.sh("mv /root/pending /var/lib/proauth-rollout/", &[]);
    ask(machine, &["unprotect"]);
    assert_eq!(files(machine), before);
}

/// By the profile, which changes files that all services share.
fn everywhere(machine: &Booted) {
    let before = look(machine);
    let dry = ask(machine, &["protect", "everywhere", "--dry-run"]);
    let diff = dry["changes"][0]["diff"].as_str().unwrap_or_default();
    assert!(diff.contains("--- /etc/pam.d/common-auth"), "{dry}");
    ask(machine, &["protect", "everywhere", "--yes"]);
    assert_eq!(machine.sudo("alice", &[]), Refused, "a code is asked for");
    let done = ask(machine, &["unprotect"]);
    assert_ne!(done["put_back"], Value::Array(Vec::new()), "{done}");
    assert_is(machine, &before, "everywhere, and back");
}

/// Says which profile is selected, as authselect does; PAM does not change.
const STAND_IN: &str = r#"
    mv /usr/sbin/pam-auth-update /usr/sbin/pam-auth-update-
    echo sssd with-mkhomedir with-fingerprint >/etc/stand-in
    cat >/usr/bin/authselect <<'STANDIN'
#!/bin/sh
# A stand-in for authselect.
case $1 in
current) cat /etc/stand-in ;;
select) shift && echo "${*%--force}" >/etc/stand-in ;;
esac
STANDIN
    chmod 755 /usr/bin/authselect
"#;

/// Where PAM is another program's, that is asked for our profile, and to go back to the one of
/// before. (Of authselect itself, there is only a stand-in here.)
fn by_authselect(machine: &Booted) {
    machine.sh(STAND_IN, &[]);
    let selected = || machine.sh("cat /etc/stand-in", &[]).trim().to_owned();
    let by_key = ["protect", "sshd", "--first-factor", "key", "--yes"];
    says(machine, 1, &by_key, "leave `--first-factor key` out");
    let dry = ask(machine, &["protect", "sudo", "--dry-run"]);
    let select = [
        "authselect",
        "select",
        "proauth",
        "with-sssd",
        "with-mkhomedir",
    ];
    assert_eq!(dry["commands"], serde_json::json!([select]), "{dry}");
    ask(machine, &["protect", "sudo", "--yes"]);
    assert_eq!(selected(), "proauth with-sssd with-mkhomedir");
    ask(machine, &["unprotect"]);
    assert_eq!(selected(), "sssd with-mkhomedir with-fingerprint");
    machine.sh("rm /usr/bin/authselect /etc/stand-in; mv /usr/sbin/pam-auth-update- /usr/sbin/pam-auth-update", &[]);
}

/// sudo alone, where there is no sshd.
fn without_ssh(machine: &Booted) {
    machine.sh(
        "apt-get -q -y remove openssh-server >/dev/null 2>&1; rm -rf /etc/ssh /etc/pam.d/sshd",
        &[],
    );
    says(machine, 1, &BOTH, "there is no /etc/pam.d/sshd");
    ask(machine, &["protect", "sudo", "--yes"]);
    assert_eq!(machine.sudo("alice", &[]), Refused, "a code is asked for");
    ask(machine, &["unprotect"]);
    assert_eq!(machine.sudo("alice", &[]), LetIn, "no code is asked for");
}
