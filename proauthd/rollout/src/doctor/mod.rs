//! Looks for what is wrong with this machine, as far as that can be seen without the daemon.

mod blocks;
mod disk;
mod pam;
mod place;
mod rollout;
mod second_way;
mod selinux;
mod sshd;
mod sudo;

use std::path::Path;

use crate::{Finding, Host};

/// A part of what is looked at, as the page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub title: &'static str,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Everything that files, kernel and systemd say; `store` is where the daemon keeps its records.
#[must_use]
pub fn look(host: &Host, is_root: bool, store: &Path) -> Vec<Part> {
    let part = |title, findings| Part { title, findings };
    let mut rest: Vec<Finding> = disk::look(store).into_iter().collect();
    rest.extend(selinux::look(host));
    rest.extend(second_way::look(host));
    rest.extend(rollout::look(host, is_root));
    vec![
        part("PAM", [pam::look(host), blocks::look(host)].concat()),
        part("sshd", sshd::look(host, is_root)),
        part("sudo", sudo::look(host)),
        part("machine", rest),
    ]
}

#[cfg(test)]
mod tests;
