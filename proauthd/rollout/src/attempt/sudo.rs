//! A try of sudo. What cannot be typed is not asked for: this shows that PAM gets as far as asking.

use std::io;

use crate::run;

/// How long it may take, in seconds.
const PATIENCE: u32 = 30;

/// What sudo does for a user who cannot type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SudoSays {
    /// It would ask.
    Asks,
    /// It lets them do what they want without asking: `NOPASSWD`, or `!authenticate`.
    LetsIn,
    /// It cannot work: this is what it says.
    Broken(String),
}

/// Tries sudo as `user`, whose time stamps do not count. Nothing is typed, and so nothing counts as
/// a wrong password or code.
///
/// # Errors
/// If there is no sudo.
pub fn try_sudo(user: &str) -> io::Result<SudoSays> {
    let as_user = ["setpriv", "--reuid", user, "--regid", user];
    let rest = [
        "--init-groups",
        "--reset-env",
        "--",
        "sudo",
        "-k",
        "-n",
        "true",
    ];
    let ran = run(&[&as_user[..], &rest].concat(), PATIENCE)?;
    Ok(match ran.code {
        Some(0) => SudoSays::LetsIn,
        _ if asks(&ran.stderr) => SudoSays::Asks,
        _ => SudoSays::Broken(ran.complaint()),
    })
}

/// sudo, and sudo-rs.
fn asks(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    [
        "a password is required",
        "interactive authentication is required",
    ]
    .iter()
    .any(|text| said.contains(text))
}
