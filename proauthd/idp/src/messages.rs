//! Every sentence that this program says to people: what happened, and what to do next. Those about
//! what an issuer refuses are in [`crate::refusals`].

use std::path::Path;

use proauth_interface::IdentityError::{
    self, Expired, Misconfigured, NoSuchGrant, NotAuthorized, TooMany, Unreachable, Untrusted,
};

use crate::http::HttpError;
use crate::text::shown;

/// As much of foreign words as a sentence shows, in characters.
const WORDS: usize = 300;

/// Not root, or nobody knows who.
pub fn not_authorized() -> IdentityError {
    NotAuthorized("only the ProAuth daemon asks this; use `proauthd enroll`".into())
}

/// All places are taken.
pub fn too_many() -> IdentityError {
    TooMany("too many sign-ins are under way; try again in some minutes".into())
}

/// Over, cancelled, or never there.
pub fn no_such_grant() -> IdentityError {
    NoSuchGrant("this sign-in is over; start again".into())
}

/// A number on the bus that stands for nothing.
pub fn unknown_kind() -> IdentityError {
    Misconfigured(
        "proauthd asks for a way to sign in that proauth-idp does not know; install the same \
         version of both"
            .into(),
    )
}

/// Nobody signed in.
pub fn expired() -> IdentityError {
    Expired("nobody signed in in time; start again".into())
}

/// The program itself failed.
pub fn broken() -> IdentityError {
    Unreachable(
        "proauth-idp failed while it waited for the sign-in; see the log (`journalctl -u \
         proauth-idp`), and start again"
            .into(),
    )
}

/// The configured issuer is no issuer.
pub fn bad_issuer(issuer: &str) -> IdentityError {
    Misconfigured(format!(
        "identity.issuer \"{}\" is not an https address without a query, as the provider's \
         documentation gives it; correct it in /etc/proauth/proauthd.toml",
        words(issuer)
    ))
}

/// There is no client id.
pub fn no_client_id() -> IdentityError {
    Misconfigured(
        "no client id is set for this way to sign in; set identity.device_client_id, or \
         identity.browser_client_id for --browser, in /etc/proauth/proauthd.toml"
            .into(),
    )
}

/// The proxy is none.
pub fn bad_proxy(proxy: &str) -> IdentityError {
    Misconfigured(format!(
        "identity.proxy \"{}\" is not of the form http://host:port; correct it in \
         /etc/proauth/proauthd.toml",
        words(proxy)
    ))
}

/// `identity.ca_file` cannot be read.
pub fn ca_file_unreadable(file: &str, error: &std::io::Error) -> IdentityError {
    Misconfigured(format!(
        "identity.ca_file {} cannot be read by the account proauth-idp: {error}; make it readable",
        words(file)
    ))
}

/// The machine has no bundle of certificates.
pub fn no_system_roots() -> IdentityError {
    Misconfigured(
        "this machine has no certificates of authorities; install the package ca-certificates, or \
         set identity.ca_file"
            .into(),
    )
}

/// There is nothing of use in the file.
pub fn no_certificates(file: &str) -> IdentityError {
    let file = if file.is_empty() {
        "the machine's bundle"
    } else {
        file
    };
    Misconfigured(format!(
        "no certificate in PEM form is in {}; put the authority's there, or unset \
         identity.ca_file",
        words(file)
    ))
}

/// The client secret is there, and is not.
pub fn secret_unreadable(path: &Path, error: &std::io::Error) -> IdentityError {
    Misconfigured(format!(
        "the client secret {} cannot be read: {error}; it is to be a regular file, with \
         `chown root:proauth-idp` and `chmod 0640`",
        words(&path.to_string_lossy())
    ))
}

/// That is no client secret.
pub fn secret_malformed(path: &Path) -> IdentityError {
    Misconfigured(format!(
        "{} does not hold one line with a client secret; put it there as the provider shows it",
        words(&path.to_string_lossy())
    ))
}

/// The discovery document belongs to another issuer.
pub fn other_issuer(why: &str) -> IdentityError {
    Untrusted(format!(
        "the provider's own description names another issuer: {}; set identity.issuer exactly as \
         the provider writes it",
        words(why)
    ))
}

/// What should describe an issuer does not.
pub fn not_an_issuer(issuer: &str, why: &str) -> IdentityError {
    Unreachable(format!(
        "{} does not answer as an OpenID provider: {}; check identity.issuer",
        words(issuer),
        words(why)
    ))
}

/// The document names an address that we do not speak to.
pub fn insecure_endpoint(name: &str, address: &str) -> IdentityError {
    Untrusted(format!(
        "the identity provider's {name} {} is not an https address: nothing is sent there; tell \
         whoever runs the provider",
        words(address)
    ))
}

/// The issuer has no device authorization grant.
pub fn no_device_endpoint() -> IdentityError {
    Misconfigured(
        "the identity provider offers no sign-in on another device (RFC 8628); enable it there, or \
         use `proauthd enroll --browser`"
            .into(),
    )
}

/// The issuer has no token endpoint.
pub fn no_token_endpoint() -> IdentityError {
    Misconfigured(
        "the identity provider names no token endpoint, so nobody can sign in from here; check \
         identity.issuer"
            .into(),
    )
}

/// No address can be made.
pub fn cannot_listen(error: &std::io::Error) -> IdentityError {
    Unreachable(format!(
        "nothing can listen on 127.0.0.1 for the browser: {error}; sign in on another device, \
         without --browser"
    ))
}

/// There was no usable answer. `from` is who should have answered.
pub fn no_answer(from: &str, error: &HttpError) -> IdentityError {
    let from = words(from);
    let why = words(&error.to_string());
    match error {
        HttpError::Insecure(_) => Untrusted(format!(
            "{why}: nothing is sent there; identity.issuer, and all that the provider refers to, \
             must be https"
        )),
        HttpError::Redirected(_) => Untrusted(format!(
            "{why}, and redirects are not followed; set identity.issuer to the address where the \
             provider really is"
        )),
        HttpError::TooLarge => Untrusted(format!(
            "{from} cannot be an OpenID provider: {why}; check identity.issuer"
        )),
        HttpError::Certificate(_) => Untrusted(format!(
            "{from}: {why}; if its authority is your own, put its certificate into \
             identity.ca_file; if not, somebody may be in between; check this machine's clock, too"
        )),
        HttpError::Garbled(_) => Unreachable(format!(
            "{from} cannot be used: {why}; check identity.issuer and identity.proxy"
        )),
        HttpError::TooSlow | HttpError::Failing(_) | HttpError::Network(_) => Unreachable(format!(
            "{from} cannot be reached: {why}; check the network, identity.proxy and \
                 identity.issuer, and try again"
        )),
    }
}

/// Several answers took too long together.
pub fn too_slow() -> IdentityError {
    Unreachable(
        "the identity provider answers too slowly; check the network and identity.proxy, and try \
         again"
            .into(),
    )
}

/// An answer that is none of those that the standards know.
pub fn strange_answer(why: &str) -> IdentityError {
    Unreachable(format!(
        "the identity provider's answer is not understood: {}; try again, and check \
         identity.issuer",
        words(why)
    ))
}

/// The address or the code for people cannot be shown.
pub fn unfit_for_people(what: &str) -> IdentityError {
    Untrusted(format!(
        "the identity provider gives {what} that cannot be shown safely, so the sign-in was \
         stopped; check identity.issuer, and tell whoever runs the provider"
    ))
}

/// Somebody answers in place of the issuer (RFC 9207).
pub fn mixed_up() -> IdentityError {
    Untrusted(
        "the browser came back from another identity provider than the one that was asked; start \
         again, and check identity.issuer"
            .into(),
    )
}

/// Foreign words, fit for a sentence.
fn words(text: &str) -> String {
    shown(text, WORDS)
}
