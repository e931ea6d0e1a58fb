//! The account phase: whether the account may be used, however it was authenticated.
//!
//! A login by key alone never runs `auth`; this is where it meets the daemon.

use std::ffi::CStr;

use pam::module::PamHandle;

use crate::arguments::Arguments;
use crate::daemon::Daemon;
use crate::verdict::{self, Outcome};
use crate::{context, mark};

/// One login's account phase. `Err` is an outcome as well: one that was clear before the daemon
/// had answered.
pub fn check(pamh: &mut PamHandle, args: &[&CStr]) -> Result<Outcome, Outcome> {
    let arguments = Arguments::read(pamh, args)?;
    let context = context::read(pamh)?;
    let reply = Daemon::new(&arguments.bus, arguments.timeout).account(&context)?;
    crate::debug(pamh, &arguments, &reply);
    let lacks_code = arguments.need_code && !mark::is_set(pamh, &context.user);
    Ok(verdict::after_account(reply, lacks_code))
}
