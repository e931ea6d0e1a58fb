//! Nothing red is said about machines that are right.

use std::fs;

use crate::stage::Stage;

/// Debian's own files, of the machine that the world was made of.
fn debian(stage: &Stage, files: &[&str]) {
    for file in files {
        fs::copy(file, stage.world.path(file)).expect(file);
    }
}

/// Machines, and what makes them of one with a key and a code in sshd, and a password and a code in
/// sudo, as we ship it.
const MACHINES: [(&str, &str); 8] = [
    ("key and code in sshd, sudo and sudo -i: as shipped", ""),
    ("password and code in sshd", PASSWORD),
    ("sudo alone", SUDO_ALONE),
    ("Debian's profile, by pam-auth-update", PROFILE),
    ("blocks of proauthd protect", BLOCKS),
    ("passwords from a directory, too", DIRECTORY),
    ("su, a locker, and a way in for root by key alone", OTHERS),
    ("key and code in sshd, in the main file", MAIN_FILE),
];

const SUDO_ALONE: &str = "
    cp /checkout/sshd /etc/pam.d/
    rm /etc/ssh/sshd_config.d/00-proauth.conf";

const PASSWORD: &str = "
    cp /checkout/sshd-password-and-code /etc/pam.d/sshd
    sed -i 's/^AuthenticationMethods.*/AuthenticationMethods keyboard-interactive/' /etc/ssh/sshd_config.d/00-proauth.conf";

const PROFILE: &str = "
    cp /checkout/common-auth /etc/pam.d/common-auth
    sed -i 's/success=1/success=1/; s/^auth.*pam_permit.so/&\\nauth required pam_proauth.so first_factor=password max_tries=3/' /etc/pam.d/common-auth
    cp /checkout/sshd /checkout/sudo /checkout/sudo-i /etc/pam.d/
    sed -i 's/^AuthenticationMethods.*/AuthenticationMethods keyboard-interactive/' /etc/ssh/sshd_config.d/00-proauth.conf";

const BLOCKS: &str = "
    cp /checkout/sshd /checkout/sudo /checkout/sudo-i /etc/pam.d/
    cd /etc/pam.d
    sed -i 's/^@include common-auth$/# BEGIN proauth\\nauth       required     pam_proauth.so first_factor=publickey max_tries=3\\nauth       required     pam_permit.so\\n#was# &\\n# END proauth/
        s/^@include common-account$/# BEGIN proauth\\naccount    required     pam_proauth.so need_code\\n# END proauth\\n&/' sshd
    sed -i 's/^@include common-auth$/&\\n# BEGIN proauth\\nauth       required     pam_proauth.so first_factor=password max_tries=3\\n# END proauth/
        s/^@include common-account$/# BEGIN proauth\\naccount    required     pam_proauth.so\\n# END proauth\\n&/' sudo sudo-i
    printf '# BEGIN proauth\\nUsePAM yes\\nKbdInteractiveAuthentication yes\\nPasswordAuthentication no\\nAuthenticationMethods publickey,keyboard-interactive\\n# END proauth\\n' >/etc/ssh/sshd_config.d/00-proauth.conf";

const DIRECTORY: &str = "
    touch ${M%/*}/pam_sss.so
    sed -i 's/^auth *requisite *pam_unix.so/auth [success=2 default=ignore] pam_unix.so\\nauth [success=1 default=ignore] pam_sss.so use_first_pass\\nauth requisite pam_deny.so/' /etc/pam.d/sudo";

const OTHERS: &str = "
    sed -i 's/^#account/account/' /etc/pam.d/sshd
    printf 'Match User root Address 192.0.2.0/24\\n    AuthenticationMethods publickey\\n' >>/etc/ssh/sshd_config
    printf 'auth sufficient pam_rootok.so\\nauth requisite pam_unix.so\\nauth required pam_proauth.so first_factor=password\\naccount required pam_proauth.so\\n@include common-account\\n' >/etc/pam.d/su
    printf 'auth requisite pam_unix.so\\nauth required pam_proauth.so first_factor=password\\n@include common-account\\n' >/etc/pam.d/vlock";

const MAIN_FILE: &str = "
    cat /etc/ssh/sshd_config.d/00-proauth.conf /etc/ssh/sshd_config >/run/e2e/new
    sed -i /^Include/d /run/e2e/new
    cat /run/e2e/new >/etc/ssh/sshd_config
    rm /etc/ssh/sshd_config.d/00-proauth.conf";

#[test]
fn nothing_red_is_said_about_machines_that_are_right() {
    let stage = Stage::new();
    stage.sh("mkdir -p /checkout");
    for name in ["sshd", "sudo", "sudo-i", "common-auth"] {
        let own = format!("/etc/pam.d/{name}");
        fs::copy(&own, stage.world.path(&format!("/checkout/{name}"))).expect(name);
    }
    let shipped = proauth_e2e::repository().join("config/pam/sshd-password-and-code");
    fs::copy(
        shipped,
        stage.world.path("/checkout/sshd-password-and-code"),
    )
    .expect("it is there");
    for (machine, script) in MACHINES {
        stage.begin(script);
        let said = stage.doctor();
        println!("{machine}\n    {}", said.complaints().join("\n    "));
        assert!(said.red().is_empty(), "{machine}: {:#?}", said.red());
    }
}

#[test]
fn nothing_red_is_said_about_debian_as_it_comes() {
    let stage = Stage::new();
    debian(
        &stage,
        &[
            "/etc/pam.d/sshd",
            "/etc/pam.d/sudo",
            "/etc/pam.d/sudo-i",
            "/etc/ssh/sshd_config",
        ],
    );
    stage.sh("rm -r /etc/ssh/sshd_config.d; mkdir /etc/ssh/sshd_config.d");
    let said = stage.doctor();
    assert!(said.red().is_empty(), "{:#?}", said.red());
    let said = said.complaints();
    assert!(
        said.iter().any(|line| line.contains("pam.unused")),
        "{said:#?}"
    );
}
