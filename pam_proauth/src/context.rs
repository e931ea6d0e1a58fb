//! Who wants to log in, through what, from where: PAM's items, and the kernel for the session.
//! Nothing comes from the environment.

use std::ffi::CStr;
use std::fs::File;
use std::io::Read;
use std::ops::Deref;

use pam::items::{Item, RHost, Service, Tty, User};
use pam::module::PamHandle;
use proauth_interface::Context;

use crate::ffi;
use crate::verdict::Outcome;

/// More than any account name, service, address or terminal has; the rest is cut off.
const LONGEST_ITEM: usize = 512;

/// What the kernel says of a process outside any login session.
const NO_SESSION: u32 = u32::MAX;

/// Reads the context of this login. The user's name is asked for if the application has not set
/// it, and never changed.
pub fn read(pamh: &mut PamHandle) -> Result<Context, Outcome> {
    Ok(Context {
        user: user(pamh).ok_or(Outcome::NoConversation)?,
        service: item::<Service<'_>>(pamh).unwrap_or_default(),
        rhost: item::<RHost<'_>>(pamh).unwrap_or_default(),
        tty: item::<Tty<'_>>(pamh).unwrap_or_default(),
        session: session().unwrap_or_default(),
    })
}

fn user(pamh: &mut PamHandle) -> Option<String> {
    let known = item::<User<'_>>(pamh);
    if known.is_some() || !ffi::has_conversation(pamh) {
        return known;
    }
    // What it returns has to be UTF-8 or is an error; the item has the bytes in any case.
    let _ = pamh.get_user(None);
    item::<User<'_>>(pamh)
}

fn item<'a, T>(pamh: &'a PamHandle) -> Option<String>
where
    T: Item<'a> + Deref<Target = &'a CStr>,
{
    pamh.get_item::<T>()
        .ok()
        .flatten()
        .map(|item| text(item.to_bytes()))
}

fn text(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    while text.len() > LONGEST_ITEM {
        text.pop();
    }
    text
}

/// The login session. The kernel counts them from one after each start, so that the start belongs
/// to the name.
fn session() -> Option<String> {
    let id = session_number(&first_bytes("/proc/self/sessionid")?)?;
    let boot = first_bytes("/proc/sys/kernel/random/boot_id")?;
    Some(format!("{id} {}", boot.trim_end()))
}

/// As much of a file as either of these has.
fn first_bytes(path: &str) -> Option<String> {
    let mut text = String::new();
    File::open(path)
        .ok()?
        .take(40)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

fn session_number(id: &str) -> Option<u32> {
    id.trim_end().parse().ok().filter(|id| *id != NO_SESSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_become_the_replacement_character() {
        assert_eq!(text(b"al\xffice"), "al\u{fffd}ice");
    }

    #[test]
    fn a_long_item_is_cut_between_characters() {
        assert_eq!(text(&[b'a'; 10_000]).len(), 512);
        assert_eq!(text("ä".repeat(512).as_bytes()).len(), 512);
        assert_eq!(text(format!("a{}", "ä".repeat(512)).as_bytes()).len(), 511);
    }

    #[test]
    fn a_session_is_a_number_unless_the_kernel_says_there_is_none() {
        assert_eq!(session_number("17"), Some(17));
        assert_eq!(session_number("17\n"), Some(17));
        for id in ["4294967295", "4294967295\n", "", "-1", "x"] {
            assert_eq!(session_number(id), None, "{id}");
        }
    }
}
