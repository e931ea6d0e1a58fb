//! What is so already, whoever did it.

use std::fs;
use std::path::Path;

use nix::unistd::{Uid, User};
use proauth_rollout::plan::Service;
use proauth_rollout::state::{self, Armed};
use proauth_rollout::{Host, clock};

use super::super::failure::Failure;

/// What the kernel says where nobody has logged in.
const NOBODY: u32 = u32::MAX;

/// Files that those of services include.
const SHARED: [&str; 3] = ["common-auth", "password-auth", "system-auth"];

/// The account that this session was opened for, whatever it has become since; none if that is
/// root, or nobody logged in. (Not the environment: that is anybody's.)
pub fn logged_in() -> Option<String> {
    let text = fs::read_to_string("/proc/self/loginuid").ok()?;
    let uid = text.trim().parse::<u32>().ok()?;
    let uid = Some(uid).filter(|uid| *uid != NOBODY && *uid != 0)?;
    Some(User::from_uid(Uid::from_raw(uid)).ok()??.name)
}

/// The services of this machine that setup has ask for codes.
pub fn services_here() -> Vec<Service> {
    let here = |path: &str| Path::new(path).exists();
    let mut services = Vec::new();
    if here("/etc/pam.d/sshd") && (here("/usr/sbin/sshd") || here("/usr/bin/sshd")) {
        services.push(Service::Sshd);
    }
    if here("/etc/pam.d/sudo") {
        services.push(Service::Sudo);
    }
    services
}

/// Whether a PAM file of the service of that name has our module.
pub fn asks_for_codes(service: &str) -> bool {
    let mut files = SHARED.into_iter().chain([service]);
    files.any(|file| names_module(&Path::new("/etc/pam.d").join(file)))
}

fn names_module(file: &Path) -> bool {
    let text = fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let is_ours = |line: &str| !line.starts_with('#') && line.contains("pam_proauth.so");
    text.lines().map(str::trim_start).any(is_ours)
}

/// A change that is put back unless somebody confirms it.
pub struct Pending {
    /// Seconds until then.
    pub left: u32,
    /// What asks for codes meanwhile.
    pub services: Vec<String>,
}

/// What waits for its confirmation.
///
/// # Errors
/// If that cannot be read.
pub fn pending() -> Result<Option<Pending>, Failure> {
    let armed = state::pending(&Host::this());
    let armed = armed.map_err(|error| Failure::Unable(error.to_string()))?;
    Ok(armed.map(|armed| Pending {
        left: left(&armed),
        services: armed.services,
    }))
}

/// Whether something is just being put back.
///
/// # Errors
/// If that cannot be read.
pub fn is_rolling_back() -> Result<bool, Failure> {
    state::is_rolling_back(&Host::this()).map_err(|error| Failure::Unable(error.to_string()))
}

/// What was put back last.
pub fn last_roll_back() -> Option<String> {
    state::last_roll_back(&Host::this())
}

/// As far as people see it; what counts is the timer.
fn left(armed: &Armed) -> u32 {
    let end = armed.monotonic / 1_000_000 + armed.seconds;
    let left = end.saturating_sub(clock::monotonic() / 1_000_000);
    u32::try_from(left).unwrap_or(u32::MAX)
}
