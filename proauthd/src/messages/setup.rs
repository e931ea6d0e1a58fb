//! Sentences of the guided start. They are broken at the width of the terminal.

use std::fmt::Display;

/// What this is.
pub const SETUP_INTRODUCTION: &str = "This leads to a server that asks for a code at each login: \
    you enroll, ProAuth looks around, and then changes PAM and sshd. What it changed is put back \
    by itself unless you show that you still get in. Ctrl-C leaves at any point, and the next \
    `proauthd setup` goes on from there.";

/// The daemon is there.
pub const DAEMON_RUNS: &str = "It runs.";

/// What the account is for.
pub const SETUP_ACCOUNT: &str = "You are root here. Which account do you log in with? It must be \
    one that may become root (sudo).";

/// root as the account.
pub const SETUP_ROOT: &str = "To sshd a code is a kind of password: as PermitRootLogin is by \
    default, root cannot get in over SSH with one. See \"root\" in recipes.md.";

/// The two ways to enroll.
pub const SETUP_WAYS: &str = "1: people sign in with Google or another OpenID provider, and bind \
    their own phones. This needs a client id from there (google.md).\n\
    2: nobody signs in; root enrolls people, or hands out tickets.\n\
    It can be changed later.";

/// The process that signs people in is not there.
pub const SETUP_NO_IDP: &str = "signing in needs the package proauth-idp, which is not installed; \
    install it, or choose --offline (2)";

/// The provider did not answer as it must.
pub const SETUP_IDP_FAILED: &str = "Nobody can sign in like that yet. Answer again, or go on \
    without it (2); the settings can be corrected later.";

/// Whom people sign in with.
pub const SETUP_ISSUER: &str = "The issuer identifier of the provider. Return alone takes what \
    stands in brackets.";

/// Under which id.
pub const SETUP_CLIENT: &str = "The id of a client for signing in on another device; with Google, \
    of the type \"TVs and Limited Input devices\".";

/// Where its secret is.
pub const SETUP_SECRET: &str = "The file with the secret of this client, never the secret itself.";

/// Who may enroll.
pub const SETUP_DOMAIN: &str = "Whose people may enroll: alice@example.com gets the account alice \
    if this is example.com. Other names: enrollment.md.";

/// Recovery codes stand above.
pub const SETUP_KEEP_CODES: &str = "Keep them where you find them without this phone.";

/// doctor found nothing red.
pub const SETUP_HEALTHY: &str = "Nothing is in the way.";

/// doctor found something red.
pub const SETUP_RED: &str = "Something above is red. Mend it first, in another terminal if you \
    like, and run `proauthd setup` again.";

/// What can be protected.
pub const SETUP_SERVICES: &str = "What is to ask for codes? Nothing has been changed yet; the next \
    step shows what would be, and asks.";

/// What sshd asks for first.
pub const SETUP_FACTOR: &str = "What do people show sshd before the code? Keys are safer, but \
    each of them must have one on this server.";

/// What to do to keep it.
pub const SETUP_CONFIRM: &str = "A change waits to be confirmed. Show that you get in: log in from \
    another terminal, with a code, and run there:";

/// The other way out.
pub const SETUP_STAY: &str = "If you do not get in, do nothing: everything is put back by itself.";

/// What there is to do afterwards.
pub const SETUP_NEXT: [&str; 3] = [
    "Next: enroll a second administrator, with a phone of their own.",
    "Others: whoever is not enrolled is refused. rolling-out.md says how to let them in until \
     they are.",
    "`proauthd doctor` looks again at any time, `proauthd unprotect` takes it back.",
];

/// Not root.
pub fn setup_is_for_root() -> String {
    "setup is for root; run it with sudo".into()
}

/// Nobody can be asked.
pub fn setup_needs(flag: &str) -> String {
    format!("{flag} is missing, and nobody can be asked here; give it, or run this on a terminal")
}

/// The person leaves before anything waits.
pub fn setup_left() -> String {
    "left; `proauthd setup` goes on from here".into()
}

/// One of our commands has failed, and has said why.
pub fn setup_stopped() -> String {
    "setup stops; once that is mended, `proauthd setup` goes on from here".into()
}

/// One of our commands did not start.
pub fn own_command_failed(words: &[&str], error: &dyn Display) -> String {
    let word = words.first().copied().unwrap_or_default();
    format!("`proauthd {word}` does not start: {error}; try again")
}

/// Whose account it is.
pub fn setup_account(user: &str, known: bool) -> String {
    match known {
        true => format!("You are logged in as {user}."),
        false => format!("Your account is {user}."),
    }
}

/// No such account.
pub fn setup_no_such_user(name: &str) -> String {
    format!("there is no account {name:?} on this machine; check the spelling")
}

/// Done before.
pub fn setup_enrolled_already(user: &str) -> String {
    format!("{user} is enrolled already.")
}

/// How people enroll.
pub fn setup_way(signs_in: bool) -> &'static str {
    match signs_in {
        true => "People sign in to enroll: `proauthd enroll`.",
        false => {
            "root enrolls people (`proauthd enroll --offline`), or hands out tickets (`proauthd invite`)."
        }
    }
}

/// Neither of the two.
pub fn setup_one_or_two() -> String {
    "type 1 or 2".into()
}

/// Neither of the two.
pub fn setup_yes_or_no() -> String {
    "type y or n".into()
}

/// No issuer.
pub fn setup_bad_issuer() -> String {
    "an issuer is an address that begins with https://; type it as the provider has it".into()
}

/// No domain.
pub fn setup_bad_domain() -> String {
    "type a domain, such as example.com".into()
}

/// No single word.
pub fn setup_not_a_word(what: &str) -> String {
    format!("a {what} is one word without spaces; copy it from the provider's page")
}

/// No path.
pub fn setup_bad_secret_path() -> String {
    "type the path of a file, beginning with /, or - if the client has no secret".into()
}

/// The file is not there.
pub fn setup_no_secret(path: &str) -> String {
    format!(
        "there is no {path}; make it in another terminal (`install -m 0640 -g proauth-idp \
         /dev/null {path}`), put the secret into it, and type its path again"
    )
}

/// The file is empty.
pub fn setup_secret_empty(path: &str) -> String {
    format!("{path} is empty; put the secret into it, and type its path again")
}

/// The file is closed to who needs it, or open to others.
pub fn setup_secret_closed(path: &str) -> String {
    format!(
        "{path} must be for root and proauth-idp alone: `chown root:proauth-idp {path}; chmod \
         0640 {path}`; then type its path again"
    )
}

/// The settings are in force.
pub fn setup_written(path: &str) -> String {
    format!("Wrote {path}, and the daemon has read it.")
}

/// The settings could not be written.
pub fn setup_not_written(path: &str, error: &dyn Display) -> String {
    format!("cannot write {path}: {error}; mend that, then run `proauthd setup` again")
}

/// The daemon does not have the settings.
pub fn setup_not_reloaded(said: &str) -> String {
    format!(
        "the daemon has not read its configuration again: {said}; see `systemctl status proauthd`"
    )
}

/// No services.
pub fn setup_bad_services(here: &[&str]) -> String {
    format!("type one or more of: {}", here.join(", "))
}

/// No first factor.
pub fn setup_bad_factor() -> String {
    "type key or password".into()
}

/// Nothing there.
pub fn setup_nothing_to_protect() -> String {
    "neither sshd nor sudo has a PAM file here; see pam.md for other services".into()
}

/// Was done before.
pub fn setup_asks(services: &[&str]) -> String {
    format!("Codes are asked for already by: {}.", services.join(", "))
}

/// What is left.
pub fn setup_still_open(services: &[&str]) -> String {
    format!(
        "Not by: {0}. `proauthd protect {1}` changes that.",
        services.join(", "),
        services.join(" ")
    )
}

/// Somebody got in.
pub fn setup_confirmed(services: &[String]) -> String {
    format!(
        "Confirmed. From now on codes are asked for by: {}.",
        services.join(", ")
    )
}

/// Nobody did.
pub fn setup_put_back() -> String {
    "it was not confirmed in time, and all is as it was before; find out what kept you out \
     (`journalctl -u ssh -u proauthd`), then run `proauthd setup` again"
        .into()
}

/// The person leaves while it waits.
pub fn setup_left_waiting() -> String {
    "left; the change still waits for `proauthd protect --confirm` from a new login, and is put \
     back by itself without it"
        .into()
}
