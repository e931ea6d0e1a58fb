//! Of protecting and trying.

use std::fmt::Display;
use std::path::Path;

use thiserror::Error;

use crate::pam::Fault;
use crate::plan::Service;

/// Why nothing was planned.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// Neither Debian's PAM nor authselect's.
    #[error(
        "this system's PAM is neither kept as Debian does nor by authselect: nothing was changed"
    )]
    UnknownSystem,
    /// A service without a PAM file.
    #[error(
        "there is no {path}: {service} is not installed here, or keeps its PAM file elsewhere; \
         leave {service} out, or install it"
    )]
    NoService {
        /// Which.
        service: Service,
        /// Where its file should be.
        path: String,
    },
    /// There is no sshd to be configured.
    #[error("there is no {0}: leave sshd out, or install OpenSSH's server")]
    NoSshd(&'static str),
    /// The lines that ours belong to are not there, or too often.
    #[error(
        "{path} has the line `{anchor}` {number} times, not once: change it by hand, as \
         docs/pam.md says; nothing was changed"
    )]
    Anchor {
        /// The file.
        path: String,
        /// The line.
        anchor: &'static str,
        /// How often it is there.
        number: usize,
    },
    /// Somebody else wrote our module into a file.
    #[error(
        "{path}:{line} names pam_proauth outside of our blocks: take that line out, then try \
         again; nothing was changed"
    )]
    ByHand {
        /// The file.
        path: String,
        /// Where, from 1.
        line: usize,
    },
    /// A block of ours does not end, or does not begin.
    #[error(
        "{path}:{line}: a block of ProAuth's is not whole there: mend it, from `# BEGIN proauth` \
         to `# END proauth`, or take it out; nothing was changed"
    )]
    Broken {
        /// The file.
        path: String,
        /// Where, from 1.
        line: usize,
    },
    /// The profile for pam-auth-update is not there.
    #[error(
        "there is no /usr/share/pam-configs/proauth: install the package proauth, then try again"
    )]
    NoProfile,
    /// pam-auth-update cannot be tried.
    #[error("cannot try pam-auth-update: {0}; nothing was changed")]
    NoCopy(String),
    /// pam-auth-update leaves files alone that somebody has edited.
    #[error(
        "pam-auth-update would not change /etc/pam.d/common-auth, because somebody has edited it: \
         run `pam-auth-update` and let it take over, then try again; nothing was changed"
    )]
    NotTakenOver,
    /// authselect has not made the PAM files of this system.
    #[error(
        "authselect is here, but has not made the PAM files ({0}): select a profile with it \
         first, or follow docs/pam.md; nothing was changed"
    )]
    NotByAuthselect(String),
    /// What authselect's profile cannot do.
    #[error(
        "here, authselect's profile asks for a password, then the code: leave `--first-factor \
         key` out; nothing was changed"
    )]
    NoKeyHere,
    /// A file could not be read.
    #[error("cannot read {path}: {error}; nothing was changed")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        error: String,
    },
}

/// What to do by hand, where we do not know how PAM is kept.
pub const MANUAL_STEPS: &str = "\
By hand, with a root session kept open:
  1. enroll an administrator: proauthd enroll --user USER --offline
  2. in the PAM file of the service (man pam_proauth, or docs/pam.md), after the modules for the
     password, which must end the stack when it is wrong:
       auth     required  pam_proauth.so first_factor=password max_tries=3
     and, above its other account lines (for sshd with need_code):
       account  required  pam_proauth.so
  3. for sshd, in a file that /etc/ssh/sshd_config reads first:
       UsePAM yes
       KbdInteractiveAuthentication yes
       PasswordAuthentication no
       AuthenticationMethods keyboard-interactive
     then: sshd -t && systemctl reload sshd
  4. log in from another terminal before you close this one; `proauthd doctor` looks it over";

/// A file, or its folder, cannot be written.
pub fn not_writable(place: &Path, error: &std::io::Error) -> String {
    format!(
        "{} cannot be written ({error}): make it writable, and remount what is read-only",
        place.display()
    )
}

/// A file was not written.
pub fn not_written(path: &str, error: &dyn Display) -> String {
    format!("{path} was not changed: {error}")
}

/// What sshd makes of its configuration is not what we say.
pub fn not_in_effect(user: &str, keyword: &str, value: &str, holds: &str) -> String {
    format!(
        "for {user}, sshd has `{keyword} {holds}`, not `{value}`: find out where \
         (`proauthd doctor`), and take it out"
    )
}

/// One file of several cannot be done.
pub fn left_in(refused: &Refused) -> String {
    let sentence = refused.to_string();
    sentence.replace("nothing was changed", "our lines in it stay until then")
}

/// PAM of sshd could not be done.
pub fn sshd_waits_for_pam() -> String {
    "sshd's own lines stay as long as PAM's do: without them, nobody would get in".to_owned()
}

/// sshd does not read its configuration.
pub fn sshd_not_reloaded(said: &str) -> String {
    format!("sshd was not reloaded: {said}; see `sshd -t` and `systemctl status ssh sshd`")
}

/// A program failed that the plan wants run.
pub fn command_failed(command: &[String], why: &str) -> String {
    format!("`{}` failed: {why}", command.join(" "))
}

/// What would be wrong with a stack of PAM.
pub fn pam_fault(fault: &Fault) -> String {
    format!("{}: {}: {}", fault.at, fault.what, fault.fix)
}
