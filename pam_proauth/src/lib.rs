//! `pam_proauth.so`: the second factor in a PAM stack.
//!
//! The module decides nothing. It tells `proauthd` who wants to log in, asks the user for a code
//! if it is told to, and turns the answer into a PAM code; whatever goes wrong on the way denies.
//! It lives inside sshd, sudo and others, and leaves them as it found them: no thread, no signal
//! handler, no descriptor, no output, and nothing read from the environment.

mod arguments;
mod context;
mod conversation;
mod daemon;
mod ffi;
mod first_factor;
mod messages;
mod verdict;

use std::ffi::CStr;
use std::sync::Once;

use pam::constants::{PamFlag, PamResultCode};
use pam::module::{PamHandle, PamHooks};

use arguments::Arguments;
use daemon::Daemon;
use ffi::Level;
use verdict::{Next, Outcome};

struct ProAuth;

impl PamHooks for ProAuth {
    fn sm_authenticate(pamh: &mut PamHandle, args: Vec<&CStr>, _flags: PamFlag) -> PamResultCode {
        silence_panics();
        let outcome = authenticate(pamh, &args).unwrap_or_else(|ended_early| ended_early);
        if let Some(complaint) = messages::complaint(&outcome) {
            ffi::syslog(pamh, Level::Error, &complaint);
        }
        outcome.pam_code()
    }

    // A stack in which nobody answers this fails, and here we may be the only one.
    fn sm_setcred(_pamh: &mut PamHandle, _args: Vec<&CStr>, _flags: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SUCCESS
    }

    fn acct_mgmt(_pamh: &mut PamHandle, _args: Vec<&CStr>, _flags: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SUCCESS
    }
}

/// One login, from the module's arguments to its outcome. `Err` is an outcome as well: one that
/// was clear before the daemon had judged a code.
fn authenticate(pamh: &mut PamHandle, args: &[&CStr]) -> Result<Outcome, Outcome> {
    let arguments = Arguments::parse(args)?;
    if !first_factor::shown(pamh, &arguments.first_factors) {
        return Err(Outcome::FirstFactorMissing);
    }
    let context = context::read(pamh)?;
    let daemon = Daemon::new(&arguments.bus, arguments.timeout);

    let begun = daemon.begin(&context)?;
    debug(pamh, &arguments, || format!("{begun:?}"));
    let question = match verdict::after_begin(begun) {
        Next::Ask(question) => question,
        Next::End(outcome) => return Err(outcome),
    };
    let prompt = messages::prompt(question, arguments.prompt.as_deref());
    let code = conversation::ask(pamh, &prompt)?;

    let verified = daemon.verify(&context, &code)?;
    debug(pamh, &arguments, || format!("{verified:?}"));
    Ok(verdict::after_verify(verified))
}

fn debug(pamh: &PamHandle, arguments: &Arguments, text: impl FnOnce() -> String) {
    if arguments.debug {
        ffi::syslog(pamh, Level::Debug, &text());
    }
}

/// A panic is a denial (`PAM_ABORT`, by the guard of pam-bindings) and not a report on the
/// standard error of sshd. The hook is that of the copy of std inside this module.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));
}
