//! The seam to C: our entry points, and what pam-bindings lacks of libpam. The one file with
//! unsafe code in it.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::ptr;
use std::time::Duration;

use pam::constants::{
    PAM_ERROR_MSG, PAM_PROMPT_ECHO_OFF, PAM_PROMPT_ECHO_ON, PAM_TEXT_INFO, PamMessageStyle,
    PamResultCode,
};
use pam::conv::Conv;
use pam::items::{Item, ItemType};
use pam::module::PamHandle;
use zeroize::{Zeroize, Zeroizing};

use crate::ProAuth;
use crate::entry::Password;
use crate::mark::{self, Mark};
use crate::messages::Tone;

pam::pam_hooks!(ProAuth);

unsafe extern "C" {
    fn pam_syslog(pamh: *const PamHandle, priority: c_int, format: *const c_char, ...);
    fn pam_getenv(pamh: *mut PamHandle, name: *const c_char) -> *const c_char;
    fn pam_prompt(
        pamh: *mut PamHandle,
        style: c_int,
        response: *mut *mut c_char,
        format: *const c_char,
        ...
    ) -> c_int;
    fn pam_set_item(pamh: *mut PamHandle, item: c_int, value: *const c_void) -> c_int;
    fn pam_fail_delay(pamh: *mut PamHandle, microseconds: c_uint) -> c_int;
}

/// How much a line in the log matters.
#[derive(Debug, Clone, Copy)]
pub enum Level {
    /// Somebody was refused for a reason that the administrator has to mend.
    Error,
    /// Something in the PAM file does nothing.
    Warning,
    /// Asked for with the argument `debug`.
    Debug,
}

/// Writes a line to the `authpriv` log.
pub fn syslog(pamh: &PamHandle, level: Level, text: &str) {
    let level = match level {
        Level::Error => libc::LOG_ERR,
        Level::Warning => libc::LOG_WARNING,
        Level::Debug => libc::LOG_DEBUG,
    };
    let text = CString::new(text).unwrap_or_default();
    // SAFETY: the handle is PAM's, both strings end with NUL, and the format takes just one.
    unsafe {
        pam_syslog(
            pamh,
            libc::LOG_AUTHPRIV | level,
            c"%s".as_ptr(),
            text.as_ptr(),
        )
    };
}

/// A variable of PAM's own environment, which modules and the application fill; not the one of
/// the process.
pub fn pam_environment(pamh: &mut PamHandle, name: &CStr) -> Option<Vec<u8>> {
    // SAFETY: the handle is PAM's and the name ends with NUL.
    let value = unsafe { pam_getenv(pamh, name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: not NULL, so it is a C string of PAM's; copied before PAM can be called again.
    Some(unsafe { CStr::from_ptr(value) }.to_bytes().to_vec())
}

/// Whether the application can be asked at all. libpam itself calls a NULL pointer here when it
/// wants to know the user's name.
pub fn has_conversation(pamh: &PamHandle) -> bool {
    let Ok(Some(conversation)) = pamh.get_item::<Conv<'_>>() else {
        return false;
    };
    let function = conversation
        .into_raw()
        .cast::<Option<unsafe extern "C" fn()>>();
    // SAFETY: the pointer leads to PAM's `struct pam_conv`, which begins with a function pointer;
    // it is compared with NULL and never called.
    unsafe { function.read() }.is_some()
}

/// Shows `prompt` and returns what was typed, at most `limit` bytes of it. A reply of NULL is an
/// empty one; `None` is a conversation that is missing or failed.
///
/// pam-bindings cannot tell a failure from a reply of NULL; libpam's own function can.
pub fn prompt(
    pamh: &mut PamHandle,
    prompt: &str,
    echo: bool,
    limit: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let style = if echo {
        PAM_PROMPT_ECHO_ON
    } else {
        PAM_PROMPT_ECHO_OFF
    };
    converse(pamh, style, prompt, limit)
}

/// Shows a message, if there is anybody to show it.
pub fn show(pamh: &mut PamHandle, tone: Tone, text: &str) {
    let style = match tone {
        Tone::Refusal => PAM_ERROR_MSG,
        Tone::News => PAM_TEXT_INFO,
    };
    // Without one, libpam would complain in the log.
    if has_conversation(pamh) {
        let _shown = converse(pamh, style, text, 0);
    }
}

fn converse(
    pamh: &mut PamHandle,
    style: PamMessageStyle,
    text: &str,
    limit: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let text = CString::new(text).unwrap_or_default();
    let mut response: *mut c_char = ptr::null_mut();
    // SAFETY: the handle is PAM's, both strings end with NUL, the format takes just one, and
    // `response` outlives the call.
    let code = unsafe {
        pam_prompt(
            pamh,
            style,
            &raw mut response,
            c"%s".as_ptr(),
            text.as_ptr(),
        )
    };
    let reply = take(response, limit);
    (code == PamResultCode::PAM_SUCCESS as c_int).then_some(reply)
}

/// Copies a reply of the conversation, then wipes and frees the original.
fn take(response: *mut c_char, limit: usize) -> Zeroizing<Vec<u8>> {
    if response.is_null() {
        return Zeroizing::default();
    }
    // SAFETY: not NULL, so it is a C string that the conversation allocated and gave to us.
    let original = unsafe {
        let length = CStr::from_ptr(response).count_bytes();
        std::slice::from_raw_parts_mut(response.cast::<u8>(), length)
    };
    let copy = Zeroizing::new(original.iter().copied().take(limit).collect());
    original.zeroize();
    // SAFETY: PAM's replies come from malloc, and this is the last use of it.
    unsafe { libc::free(response.cast()) };
    copy
}

/// Hands the password on to the modules after us, as `PAM_AUTHTOK`; `None` if there is no memory.
pub fn set_password(pamh: &mut PamHandle, password: &Password) -> Option<()> {
    let password = CStr::from_bytes_with_nul(password.reveal()).ok()?;
    // SAFETY: the handle is PAM's and the password ends with NUL; libpam makes a copy, and wipes
    // the one that it had.
    let code = unsafe {
        pam_set_item(
            pamh,
            ItemType::AuthTok as c_int,
            password.as_ptr().cast::<c_void>(),
        )
    };
    (code == PamResultCode::PAM_SUCCESS as c_int).then_some(())
}

/// If the stack fails, it ends about so much later; of all that its modules ask for, the longest
/// counts.
pub fn fail_delay(pamh: &mut PamHandle, time: Duration) {
    let microseconds = c_uint::try_from(time.as_micros()).unwrap_or(c_uint::MAX);
    // SAFETY: the handle is PAM's. It fails only where that is NULL.
    let _code = unsafe { pam_fail_delay(pamh, microseconds) };
}

/// The mark of an earlier phase.
pub fn mark(pamh: &PamHandle) -> Option<&Mark> {
    // SAFETY: under this name only this copy's mark.rs stores anything, and always a `Mark`; all phases of a
    // handle run in the copy of this module that the handle has loaded.
    unsafe { pamh.get_data::<Mark>(&mark::name()) }.ok()
}

/// What every `getenv` in this module is linked to (build.rs): no variable is ever set. std and
/// tokio read a few, harmless ones today, but the environment of sudo is the attacker's.
#[unsafe(no_mangle)]
extern "C" fn __wrap_getenv(_name: *const c_char) -> *mut c_char {
    ptr::null_mut()
}
