//! PAM files for programs that we ship none for.

use std::fs;

use proauth_e2e::repository;

/// Where Debian's packages put the files of their services.
const FOLDERS: [&str; 2] = ["/etc/pam.d", "/usr/lib/pam.d"];

/// What asks for the password and nothing else, on Debian.
const PASSWORD_ONLY: &str = "@include common-auth\n";

/// The same, and then a code: the lines of `config/pam/sudo`.
const PASSWORD_AND_CODE: &str = "\
auth requisite pam_unix.so
auth required pam_proauth.so first_factor=password max_tries=3
auth required pam_permit.so
";

const ACCOUNT: &str = "@include common-account\n";
const OUR_ACCOUNT: &str = "account required pam_proauth.so\n@include common-account\n";

/// The stack that docs/pam.md gives for screen lockers.
pub const LOCKER: &str = "\
auth requisite pam_unix.so
auth required pam_proauth.so first_factor=password
";

/// Debian's own file for `service`, with a code after the password, and our account line.
pub fn with_code(service: &str) -> String {
    let file = FOLDERS.map(|folder| fs::read_to_string(format!("{folder}/{service}")));
    let file = file.into_iter().find_map(Result::ok);
    let file = file.unwrap_or_else(|| panic!("tests/run installs what brings {service}"));
    let file = replace_once(&file, PASSWORD_ONLY, PASSWORD_AND_CODE);
    replace_once(&file, ACCOUNT, OUR_ACCOUNT)
}

/// `config/pam/sudo`, as it says itself that it is to be changed for `sudo -i`.
pub fn sudo_i() -> String {
    let sudo = fs::read_to_string(repository().join("config/pam/sudo"));
    let sudo = sudo.expect("config/pam/sudo can be read");
    replace_once(
        &sudo,
        "@include common-session-noninteractive\n",
        "@include common-session\n",
    )
}

fn replace_once(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {text}");
    text.replacen(old, new, 1)
}
