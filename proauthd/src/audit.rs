//! What happened to whom: structured log lines, never with a code or a secret.
//!
//! Text from outside is written with `?`, which escapes what could end a line or a field.

mod enrollment;
mod rollout;

use std::path::Path;
use std::process::ExitStatus;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use proauth_core::lockout::Hold;
use proauth_core::login::{Accepted, Verdict};
use proauth_core::recovery::Spent;
use proauth_core::{AccountName, AuthenticatorName, Suspension, UnixTime};
use proauth_interface::Context;
use tracing::{error, info, warn};

use crate::daemon::{Judgement, clock};
use crate::hooks::Unfit;
use crate::messages;

pub use enrollment::*;
pub use rollout::*;

/// A code was judged, and what that changed is durable.
pub fn login(context: &Context, caller: u32, judgement: &Judgement) {
    let Context {
        user,
        service,
        rhost,
        tty,
        session,
    } = context;
    let [user, service, rhost, tty, session] = [user, service, rhost, tty, session].map(cut);
    let who = format!("{user:?} ({service:?}, from {rhost:?})");
    // One list of fields for all verdicts, so that whoever filters the journal finds each in each.
    macro_rules! line {
        ($level:ident, $verdict:literal, $text:literal $(, $($field:tt)+)?) => {
            $level!(
                event = "login", verdict = $verdict, ?user, ?service, ?rhost, ?tty, ?session,
                caller, $($($field)+,)? "{}: {who}", $text
            )
        };
    }
    match judgement.verdict {
        None => {}
        Some(Verdict::Accepted(Accepted { step, .. })) => {
            let offset = judgement.offset;
            let authenticator = judgement.authenticator.as_ref();
            let authenticator = authenticator.map_or("", AuthenticatorName::as_str);
            line!(
                info,
                "accepted",
                "code accepted",
                authenticator,
                step = step.0,
                offset
            );
        }
        Some(Verdict::Recovered(Spent::Recovery(left))) => {
            line!(warn, "recovered", "recovery code accepted", left);
        }
        Some(Verdict::Recovered(Spent::Emergency)) => {
            line!(warn, "emergency", "emergency code accepted");
        }
        Some(Verdict::Wrong) => line!(warn, "wrong", "wrong code"),
        Some(Verdict::Replayed) => line!(warn, "replayed", "code was used before"),
        Some(Verdict::Nothing) => line!(info, "nothing", "no code given"),
        Some(Verdict::Locked(Hold::For(wait))) => {
            line!(
                warn,
                "locked",
                "code not looked at after too many wrong ones",
                wait
            );
        }
        Some(Verdict::Locked(Hold::UntilUnlock)) => {
            line!(warn, "locked", "code not looked at until an unlock");
        }
    }
}

/// A login met a record of another uid, or of an account that is gone.
pub fn account_changed(user: &AccountName, enrolled_uid: u32, uid: Option<u32>) {
    error!(
        event = "account_changed", %user, enrolled_uid, ?uid,
        "denied: the account {user} is not the one that was enrolled under this name"
    );
}

/// A login without an authenticator, by a second name of an account that has one.
pub fn alias(user: &str, uid: u32) {
    let user = cut(user);
    error!(
        event = "alias",
        ?user,
        uid,
        "denied: {user:?} is another name of uid {uid}, which is enrolled"
    );
}

/// A call was refused to a caller.
pub fn refused(method: &dyn std::fmt::Debug, caller: u32, user: &str) {
    if may_log_refusal() {
        warn!(
            event = "refused", ?method, caller, user = ?cut(user),
            "call of {method:?} by uid {caller} refused"
        );
    }
}

/// A caller could not be looked up: gone, or the bus did not say.
pub fn caller_unknown(method: &str) {
    if may_log_refusal() {
        warn!(
            event = "refused",
            method, "call of {method} refused: its caller could not be looked up"
        );
    }
}

/// Refusals that are logged each second: a flood of them must not push other lines out of the
/// journal, which drops what comes too fast.
const REFUSALS_A_SECOND: u32 = 100;

/// Counts a refusal; whether it is to be logged. Says of each second how many were not.
fn may_log_refusal() -> bool {
    static COUNTED: Mutex<(UnixTime, u32)> = Mutex::new((UnixTime(0), 0));
    let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    let now = clock::now();
    if counted.0 != now {
        let unlogged = counted.1.saturating_sub(REFUSALS_A_SECOND);
        if unlogged > 0 {
            warn!(
                event = "refused",
                unlogged, "{unlogged} more calls were refused"
            );
        }
        *counted = (now, 0);
    }
    counted.1 = counted.1.saturating_add(1);
    counted.1 <= REFUSALS_A_SECOND
}

/// An authenticator was taken away.
pub fn unenrolled(user: &AccountName, caller: u32) {
    info!(event = "unenrolled", %user, caller, "authenticator of {user} removed by uid {caller}");
}

/// An administrator had a code checked.
pub fn checked(user: &AccountName, caller: u32, finding: &'static str) {
    info!(event = "checked", %user, caller, finding, "code of {user} checked by uid {caller}: {finding}");
}

/// The last used step of an authenticator was set anew.
pub fn resynced(user: &AccountName, name: &AuthenticatorName, caller: u32, from: u64, to: u64) {
    warn!(
        event = "resynced", %user, authenticator = %name, caller, from, to,
        "last used step of {user} set anew by uid {caller}"
    );
}

/// The window of an authenticator was centred on its clock.
pub fn recentred(user: &AccountName, name: &AuthenticatorName, caller: u32, seconds: i64) {
    warn!(
        event = "recentred", %user, authenticator = %name, caller, seconds,
        "window of {user} moved by {seconds} s to the device's clock"
    );
}

/// Codes for that did not fit.
pub fn not_recentred(user: &AccountName, caller: u32) {
    warn!(event = "not_recentred", %user, caller, "codes of {user} for a resync were wrong");
}

/// The wrong codes of an account were forgotten.
pub fn unlocked(user: &AccountName, caller: u32) {
    warn!(event = "unlocked", %user, caller, "wrong codes of {user} forgotten by uid {caller}");
}

/// Recovery codes were made, in place of the old ones.
pub fn recovery_codes_made(user: &AccountName, caller: u32) {
    warn!(event = "recovery_codes", %user, caller, "new recovery codes for {user} by uid {caller}");
}

/// An emergency code was made.
pub fn emergency_code_made(user: &AccountName, caller: u32, seconds: u64) {
    warn!(
        event = "emergency_code", %user, caller, seconds,
        "emergency code for {user}, for {seconds} s, by uid {caller}"
    );
}

/// Nobody is to log in as an account.
pub fn suspended(user: &AccountName, caller: u32) {
    warn!(event = "suspended", %user, caller, "{user} suspended by uid {caller}");
}

/// A login met a suspension.
pub fn met_suspension(user: &AccountName, suspension: Option<Suspension>) {
    match suspension {
        Some(Suspension { since, by }) => {
            warn!(event = "met_suspension", %user, since = since.0, by, "denied: {user} is suspended");
        }
        None => {
            warn!(event = "met_suspension", %user, "denied: another name of the uid of {user} is suspended")
        }
    }
}

/// A suspension was ended.
pub fn resumed(user: &AccountName, caller: u32) {
    warn!(event = "resumed", %user, caller, "{user} resumed by uid {caller}");
}

/// An event was not sent: too many at a time, or the bus did not take it.
pub fn event_dropped(event: &str) {
    warn!(
        event = "event_dropped",
        what = event,
        "the event {event} was not sent"
    );
}

/// What came as an event is none.
pub fn event_malformed() {
    warn!(
        event = "event_malformed",
        "an event of the daemon makes no sense: is it of another version?"
    );
}

/// Events begin to be dropped: so many wait already.
pub fn hooks_flooded(waiting: usize) {
    warn!(
        event = "hooks_flooded",
        waiting, "{waiting} events wait for hooks.on_event: more are dropped for now"
    );
}

/// The program is not fit to be run.
pub fn hook_refused(unfit: &Unfit) {
    error!(event = "hook_refused", "{}", messages::unfit_program(unfit));
}

/// The system does not run the program.
pub fn hook_not_started(program: &Path, error: &std::io::Error) {
    let program = program.display();
    error!(event = "hook_failed", %program, %error, "hooks.on_event does not start: {program}: {error}");
}

/// The program takes too long.
pub fn hook_overdue(what: &str, user: &AccountName, allowed: Duration) {
    let seconds = allowed.as_secs();
    warn!(
        event = "hook_overdue", what, %user, seconds,
        "hooks.on_event for {what} of {user} still runs after {seconds} s and is ended"
    );
}

/// The program says that it failed, or was killed.
pub fn hook_failed(what: &str, user: &AccountName, status: ExitStatus) {
    warn!(
        event = "hook_failed", what, %user, %status,
        "hooks.on_event for {what} of {user} failed: {status}"
    );
}

/// What the system says of its clock has changed.
pub fn clock_synchronised(synchronised: bool) {
    if synchronised {
        info!(event = "clock", synchronised, "the clock is synchronised");
    } else {
        warn!(
            event = "clock",
            synchronised,
            "the clock is not synchronised: right codes may be refused; see `timedatectl`"
        );
    }
}

/// A user has proven to be there, outside of a login, with a recovery code that is used up now.
pub fn recovery_code_used(user: &AccountName, caller: u32, left: usize) {
    warn!(
        event = "recovery_code_used", %user, caller, left,
        "recovery code of {user} used, outside of a login"
    );
}

/// A user could not prove to be there.
pub fn not_proven(user: &AccountName) {
    warn!(event = "not_proven", %user, "wrong code of {user}, outside of a login");
}

/// Rows are sealed with a new key from now on.
pub fn rekey_begun(caller: u32) {
    warn!(
        event = "rekey_begun",
        caller, "a new master key seals from now on, by uid {caller}"
    );
}

/// A rekey cannot go on for now.
pub fn rekey_held_up(error: &dyn std::fmt::Display) {
    warn!(event = "rekey_held_up", %error, "the rekey goes on in some seconds: {error}");
}

/// No row needs the old key any more.
pub fn rekey_done(rows: u64, broken: u64) {
    warn!(
        event = "rekey_done",
        rows,
        broken,
        "the old master key opens nothing any more: {rows} rows are under the new one"
    );
}

/// A row opens with neither key. It denies, as it did before.
pub fn row_broken(key: &str) {
    error!(
        event = "row_broken",
        ?key,
        "the row {key:?} opens with no key; restore the store from a backup"
    );
}

/// A name service that cannot work in here.
pub fn networked_name_service(service: &str) {
    warn!(
        event = "name_service",
        service,
        "/etc/nsswitch.conf names `{service}`, which finds nobody in here, where there is no network: who is \
         only there cannot log in with a code; install nscd, or use sssd in place of `{service}`"
    );
}

/// The store or the name service failed; whatever was asked is denied.
pub fn failed(what: &'static str, error: &dyn std::fmt::Display) {
    error!(event = "failed", what, %error, "denied: {what} failed: {error}");
}

/// As much of a text from outside as a log line has room for: longer ones are nobody's name.
fn cut(text: impl AsRef<str>) -> String {
    text.as_ref().chars().take(256).collect()
}
