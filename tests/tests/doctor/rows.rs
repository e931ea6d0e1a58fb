//! The corpus: mistakes in configurations of PAM, sshd and sudo, and what the doctor says.

/// A mistake.
pub struct Row {
    /// In words.
    pub mistake: &'static str,
    /// What somebody did to a machine that was right.
    pub script: &'static str,
    /// How bad it is.
    pub level: &'static str,
    /// The name of the finding.
    pub id: &'static str,
    /// A part of what it says.
    pub says: &'static str,
}

const fn row(
    mistake: &'static str,
    script: &'static str,
    [level, id, says]: [&'static str; 3],
) -> Row {
    Row {
        mistake,
        script,
        level,
        id,
        says,
    }
}

/// The mistake of the corpus that is called so.
pub fn mistake(name: &str) -> &'static Row {
    ROWS.iter()
        .find(|row| row.mistake == name)
        .expect("it is in the corpus")
}

pub const ROWS: &[Row] = &[
    // What comes before our line.
    row(
        "sudo: the password is \"sufficient\"",
        "sed -i 's/^auth *requisite *pam_unix.so/auth sufficient pam_unix.so/' /etc/pam.d/sudo",
        ["red", "pam.skipped", "pam_unix lets in without a code"],
    ),
    row(
        "sudo: a jump leads past the code",
        "sed -i 's/^auth *requisite *pam_unix.so/auth [success=1 default=die] pam_unix.so/' /etc/pam.d/sudo",
        ["red", "pam.skipped", "pam_unix lets in without a code"],
    ),
    row(
        "sudo: pam_permit is \"sufficient\" above the code",
        "sed -i 's/^auth.*pam_proauth.so.*/auth sufficient pam_permit.so\\n&/' /etc/pam.d/sudo",
        ["red", "pam.skipped", "pam_permit lets in without a code"],
    ),
    row(
        "sudo: Fedora's system-auth above the code",
        "printf 'auth required pam_env.so\\nauth sufficient pam_unix.so\\nauth required pam_deny.so\\n' >/etc/pam.d/system-auth
         sed -i 's/^auth *requisite *pam_unix.so/auth include system-auth/' /etc/pam.d/sudo",
        ["red", "pam.skipped", "/etc/pam.d/system-auth:2"],
    ),
    row(
        "sudo: a rule lets in with nothing at all",
        "sed -i 's/^auth *requisite *pam_unix.so/auth sufficient pam_succeed_if.so user ingroup e2e\\n&/' /etc/pam.d/sudo",
        ["red", "pam.open", "user ingroup e2e"],
    ),
    row(
        "sudo: a rule exempts from the code",
        "sed -i 's/^auth.*pam_proauth.so.*/auth [success=1 default=ignore] pam_succeed_if.so user ingroup e2e\\n&/' /etc/pam.d/sudo",
        ["yellow", "pam.exempt", "user ingroup e2e"],
    ),
    row(
        "sudo: the first factor does not end the stack",
        "sed -i 's/^auth *requisite *pam_unix.so/auth required pam_unix.so/' /etc/pam.d/sudo",
        ["red", "pam.asks-after-failure", "does not end the stack"],
    ),
    row(
        "sudo: the first factor in a substack, which ends only itself",
        "sed -i 's/^auth *requisite *pam_unix.so/auth substack common-auth/' /etc/pam.d/sudo",
        ["red", "pam.asks-after-failure", "/etc/pam.d/common-auth"],
    ),
    row(
        "sudo: the first factor is \"optional\"",
        "sed -i 's/^auth *requisite *pam_unix.so/auth optional pam_unix.so/' /etc/pam.d/sudo",
        ["red", "pam.code-alone", "with a code alone"],
    ),
    row(
        "sudo: the code before the password",
        "sed -i '/^auth *requisite *pam_unix.so/d; s/^auth *required *pam_permit.so/auth required pam_unix.so/; s/first_factor=password //' /etc/pam.d/sudo",
        ["red", "pam.before-first-factor", "before the first factor (pam_unix)"],
    ),
    row(
        "sudo: the code is the only factor",
        "sed -i '/^auth *requisite *pam_unix.so/d; s/first_factor=password //' /etc/pam.d/sudo",
        ["red", "pam.no-first-factor", "the code is the only factor"],
    ),
    row(
        "sudo: a password is required, and never asked for",
        "sed -i '/^auth *requisite *pam_unix.so/d' /etc/pam.d/sudo",
        ["red", "pam.factor-never-shown", "first_factor=password refuses everybody"],
    ),
    row(
        "sudo: pam_deny above the code",
        "sed -i 's/^auth.*pam_proauth.so.*/auth required pam_deny.so\\n&/' /etc/pam.d/sudo",
        ["red", "pam.nobody", "the auth part of sudo lets nobody in"],
    ),
    // Our line.
    row(
        "sudo: the code is \"optional\"",
        "sed -i 's/^auth *required *pam_proauth.so/auth optional pam_proauth.so/; s/^auth *required *pam_permit.so//' /etc/pam.d/sudo",
        ["red", "pam.refusal-ignored", "although pam_proauth refused"],
    ),
    row(
        "sudo: what is not success is ignored",
        "sed -i 's/^auth *required *pam_proauth.so/auth [success=ok default=ignore] pam_proauth.so/' /etc/pam.d/sudo",
        ["red", "pam.refusal-ignored", "although pam_proauth refused"],
    ),
    row(
        "sudo: no code while the daemon is dead",
        "sed -i 's/^auth *required *pam_proauth.so/auth [success=ok ignore=ignore authinfo_unavail=ignore default=bad] pam_proauth.so/' /etc/pam.d/sudo",
        ["yellow", "pam.open-without-daemon", "authinfo_unavail=ignore"],
    ),
    row(
        "sudo: a misspelt control word",
        "sed -i 's/^auth *required *pam_proauth.so/auth requierd pam_proauth.so/' /etc/pam.d/sudo",
        ["red", "pam.broken-line", "\"requierd\" is not understood"],
    ),
    row(
        "sudo: a misspelt argument",
        "sed -i 's/max_tries=3/max_trys=3/' /etc/pam.d/sudo",
        ["red", "pam.argument", "unknown argument \"max_trys=3\""],
    ),
    row(
        "sudo: an argument of another module",
        "sed -i 's/max_tries=3/nullok/' /etc/pam.d/sudo",
        ["yellow", "pam.nullok", "nullok does nothing"],
    ),
    row(
        "sudo: the password is taken for the code",
        "sed -i 's/max_tries=3/use_first_pass/' /etc/pam.d/sudo",
        ["yellow", "pam.password-as-code", "use_first_pass"],
    ),
    row(
        "sudo: forward_pass that goes on after a wrong code",
        "sed -i '/^auth *requisite *pam_unix.so/d; s/^auth *required *pam_permit.so/auth required pam_unix.so use_first_pass/; s/first_factor=password max_tries=3/forward_pass/' /etc/pam.d/sudo",
        ["yellow", "pam.forward-goes-on", "forward_pass"],
    ),
    row(
        "sudo: asked for in common-auth, and once more",
        "printf 'auth required pam_proauth.so first_factor=password\\n' >>/etc/pam.d/common-auth
         sed -i 's/^auth *requisite *pam_unix.so/@include common-auth/' /etc/pam.d/sudo",
        ["yellow", "pam.asked-twice", "/etc/pam.d/common-auth"],
    ),
    row(
        "sudo: a file to include that is not there",
        "sed -i 's/^auth *requisite *pam_unix.so/@include common-atuh/' /etc/pam.d/sudo",
        ["red", "pam.broken-stack", "there is no file common-atuh"],
    ),
    row(
        "sudo -i is forgotten",
        "sed -i '/pam_proauth/d' /etc/pam.d/sudo-i",
        ["red", "pam.sudo-half", "sudo asks for codes and sudo-i does not"],
    ),
    // The module.
    row(
        "the module is gone",
        "rm $M",
        ["red", "pam.module-missing", "names pam_proauth.so, which is not on this machine"],
    ),
    row(
        "the module is for another kind of machine",
        "printf '\\177ELF\\002\\001\\001\\000\\000\\000\\000\\000\\000\\000\\000\\000\\003\\000\\363\\000' >$M",
        ["red", "module.wrong-architecture", "pam_proauth.so is not for this kind of machine"],
    ),
    row(
        "the module can be written to by others",
        "chmod 0666 $M",
        ["red", "file.writable", "pam_proauth.so: others than root can write to it"],
    ),
    row(
        "a PAM file belongs to a user",
        "chown alice /etc/pam.d/sudo",
        ["red", "file.writable", "/etc/pam.d/sudo: it belongs to uid"],
    ),
    row(
        "another module that is not there",
        "sed -i 's/^auth *requisite *pam_unix.so/auth optional pam_gone.so\\n&/' /etc/pam.d/sudo",
        ["yellow", "pam.other-module-missing", "names pam_gone.so"],
    ),
    // Files of PAM.
    row(
        "a service name in upper case",
        "cp /etc/pam.d/sudo /etc/pam.d/Vlock",
        ["red", "pam.upper-case", "/etc/pam.d/Vlock is never read"],
    ),
    row(
        "/etc/pam.d/other lets in",
        "printf 'auth required pam_permit.so\\naccount required pam_permit.so\\n' >/etc/pam.d/other",
        ["red", "pam.other-permits", "/etc/pam.d/other lets in"],
    ),
    row(
        "half of a block of ours was deleted",
        "printf '# BEGIN proauth\\n' >>/etc/pam.d/sshd",
        ["red", "block.broken", "/etc/pam.d/sshd: our block is not whole"],
    ),
    row(
        "the console asks for codes, too",
        "printf 'auth requisite pam_unix.so\\nauth required pam_proauth.so\\n@include common-account\\n' >/etc/pam.d/login",
        ["yellow", "second-way.console-asks", "the console asks for codes"],
    ),
    // The account part.
    row(
        "sudo: need_code",
        "sed -i 's/^account *required *pam_proauth.so/& need_code/' /etc/pam.d/sudo",
        ["red", "pam.need-code-elsewhere", "need_code in sudo"],
    ),
    row(
        "common-account: need_code, which cron reads",
        "sed -i '1i account required pam_proauth.so need_code' /etc/pam.d/common-account",
        ["red", "pam.account-of-jobs", "need_code reaches cron"],
    ),
    row(
        "common-account: our line, which cron reads",
        "sed -i '1i account required pam_proauth.so' /etc/pam.d/common-account",
        ["yellow", "pam.account-of-jobs", "its jobs fail while proauthd does not run"],
    ),
    row(
        "sshd: no account line",
        "sed -i '/^account.*pam_proauth/d' /etc/pam.d/sshd",
        ["yellow", "pam.account-missing", "sshd has no account line of ours"],
    ),
    row(
        "sshd: the account line below common-account",
        "sed -i '/^account.*pam_proauth/d' /etc/pam.d/sshd
         printf 'account required pam_proauth.so need_code\\n' >>/etc/pam.d/sshd",
        ["yellow", "pam.account-skipped", "pam_unix ends the account part"],
    ),
    row(
        "sshd: a \"sufficient\" line above the account line",
        "sed -i 's/^account.*pam_proauth/account sufficient pam_unix.so\\n&/' /etc/pam.d/sshd",
        ["red", "pam.account-skipped", "pam_unix ends the account part"],
    ),
    row(
        "sshd: need_code, and no auth line",
        "sed -i 's/^auth.*pam_proauth.*/@include common-auth/' /etc/pam.d/sshd",
        ["red", "pam.need-code-unasked", "need_code refuses everybody"],
    ),
    // sshd.
    row(
        "sshd: pam_rootok above the code, to which everybody in sshd is root",
        "sed -i 's/^auth.*pam_proauth/auth sufficient pam_rootok.so\\n&/; s/ need_code$//' /etc/pam.d/sshd",
        ["red", "pam.skipped", "pam_rootok lets in without a code"],
    ),
    row(
        "sshd: nothing insists on a key",
        "sed -i 's/first_factor=publickey//' /etc/pam.d/sshd",
        ["yellow", "pam.key-not-required", "does not insist on a key"],
    ),
    row(
        "sshd: UsePAM no",
        "sed -i 's/^UsePAM yes/UsePAM no/' /etc/ssh/sshd_config.d/00-proauth.conf",
        ["red", "sshd.no-pam", "UsePAM is \"no\""],
    ),
    row(
        "sshd: KbdInteractiveAuthentication no",
        "sed -i 's/^KbdInteractiveAuthentication yes/KbdInteractiveAuthentication no/' /etc/ssh/sshd_config.d/00-proauth.conf
         sed -i 's/^AuthenticationMethods.*//' /etc/ssh/sshd_config.d/00-proauth.conf",
        ["red", "sshd.no-questions", "KbdInteractiveAuthentication is \"no\""],
    ),
    row(
        "sshd: passwords are fed to our prompt",
        "sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/; s/^AuthenticationMethods.*//' /etc/ssh/sshd_config.d/00-proauth.conf",
        ["red", "sshd.password-fed", "sshd types the password for the code"],
    ),
    row(
        "sshd: a key alone is enough",
        "sed -i 's/^AuthenticationMethods.*//' /etc/ssh/sshd_config.d/00-proauth.conf
         sed -i 's/ need_code$//' /etc/pam.d/sshd",
        ["red", "sshd.key-alone", "lets in without a code"],
    ),
    row(
        "sshd: a second list of methods is a key alone",
        "sed -i 's/^AuthenticationMethods.*/& publickey/' /etc/ssh/sshd_config.d/00-proauth.conf
         sed -i 's/ need_code$//' /etc/pam.d/sshd",
        ["red", "sshd.key-alone", "publickey,keyboard-interactive publickey"],
    ),
    row(
        "sshd: a Match block lets a user in by key alone",
        "printf 'Match User bob\\n    AuthenticationMethods publickey\\n' >>/etc/ssh/sshd_config
         sed -i 's/ need_code$//' /etc/pam.d/sshd",
        ["red", "sshd.key-alone", "/etc/ssh/sshd_config:7: Match User bob"],
    ),
    row(
        "sshd: a Match block in a drop-in, which need_code refuses later",
        "printf 'Match Address 192.0.2.0/24\\n    AuthenticationMethods publickey\\n' >/etc/ssh/sshd_config.d/90-office.conf",
        ["yellow", "sshd.refused-later", "/etc/ssh/sshd_config.d/90-office.conf:2: Match Address 192.0.2.0/24"],
    ),
    row(
        "sshd: a Match block turns passwords on",
        "printf 'Match Group e2e\\n    PasswordAuthentication yes\\n    AuthenticationMethods password\\n' >>/etc/ssh/sshd_config",
        ["red", "sshd.password-fed", "Match Group e2e"],
    ),
    row(
        "sshd: a Match block turns keys off, which we ask for",
        "printf 'Match Address 10.0.0.0/8\\n    PubkeyAuthentication no\\n' >>/etc/ssh/sshd_config",
        ["red", "sshd.no-keys", "/etc/ssh/sshd_config:7: Match Address 10.0.0.0/8"],
    ),
    row(
        "sshd: a Match block keeps PAM from asking",
        "printf 'Match User bob\\n    KbdInteractiveAuthentication no\\n' >>/etc/ssh/sshd_config",
        ["red", "sshd.no-questions", "/etc/ssh/sshd_config:7: Match User bob"],
    ),
    row(
        "sshd: no method asks for the code that PAM requires",
        "sed -i 's/^AuthenticationMethods.*/AuthenticationMethods publickey/' /etc/ssh/sshd_config.d/00-proauth.conf",
        ["red", "sshd.no-way", "nobody gets in"],
    ),
    row(
        "sshd: no key is asked for, and PAM requires one",
        "sed -i 's/^AuthenticationMethods.*/AuthenticationMethods keyboard-interactive/' /etc/ssh/sshd_config.d/00-proauth.conf",
        ["red", "sshd.key-never-asked", "asks for no key"],
    ),
    row(
        "sshd: neither key nor password, a code alone",
        "sed -i 's/^AuthenticationMethods.*/AuthenticationMethods keyboard-interactive/' /etc/ssh/sshd_config.d/00-proauth.conf
         sed -i 's/first_factor=publickey//' /etc/pam.d/sshd",
        ["red", "sshd.code-alone", "ask for a code and for nothing else"],
    ),
    row(
        "sshd: our file is not included",
        "sed -i '/^Include/d' /etc/ssh/sshd_config",
        ["red", "sshd.not-included", "/etc/ssh/sshd_config.d/00-proauth.conf is there"],
    ),
    row(
        "sshd: another file comes before ours",
        "printf 'PasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/00-cloud-init.conf",
        ["red", "sshd.too-late", "/etc/ssh/sshd_config.d/00-cloud-init.conf:1 says something else before"],
    ),
    row(
        "sshd: a configuration that sshd does not take",
        "printf 'PermitRotLogin no\\n' >>/etc/ssh/sshd_config",
        ["red", "sshd.broken", "/etc/ssh/sshd_config: line 6: Bad configuration option"],
    ),
    row(
        "PAM: a pipe that nobody writes to, in place of a file",
        "rm /etc/pam.d/sudo-i; mkfifo /etc/pam.d/sudo-i",
        ["unknown", "pam.unreadable", "sudo-i"],
    ),
    // sudo.
    row(
        "sudoers: NOPASSWD",
        "printf 'bob ALL=(ALL) NOPASSWD: ALL\\n' >/etc/sudoers.d/bob",
        ["yellow", "sudo.nopasswd", "/etc/sudoers.d/bob:1"],
    ),
    row(
        "sudoers: !authenticate",
        "printf 'Defaults:%%e2e !authenticate\\n' >/etc/sudoers.d/lazy",
        ["red", "sudo.no-authentication", "/etc/sudoers.d/lazy:1"],
    ),
    row(
        "sudoers: a time stamp that never runs out",
        "printf 'Defaults timestamp_timeout = -1\\n' >/etc/sudoers.d/lazy",
        ["red", "sudo.stamp-for-ever", "/etc/sudoers.d/lazy:1"],
    ),
    row(
        "sudoers: a time stamp that lasts a day",
        "printf 'Defaults env_reset, timestamp_timeout=1440\\n' >/etc/sudoers.d/lazy",
        ["yellow", "sudo.stamp-long", "only after 1440 minutes"],
    ),
    // What the daemon keeps.
    row(
        "the key can be read by others",
        "chmod 0644 /etc/proauth/proauthd.key",
        ["red", "key.open", "/etc/proauth/proauthd.key has mode 0644"],
    ),
    row(
        "the records can be read by others",
        "chmod 0644 /var/lib/proauth/proauth.db",
        ["red", "store.open", "has mode 0644"],
    ),
    row(
        "a misspelt setting of the daemon",
        "printf '[login]\\nnot_enroled = \"deny\"\\n' >/etc/proauth/proauthd.toml",
        ["red", "config.wrong", "not_enroled"],
    ),
];
