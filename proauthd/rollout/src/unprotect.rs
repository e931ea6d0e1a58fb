//! Taking out what was put in, whatever else works or does not: neither the daemon nor a
//! confirmation is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use crate::plan::{self, FileChange, Plan, Service};
use crate::protect::run_command;
use crate::roll_back::{When, roll_back};
use crate::{Host, messages, reload_sshd, replace, state, timer};

/// What was done, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// The files that were changed.
    pub changed: Vec<String>,
    /// What was put back before, because it waited for its confirmation; sentences.
    pub put_back: Vec<String>,
    /// What could not be done; sentences.
    pub failed: Vec<String>,
}

impl Done {
    /// Whether anything was changed.
    #[must_use]
    pub fn is_something(&self) -> bool {
        !self.changed.is_empty() || !self.put_back.is_empty()
    }
}

/// Has `services` ask for no code any more. What waits for its confirmation is put back first, all
/// of it.
///
/// # Errors
/// Why nothing can be planned, in a sentence. What waited was put back all the same.
pub fn unprotect(host: &Host, services: &BTreeSet<Service>) -> Result<Done, String> {
    let rolled = roll_back(host, When::Now);
    timer::disarm_timer();
    let mut done = Done {
        put_back: rolled.done,
        ..Done::default()
    };
    let planned = plan_out(host, services)?;
    // Whoever has a key gets in with a password meanwhile. The other way round, nobody would: PAM
    // would want a code that sshd does not have asked.
    done.write(host, &planned.pam);
    for command in &planned.commands {
        match run_command(command) {
            Ok(()) => done.changed.push(command.join(" ")),
            Err(sentence) => done.failed.push(sentence),
        }
    }
    done.write(host, &planned.sshd);
    if !planned.sshd.is_empty()
        && let Err(said) = reload_sshd()
    {
        done.failed.push(messages::sshd_not_reloaded(&said));
    }
    // What a roll-back could not do, has just been done another way.
    if done.failed.is_empty()
        && let Err(error) = state::forget(host)
    {
        done.failed.push(error.to_string());
    }
    Ok(done)
}

fn plan_out(host: &Host, services: &BTreeSet<Service>) -> Result<Plan, String> {
    let mut left = plan::protected(host).map_err(|error| error.to_string())?;
    left.services.retain(|service| !services.contains(service));
    plan::plan_out(host, &left).map_err(|error| error.to_string())
}

impl Done {
    fn write(&mut self, host: &Host, files: &[FileChange]) {
        for file in files {
            match write(host, file) {
                Ok(()) => self.changed.push(file.path.clone()),
                Err(error) => self.failed.push(messages::not_written(&file.path, &error)),
            }
        }
    }
}

fn write(host: &Host, file: &FileChange) -> std::io::Result<()> {
    let path = host.path(host.resolve(&file.path)?);
    let is_ours_alone = Path::new(&file.path) == Path::new(plan::DROP_IN) && file.after.is_empty();
    if is_ours_alone {
        replace::remove(&path)?;
        return replace::sync_folder_of(&path);
    }
    replace::replace(&path, &file.after)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::plan::{CONFIG, DROP_IN, Protected};

    const SUDO: &str = "/etc/pam.d/sudo";
    const SSHD: &str = "/etc/pam.d/sshd";
    const TEXT: &str = "@include common-auth\n@include common-account\n";

    fn machine() -> (tempfile::TempDir, Host) {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::under(folder.path());
        for (path, text) in [
            (SUDO, TEXT),
            (SSHD, TEXT),
            ("/etc/pam.d/common-auth", "auth required pam_unix.so\n"),
            (CONFIG, "Include /etc/ssh/sshd_config.d/*.conf\n"),
            ("/etc/ssh/sshd_config.d/50-x.conf", ""),
            ("/usr/sbin/pam-auth-update", ""),
        ] {
            let path = host.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        (folder, host)
    }

    fn protect(host: &Host, services: &[Service]) {
        let wanted = Protected {
            services: services.iter().copied().collect(),
            first_factor: None,
        };
        for file in plan::plan(host, &wanted).unwrap().files() {
            replace::replace(&host.path(&file.path), &file.after).unwrap();
        }
        assert_eq!(plan::protected(host).unwrap().services, wanted.services);
    }

    #[test]
    fn what_is_taken_out_leaves_the_rest_and_comes_to_nothing_twice() {
        let (_folder, host) = machine();
        protect(&host, &[Service::Sshd, Service::Sudo]);
        assert!(host.path(DROP_IN).exists());
        let planned = plan_out(&host, &[Service::Sudo].into()).unwrap();
        let mut done = Done::default();
        done.write(&host, &planned.pam);
        assert_eq!(done.changed, [SUDO]);
        assert_eq!(fs::read_to_string(host.path(SUDO)).unwrap(), TEXT);
        assert!(host.path(DROP_IN).exists());

        let planned = plan_out(&host, &Service::ALL.into()).unwrap();
        done.write(&host, &planned.pam);
        done.write(&host, &planned.sshd);
        assert!(!host.path(DROP_IN).exists());
        assert_eq!(fs::read_to_string(host.path(SSHD)).unwrap(), TEXT);
        assert!(plan_out(&host, &Service::ALL.into()).unwrap().is_empty());
    }
}
