//! Enrollments: who asked, who signed in, and what came of it.

use proauth_core::enrollment::Purpose;
use proauth_core::identity::{Identity, Refusal};
use proauth_core::{AccountName, AuthenticatorName, Record};
use proauth_interface::{Claims, Error};
use tracing::{info, warn};

use super::cut;
use crate::daemon::Terms;

/// Somebody asked for one.
pub fn enrollment_started(user: &AccountName, caller: u32, origin: &str) {
    info!(
        event = "enrollment_started", %user, caller, %origin,
        "enrollment of {user} asked for by uid {caller} (from {origin:?})"
    );
}

/// It was cancelled, or whoever asked has gone.
pub fn enrollment_abandoned(user: &AccountName) {
    info!(event = "enrollment_abandoned", %user, "enrollment of {user} abandoned");
}

/// Nobody signed in.
pub fn sign_in_failed(user: &AccountName, caller: u32, error: &Error) {
    let why = error.to_string();
    info!(
        event = "sign_in_failed", %user, caller, ?why,
        "nobody signed in for the enrollment of {user}: {why:?}"
    );
}

/// Somebody signed in who may have the account.
pub fn signed_in(user: &AccountName, caller: u32, identity: &Identity, overridden: bool) {
    let Identity {
        issuer,
        subject,
        user: name,
    } = identity;
    let [issuer, subject, name] = [issuer, subject, name].map(cut);
    if overridden {
        warn!(
            event = "identity_overridden", %user, caller, ?issuer, ?subject, ?name,
            "{name:?} accepted for {user} because uid {caller} said so"
        );
    } else {
        info!(
            event = "signed_in", %user, caller, ?issuer, ?subject, ?name,
            "{name:?} signed in for the enrollment of {user}"
        );
    }
}

/// Somebody signed in who may not have the account.
pub fn identity_refused(user: &AccountName, caller: u32, claims: &Claims, refusal: &Refusal) {
    let Claims {
        issuer,
        subject,
        user: name,
        verified,
        domain,
        ..
    } = claims;
    let [issuer, subject, name, domain] = [issuer, subject, name, domain].map(cut);
    let why = cut(format!("{refusal:?}"));
    warn!(
        event = "identity_refused", %user, caller, ?issuer, ?subject, ?name, verified, ?domain,
        "{name:?} refused for {user}: {why}"
    );
}

/// Somebody else with the right name signed in than the one whom the account is bound to.
pub fn another_subject(user: &AccountName, caller: u32, identity: &Identity) {
    let [issuer, subject, name] = [&identity.issuer, &identity.subject, &identity.user].map(cut);
    warn!(
        event = "another_subject", %user, caller, ?issuer, ?subject, ?name,
        "{name:?} refused for {user}: {user} is bound to another subject"
    );
}

/// An authenticator was bound.
pub fn enrolled(record: &Record, purpose: &Purpose, terms: &Terms) {
    let Record {
        name: user, uid, ..
    } = record;
    let Terms {
        caller,
        origin,
        ticket,
    } = terms;
    let (event, what) = match purpose {
        Purpose::New => ("enrolled", "bound to"),
        Purpose::Replace => ("authenticator_replaced", "replaced for"),
        Purpose::Add(_) => ("authenticator_added", "added for"),
    };
    let identity = record.identity.as_ref().map_or("", |it| it.user.as_str());
    let by_ticket = ticket.is_some();
    info!(
        event, %user, uid, caller, %origin, by_ticket, ?identity,
        "authenticator {what} {user} (from {origin:?})"
    );
}

/// An additional authenticator was taken away.
pub fn authenticator_removed(user: &AccountName, name: &AuthenticatorName, caller: u32) {
    warn!(
        event = "authenticator_removed", %user, authenticator = %name, caller,
        "authenticator {name} of {user} removed by uid {caller}"
    );
}

/// A ticket was made, in place of any earlier one.
pub fn invited(user: &AccountName, caller: u32, seconds: u64) {
    warn!(
        event = "invited", %user, caller, seconds,
        "ticket for {user}, for {seconds} s, by uid {caller}"
    );
}

/// What was given as a ticket does not do.
pub fn ticket_rejected(user: &AccountName, caller: u32, why: &'static str) {
    warn!(event = "ticket_rejected", %user, caller, why, "ticket for {user} refused: {why}");
}
