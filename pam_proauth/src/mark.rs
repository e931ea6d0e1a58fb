//! The mark that `auth` leaves in PAM's handle, and `need_code` looks for in `account`.
//!
//! It is in the memory of this process, under this handle, and gone with it: nothing that another
//! login could show. sshd runs both phases of keyboard-interactive in one process; a login by key
//! alone has never had a mark.

use pam::module::PamHandle;

use crate::ffi;
use crate::verdict::Outcome;

/// The name of the mark, under which all modules of a stack share what they keep. Another copy of
/// this module in the same stack, which may be another build, has another address and so another
/// name: what one has kept, the other must not read.
pub fn name() -> String {
    static HERE: u8 = 0;
    format!("pam_proauth_user_{:p}", &raw const HERE)
}

/// Whom our `auth` let in through this handle, if anybody.
#[derive(Debug)]
pub struct Mark(Option<String>);

/// Forgets an earlier `auth`: only the last one counts.
pub fn clear(pamh: &mut PamHandle) -> Result<(), Outcome> {
    store(pamh, Mark(None))
}

/// `auth` has let `user` in.
pub fn set(pamh: &mut PamHandle, user: &str) -> Result<(), Outcome> {
    store(pamh, Mark(Some(user.to_owned())))
}

/// Whether the last `auth` let in just this user.
pub fn is_set(pamh: &PamHandle, user: &str) -> bool {
    ffi::mark(pamh).is_some_and(|mark| mark.0.as_deref() == Some(user))
}

fn store(pamh: &mut PamHandle, mark: Mark) -> Result<(), Outcome> {
    pamh.set_data(&name(), Box::new(mark))
        .map_err(|_| Outcome::OutOfMemory)
}
