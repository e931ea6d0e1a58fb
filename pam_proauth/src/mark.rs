//! The mark that `auth` leaves in PAM's handle, and `need_code` looks for in `account`.
//!
//! It is in the memory of this process, under this handle, and gone with it: nothing that another
//! login could show. sshd runs both phases of keyboard-interactive in one process; a login by key
//! alone has never had a mark.

use pam::module::PamHandle;

use crate::ffi;
use crate::verdict::Outcome;

/// The name of the mark, which all modules of a stack share.
pub const NAME: &str = "pam_proauth_user";

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
    pamh.set_data(NAME, Box::new(mark))
        .map_err(|_| Outcome::OutOfMemory)
}
