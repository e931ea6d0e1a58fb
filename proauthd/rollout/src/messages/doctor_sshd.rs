//! What is said about sshd.

use crate::Finding;

/// Nothing to complain of.
pub fn right() -> Finding {
    Finding::green("sshd.right", "sshd asks for codes through PAM")
}

/// There is no sshd.
pub fn none() -> Finding {
    Finding::green("sshd.none", "there is no sshd on this machine")
}

/// PAM asks sshd's users for nothing.
pub fn unprotected() -> Finding {
    Finding::yellow(
        "sshd.unprotected",
        "sshd asks for no code",
        "run `proauthd protect sshd`",
    )
}

/// `sshd -t` fails.
pub fn broken(why: &str) -> Finding {
    Finding::red(
        "sshd.broken",
        format!("sshd would not start: {why}"),
        "correct that, and see `sshd -t`; keep your session open meanwhile",
    )
}

/// A file may not be read.
pub fn unreadable(why: &str) -> Finding {
    Finding::unknown("sshd.unreadable", why, "run it as root")
}

/// `UsePAM no`.
pub fn no_pam(at: &str) -> Finding {
    Finding::red(
        "sshd.no-pam",
        format!("{at}: UsePAM is \"no\": sshd asks nobody for a code"),
        "set UsePAM yes",
    )
}

/// `KbdInteractiveAuthentication no`.
pub fn no_questions(at: &str) -> Finding {
    Finding::red(
        "sshd.no-questions",
        format!("{at}: KbdInteractiveAuthentication is \"no\": PAM cannot ask for the code"),
        "set KbdInteractiveAuthentication yes",
    )
}

/// `PubkeyAuthentication no`, and a key is asked for.
pub fn no_keys(at: &str, methods: &str) -> Finding {
    Finding::red(
        "sshd.no-keys",
        format!(
            "{at}: PubkeyAuthentication is \"no\", and \"{methods}\" asks for a key: whom this \
             is for cannot log in"
        ),
        "take that line out",
    )
}

/// `PasswordAuthentication yes`.
pub fn password_fed(at: &str) -> Finding {
    Finding::red(
        "sshd.password-fed",
        format!("{at}: PasswordAuthentication is \"yes\": sshd types the password for the code"),
        "set PasswordAuthentication no: PAM asks for passwords, too",
    )
}

/// A login that shows no code, and is let in.
pub fn key_alone(at: &str, methods: &str) -> Finding {
    Finding::red(
        "sshd.key-alone",
        format!("{at}: \"{methods}\" lets in without a code: PAM is not asked"),
        "set AuthenticationMethods publickey,keyboard-interactive, and need_code in PAM",
    )
}

/// The same, where codes are asked of passwords only.
pub fn key_beside(at: &str) -> Finding {
    Finding::yellow(
        "sshd.key-beside",
        format!("{at}: who has a key gets in without a code"),
        "nothing, if that is what you want; else run `proauthd protect sshd`",
    )
}

/// A login that shows no code, and is refused at the end.
pub fn refused_later(at: &str, methods: &str) -> Finding {
    Finding::yellow(
        "sshd.refused-later",
        format!("{at}: \"{methods}\" shows no code, and need_code in PAM refuses that"),
        "ask for keyboard-interactive, too, or exempt these users in PAM (docs/pam.md)",
    )
}

/// Nobody can show a code.
pub fn no_way(at: &str, methods: &str) -> Finding {
    Finding::red(
        "sshd.no-way",
        format!("{at}: \"{methods}\" never asks for a code, which PAM requires: nobody gets in"),
        "set AuthenticationMethods publickey,keyboard-interactive",
    )
}

/// `first_factor=publickey`, and no key is asked for.
pub fn key_never_asked(at: &str, methods: &str) -> Finding {
    Finding::red(
        "sshd.key-never-asked",
        format!("{at}: \"{methods}\" asks for no key, which first_factor= in PAM requires"),
        "set AuthenticationMethods publickey,keyboard-interactive",
    )
}

/// Not a single other proof.
pub fn code_alone(at: &str, methods: &str) -> Finding {
    Finding::red(
        "sshd.code-alone",
        format!("{at}: \"{methods}\" and PAM ask for a code and for nothing else"),
        "set AuthenticationMethods publickey,keyboard-interactive",
    )
}

/// Another sshd, with a configuration of its own.
pub fn second(file: &str) -> Finding {
    Finding::yellow(
        "sshd.second",
        format!("another sshd runs, by {file}, which is not looked at here"),
        "see that it asks for codes, too (`need_code` in PAM does), or end it",
    )
}

/// Our file, which sshd does not read.
pub fn not_included(file: &str) -> Finding {
    Finding::red(
        "sshd.not-included",
        format!("{file} is there, but sshd_config does not include it"),
        "put \"Include /etc/ssh/sshd_config.d/*.conf\" at the top of sshd_config",
    )
}

/// Our line, after another one.
pub fn too_late(ours: &str, keyword: &str, earlier: &str) -> Finding {
    Finding::red(
        "sshd.too-late",
        format!("{ours}: {keyword} comes too late: {earlier} says something else before"),
        "take that line out, or let our file come first: sshd keeps the first value",
    )
}
