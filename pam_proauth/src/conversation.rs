//! Talking to the user, and hearing what they said to the modules before us.

use pam::items::AuthTok;
use pam::module::PamHandle;
use zeroize::Zeroizing;

use crate::entry::LONGEST;
use crate::ffi;
use crate::messages::Message;
use crate::verdict::Outcome;

/// Shows `prompt` and waits for the user.
///
/// An empty reply, or none where one was promised, is a code like any other wrong one and goes
/// to the daemon, so that the time taken tells nothing; the daemon does not count it. Without a
/// conversation, as under `sudo -n`, nothing may be counted, so nothing is sent.
pub fn ask(pamh: &mut PamHandle, prompt: &str, echo: bool) -> Result<Zeroizing<Vec<u8>>, Outcome> {
    ffi::prompt(pamh, prompt, echo, LONGEST).ok_or(Outcome::NoConversation)
}

/// Shows a message. sshd keeps it back until the next prompt, or the end of the login.
pub fn tell(pamh: &mut PamHandle, message: &Message) {
    ffi::show(pamh, message.tone, &message.text);
}

/// What was entered for the modules before us.
pub fn first_pass(pamh: &PamHandle) -> Option<Zeroizing<Vec<u8>>> {
    let entered = pamh.get_item::<AuthTok<'_>>().ok()??;
    Some(Zeroizing::new(entered.as_bytes().to_vec()))
}
