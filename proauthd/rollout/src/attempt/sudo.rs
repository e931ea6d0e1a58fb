//! A try of sudo. What cannot be typed is not asked for: this shows that PAM gets as far as asking.

use std::io;
use std::process::Command;

use crate::program::PATH;
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
    let argv = sudo_as(user, &["-k", "-n", "true"])?;
    let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
    let ran = run(&argv, PATIENCE)?;
    Ok(match ran.code {
        Some(0) => SudoSays::LetsIn,
        _ if asks(&ran.stderr) => SudoSays::Asks,
        _ => SudoSays::Broken(ran.complaint()),
    })
}

/// Runs sudo as `user`, who is at our terminal and types. Whether it lets them in.
///
/// # Errors
/// If it cannot be started.
pub fn sudo_of(user: &str) -> io::Result<bool> {
    let argv = sudo_as(user, &["-k", "true"])?;
    let status = Command::new("/usr/bin/env")
        .args(argv)
        .env_clear()
        .envs([("PATH", PATH), ("TERM", "dumb")])
        .current_dir("/")
        .status()?;
    Ok(status.success())
}

/// sudo with `arguments`, by `user`.
fn sudo_as(user: &str, arguments: &[&str]) -> io::Result<Vec<String>> {
    let group = run(&["id", "-g", "--", user], PATIENCE)?;
    let group = group.stdout.trim();
    let who = ["setpriv", "--reuid", user, "--regid", group];
    let clean = ["--init-groups", "--reset-env", "--", "sudo"];
    let argv = [&who[..], &clean, arguments].concat();
    Ok(argv.into_iter().map(str::to_owned).collect())
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
