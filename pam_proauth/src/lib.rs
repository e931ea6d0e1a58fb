//! `pam_proauth.so`: the second factor in a PAM stack.
//!
//! The module decides nothing. It tells `proauthd` who wants to log in, asks the user for a code
//! if it is told to, and turns the answer into a PAM code; whatever goes wrong on the way denies.
//! It lives inside sshd, sudo and others, and leaves them as it found them: no thread, no signal
//! handler, no descriptor, no output, and nothing read from the environment.

mod account;
mod arguments;
mod context;
mod conversation;
mod daemon;
mod entry;
mod ffi;
mod first_factor;
mod login;
mod mark;
mod messages;
mod values;
mod verdict;

use std::ffi::CStr;
use std::fmt::Debug;
use std::sync::Once;

use pam::constants::{PAM_SILENT, PamFlag, PamResultCode};
use pam::module::{PamHandle, PamHooks};

use arguments::Arguments;
use ffi::Level;
use verdict::Outcome;

struct ProAuth;

impl PamHooks for ProAuth {
    fn sm_authenticate(pamh: &mut PamHandle, args: Vec<&CStr>, flags: PamFlag) -> PamResultCode {
        silence_panics();
        let ended = login::authenticate(pamh, &args, flags & PAM_SILENT != 0);
        conclude(pamh, ended)
    }

    // A stack in which nobody answers this fails, and here we may be the only one.
    fn sm_setcred(_pamh: &mut PamHandle, _args: Vec<&CStr>, _flags: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SUCCESS
    }

    fn acct_mgmt(pamh: &mut PamHandle, args: Vec<&CStr>, _flags: PamFlag) -> PamResultCode {
        silence_panics();
        let ended = account::check(pamh, &args);
        conclude(pamh, ended)
    }
}

fn conclude(pamh: &PamHandle, ended: Result<Outcome, Outcome>) -> PamResultCode {
    let outcome = ended.unwrap_or_else(|ended_early| ended_early);
    if let Some(complaint) = messages::complaint(&outcome) {
        ffi::syslog(pamh, Level::Error, &complaint);
    }
    outcome.pam_code()
}

fn debug(pamh: &PamHandle, arguments: &Arguments, answer: &impl Debug) {
    if arguments.debug {
        ffi::syslog(pamh, Level::Debug, &format!("{answer:?}"));
    }
}

/// A panic is a denial (`PAM_ABORT`, by the guard of pam-bindings) and not a report on the
/// standard error of sshd. The hook is that of the copy of std inside this module.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));
}
