//! What modules are for, and so what they may return and what that shows.

use super::code::Code;
use super::stack::{Entry, Phase, What};

/// What a module is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// It is ours.
    Ours,
    /// It proves who somebody is: a password, a key, another code.
    Factor,
    /// It says yes to everybody.
    Permit,
    /// It says no to everybody.
    Deny,
    /// It says yes where whoever runs the program is root already.
    RootOnly,
    /// It says yes or no for reasons that prove nothing: a group, a time, a file.
    Condition,
    /// It does something, and its answer is of no interest: the environment, a delay.
    Errand,
    /// We do not know it.
    Unknown,
}

/// Modules that prove who somebody is.
const FACTORS: [&str; 38] = [
    "pam_unix",
    "pam_sss",
    "pam_ldap",
    "pam_krb5",
    "pam_krb5_migrate",
    "pam_winbind",
    "pam_u2f",
    "pam_yubico",
    "pam_google_authenticator",
    "pam_oath",
    "pam_pkcs11",
    "pam_p11",
    "pam_fprintd",
    "pam_radius_auth",
    "pam_radius",
    "pam_tacplus",
    "pam_userdb",
    "pam_pwdb",
    "pam_mysql",
    "pam_pgsql",
    "pam_ssh_agent_auth",
    "pam_ssh",
    "pam_duo",
    "pam_himmelblau",
    "pam_kanidm",
    "pam_authd",
    "pam_systemd_home",
    "pam_poldi",
    "pam_usb",
    "pam_nis",
    "pam_afs_session",
    "pam_otpw",
    "pam_rsa",
    "pam_securid",
    "pam_privacyidea",
    "pam_vas3",
    "pam_lsass",
    "pam_cracklib_auth",
];

/// Modules that answer for reasons that prove nothing.
const CONDITIONS: [&str; 20] = [
    "pam_succeed_if",
    "pam_listfile",
    "pam_access",
    "pam_wheel",
    "pam_localuser",
    "pam_usertype",
    "pam_shells",
    "pam_nologin",
    "pam_securetty",
    "pam_time",
    "pam_faillock",
    "pam_tally",
    "pam_tally2",
    "pam_sepermit",
    "pam_rhosts",
    "pam_hosts_access",
    "pam_abl",
    "pam_geoip",
    "pam_timestamp",
    "pam_console",
];

/// Modules whose answer is of no interest.
const ERRANDS: [&str; 24] = [
    "pam_env",
    "pam_faildelay",
    "pam_cap",
    "pam_group",
    "pam_mail",
    "pam_lastlog",
    "pam_keyinit",
    "pam_echo",
    "pam_issue",
    "pam_motd",
    "pam_warn",
    "pam_umask",
    "pam_limits",
    "pam_gnome_keyring",
    "pam_kwallet5",
    "pam_kwallet",
    "pam_ecryptfs",
    "pam_mount",
    "pam_mkhomedir",
    "pam_systemd",
    "pam_loginuid",
    "pam_selinux",
    "pam_xauth",
    "pam_tty_audit",
];

/// Programs that keep the uid of whoever runs them while they ask PAM. Others are root's then, and
/// pam_rootok says yes to everybody.
const KEEP_UID: [&str; 14] = [
    "sudo",
    "sudo-i",
    "su",
    "su-l",
    "runuser",
    "runuser-l",
    "chfn",
    "chsh",
    "chpasswd",
    "newusers",
    "passwd",
    "useradd",
    "userdel",
    "groupadd",
];

/// With these, a module that proves may have nothing to say about somebody.
const MAY_PASS: [&str; 5] = [
    "ignore_unknown_user",
    "ignore_authinfo_unavail",
    "nouserok",
    "ignore_root",
    "nullok",
];

impl Nature {
    /// That of the module of a line, in `service`.
    pub fn of(entry: &Entry, service: &str) -> Self {
        match entry.module() {
            Some("pam_proauth") => Self::Ours,
            Some("pam_permit") => Self::Permit,
            Some("pam_deny") => Self::Deny,
            Some("pam_rootok") if KEEP_UID.contains(&service) => Self::RootOnly,
            Some("pam_rootok") => Self::Permit,
            Some(name) if FACTORS.contains(&name) => Self::Factor,
            Some(name) if CONDITIONS.contains(&name) => Self::Condition,
            Some(name) if ERRANDS.contains(&name) => Self::Errand,
            Some(_) => Self::Unknown,
            None => Self::Errand,
        }
    }
}

/// All that the module of a line may return.
pub fn returns(entry: &Entry, service: &str, phase: Phase) -> Vec<Code> {
    let every = || Code::all().filter(|code| *code != Code::MODULE_UNKNOWN);
    match &entry.what {
        What::Substack => return vec![Code::SUCCESS],
        What::Broken(_) => return vec![Code::PERM_DENIED],
        What::Module {
            is_there: false, ..
        } => return vec![Code::MODULE_UNKNOWN],
        What::Module { .. } => {}
    }
    match (Nature::of(entry, service), phase) {
        (Nature::Permit, _) => vec![Code::SUCCESS],
        (Nature::Deny, Phase::Auth) => vec![Code::AUTH_ERR],
        (Nature::Deny, Phase::Account) => vec![Code::PERM_DENIED],
        (Nature::RootOnly, _) => vec![Code::SUCCESS, Code::AUTH_ERR],
        (Nature::Factor, Phase::Auth) if !may_pass(entry) => {
            every().filter(|code| *code != Code::IGNORE).collect()
        }
        // In account it never says so: nobody gets in for want of an opinion.
        (Nature::Ours, Phase::Account) => every()
            .filter(|code| !matches!(*code, Code::IGNORE | Code::NEW_AUTHTOK_REQD))
            .collect(),
        (Nature::Ours, Phase::Auth) => every()
            .filter(|code| *code != Code::NEW_AUTHTOK_REQD)
            .collect(),
        _ => every().collect(),
    }
}

/// pam_unix has `nullok`, too, and means something else by it.
fn may_pass(entry: &Entry) -> bool {
    let passes = |argument: &String| MAY_PASS.contains(&argument.as_str());
    let of_their_own = matches!(
        entry.module(),
        Some("pam_krb5" | "pam_ldap" | "pam_fprintd")
    );
    of_their_own || (entry.module() != Some("pam_unix") && entry.arguments().iter().any(passes))
}
