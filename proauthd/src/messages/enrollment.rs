//! What is said about enrollments by sign-in and by ticket.

use proauth_core::enrollment::Contradiction;
use proauth_core::identity::Refusal;
use proauth_core::{AccountName, MAX_AUTHENTICATORS};
use proauth_interface::{ConnectError, Error, names};

use super::{account_changed, already_enrolled, shown};

/// Where an administrator sets all of this.
const CONFIG: &str = "/etc/proauth/proauthd.toml";

/// Somebody enrolls the same account in another terminal.
pub fn under_way(user: &str) -> Error {
    Error::UnderWay(format!(
        "an enrollment of {user} is under way in another terminal; finish it there, or end it \
         there with Ctrl-C"
    ))
}

/// Somebody begins one sign-in after the other.
pub fn too_many_sign_ins(user: &str) -> Error {
    Error::Unavailable(format!(
        "too many sign-ins were begun for {user}; try again in ten minutes"
    ))
}

/// A number of the request that means nothing here.
pub fn unknown_request() -> Error {
    Error::InvalidArgument(
        "this request is of another version; use the proauthd that the daemon came with".into(),
    )
}

/// What only root may ask for.
pub fn only_root(what: &str) -> Error {
    Error::NotAuthorized(format!(
        "{what} is for root; run it with sudo, or leave it out"
    ))
}

/// What was to be enrolled does not fit the account.
pub fn contradiction(user: &str, contradiction: Contradiction) -> Error {
    match contradiction {
        Contradiction::AlreadyEnrolled => already_enrolled(user),
        Contradiction::NotEnrolled => nothing_to_add_to(user),
        Contradiction::OtherAccount => account_changed(user),
        Contradiction::OtherIdentity => Error::IdentityRejected(format!(
            "{user} belongs to somebody else at the identity provider; sign in as whoever enrolled \
             it first, or let root run `proauthd reset --user {user}`"
        )),
        Contradiction::NameTaken => Error::InvalidArgument(format!(
            "{user} has an authenticator of this name already; choose another name (`proauthd \
             status --user {user}`)"
        )),
        Contradiction::TooMany => Error::InvalidArgument(format!(
            "{user} has {MAX_AUTHENTICATORS} authenticators already; take one away first \
             (`proauthd unenroll --user {user} --name NAME`)"
        )),
        Contradiction::RecoveryCodes => {
            Error::Unavailable("the enrollment contradicts itself; start again".into())
        }
    }
}

/// Somebody without an authenticator wants another one.
pub fn nothing_to_add_to(user: &str) -> Error {
    Error::NotEnrolled(format!(
        "{user} is not enrolled yet; run `proauthd enroll` without --replace and --add"
    ))
}

/// A suspended user does not enroll.
pub fn suspended(user: &str) -> Error {
    Error::NotAuthorized(format!(
        "{user} is suspended; ask your administrator (`proauthd resume --user {user}`)"
    ))
}

/// People do not enroll by themselves here.
pub fn no_self_enrollment(user: &str) -> Error {
    Error::NotConfigured(format!(
        "people do not enroll by themselves here (enrollment.self_enroll in {CONFIG}); ask your \
         administrator to run `proauthd enroll --user {user} --offline`"
    ))
}

/// Signing in was asked for where only tickets count.
pub fn no_sign_in() -> Error {
    Error::NotConfigured(format!(
        "nobody signs in here (enrollment.self_enroll = \"ticket\" in {CONFIG}); enroll with a \
         ticket and without --browser"
    ))
}

/// There is no ticket where one is needed.
pub fn ticket_needed(user: &str) -> Error {
    Error::TicketRejected(format!(
        "a ticket is needed to enroll here; ask your administrator for one (`proauthd invite \
         --user {user}`), and pass it with --ticket"
    ))
}

/// The rules name nobody.
pub fn closed() -> Error {
    Error::NotConfigured(format!(
        "nobody can enroll by signing in yet: {CONFIG} does not say who may; set \
         identity.allowed_domains, or name people in identity.users"
    ))
}

/// The client of a flow is not set.
pub fn no_client(key: &str, user: &str) -> Error {
    Error::NotConfigured(format!(
        "signing in this way is not set up: set {key} in {CONFIG} (docs/google.md says how), or \
         let root run `proauthd enroll --user {user} --offline`"
    ))
}

/// The account of the identity process is missing.
pub fn no_identity_account() -> Error {
    Error::Unavailable(format!(
        "signing in is not installed here: there is no account {}; install the package \
         proauth-idp, or let root run `proauthd enroll --user USER --offline`",
        names::IDENTITY_ACCOUNT
    ))
}

/// There is no identity process to ask.
pub fn identity_process_absent(error: &ConnectError) -> Error {
    Error::Unavailable(match error {
        ConnectError::WrongOwner(uid, _) => format!(
            "{} is owned by uid {uid}, not by {}: somebody is posing as it; find out who \
             (`busctl status {}`)",
            names::IDENTITY_BUS_NAME,
            names::IDENTITY_ACCOUNT,
            names::IDENTITY_BUS_NAME
        ),
        _ => "the process that signs people in did not start; see `systemctl status proauth-idp`, \
              install the package proauth-idp where it is missing, or let root run `proauthd \
              enroll --user USER --offline`"
            .to_owned(),
    })
}

/// The identity process does not answer.
pub fn identity_process_silent() -> Error {
    Error::Unavailable(
        "the process that signs people in does not answer; see `journalctl -u proauth-idp`, and \
         try again"
            .into(),
    )
}

/// The identity process knows nothing of the sign-in any more.
pub fn sign_in_lost() -> Error {
    Error::SignInFailed("the sign-in was lost; start again".into())
}

/// The identity process says what went wrong, in a sentence of its own.
pub fn sign_in_failed(sentence: String) -> Error {
    Error::SignInFailed(sentence)
}

/// The identity process hands out what no person should be shown.
pub fn sign_in_unfit() -> Error {
    Error::SignInFailed(
        "the identity provider gave an address or a code that cannot be shown; ask your \
         administrator to run `proauthd identity check`"
            .into(),
    )
}

/// Whoever signed in may not have the account.
pub fn refused(refusal: &Refusal, user: &AccountName, claimed: &str) -> Error {
    let claimed = shown(claimed);
    let sentence = match refusal {
        Refusal::Closed => return closed(),
        Refusal::WrongIssuer => {
            "the sign-in is of another identity provider than identity.issuer; ask your \
             administrator"
                .to_owned()
        }
        Refusal::Nameless => format!(
            "the identity provider does not say who signed in ({claimed} is no name); ask your \
             administrator to look at identity.user_claim and identity.scopes"
        ),
        Refusal::Unverified => format!(
            "the identity provider has not verified {claimed}; verify the address there, then \
             start again"
        ),
        Refusal::Foreign(domain) if domain.is_empty() => format!(
            "{claimed} belongs to no organisation that may enroll here; sign in with your account \
             at work"
        ),
        Refusal::Foreign(domain) => format!(
            "{claimed} is of {}, which may not enroll here; sign in with your account at work",
            shown(domain)
        ),
        Refusal::Unmapped => format!(
            "no account on this machine is {claimed}'s; ask your administrator for an entry in \
             identity.users"
        ),
        Refusal::SomebodyElse => format!(
            "{claimed} signed in, whose account is not {user}; sign in as the owner of {user}"
        ),
        Refusal::SystemAccount => format!(
            "{user} is a system account; let root run `proauthd enroll --user {user} --offline`"
        ),
    };
    Error::IdentityRejected(sentence)
}
