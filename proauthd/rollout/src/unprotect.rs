//! Taking out what was put in, whatever else works or does not: neither the daemon nor a
//! confirmation is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use crate::plan::{self, FileChange, Plan, Service, System};
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

/// Has `services` ask for no code any more, as far as that can be done. What waits for its
/// confirmation is put back first, all of it.
pub fn unprotect(host: &Host, services: &BTreeSet<Service>) -> Done {
    with(host, services, &timer::disarm_timer, &timer::try_again)
}

/// The same, with what stops the timers and what has a roll-back tried again.
fn with(
    host: &Host,
    services: &BTreeSet<Service>,
    disarm: &dyn Fn(),
    try_again: &dyn Fn(),
) -> Done {
    let rolled = roll_back(host, When::Now);
    let is_put_back = rolled.is_complete();
    let mut done = Done {
        put_back: rolled.done,
        ..Done::default()
    };
    done.take_out(host, services);
    let is_all_out = done.failed.is_empty() && Service::ALL.iter().all(|it| services.contains(it));
    if is_put_back || is_all_out {
        disarm();
        // What a roll-back could not do, has just been done another way.
        if let Err(error) = state::forget(host) {
            done.failed.push(error.to_string());
        }
    } else {
        try_again();
    }
    let told = match is_put_back || is_all_out {
        true => &mut done.put_back,
        false => &mut done.failed,
    };
    told.extend(rolled.failed);
    done
}

/// What takes our lines out, and what is in the way of that; sentences.
fn plan_out(host: &Host, services: &BTreeSet<Service>) -> (Plan, Vec<String>) {
    let whole = plan::protected(host).and_then(|mut left| {
        left.services.retain(|service| !services.contains(service));
        plan::plan_out(host, &left)
    });
    match whole {
        Ok(plan) => (plan, Vec::new()),
        Err(why) if System::of(host) == System::Authselect => {
            (Plan::default(), vec![why.to_string()])
        }
        Err(_) => {
            let (plan, refused) = plan::piecemeal(host, services);
            (plan, refused.iter().map(messages::left_in).collect())
        }
    }
}

impl Done {
    fn take_out(&mut self, host: &Host, services: &BTreeSet<Service>) {
        let (planned, in_the_way) = plan_out(host, services);
        self.failed.extend(in_the_way);
        // Whoever has a key gets in with a password meanwhile. The other way round, nobody would: PAM
        // would want a code that sshd does not have asked.
        let before = self.failed.len();
        self.write(host, &planned.pam);
        for command in &planned.commands {
            match run_command(command) {
                Ok(()) => self.changed.push(command.join(" ")),
                Err(sentence) => self.failed.push(sentence),
            }
        }
        if planned.sshd.is_empty() {
            return;
        } else if self.failed.len() > before {
            self.failed.push(messages::sshd_waits_for_pam());
            return;
        }
        self.write(host, &planned.sshd);
        if host.is_this()
            && let Err(said) = reload_sshd()
        {
            self.failed.push(messages::sshd_not_reloaded(&said));
        }
    }

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
    use std::cell::Cell;
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
        let (planned, _) = plan_out(&host, &[Service::Sudo].into());
        let mut done = Done::default();
        done.write(&host, &planned.pam);
        assert_eq!(done.changed, [SUDO]);
        assert_eq!(fs::read_to_string(host.path(SUDO)).unwrap(), TEXT);
        assert!(host.path(DROP_IN).exists());

        let (planned, _) = plan_out(&host, &Service::ALL.into());
        done.write(&host, &planned.pam);
        done.write(&host, &planned.sshd);
        assert!(!host.path(DROP_IN).exists());
        assert_eq!(fs::read_to_string(host.path(SSHD)).unwrap(), TEXT);
        let (planned, in_the_way) = plan_out(&host, &Service::ALL.into());
        assert!(planned.is_empty() && in_the_way.is_empty());
    }

    /// Takes them out; says whether the timers were stopped, and the roll-back tried again.
    fn take_out(host: &Host, services: &[Service]) -> (Done, [bool; 2]) {
        let said = [Cell::new(false), Cell::new(false)];
        let [stopped, again] = &said;
        let services = services.iter().copied().collect();
        let done = with(host, &services, &|| stopped.set(true), &|| again.set(true));
        (done, said.map(Cell::into_inner))
    }

    fn break_block(host: &Host, path: &str) {
        let path = host.path(path);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace("# END proauth\n", "")).unwrap();
    }

    #[test]
    fn a_broken_block_in_one_file_does_not_keep_the_others_in() {
        let (_folder, host) = machine();
        protect(&host, &[Service::Sshd, Service::Sudo]);
        break_block(&host, SUDO);
        let (done, _) = take_out(&host, &[Service::Sshd]);
        assert_eq!(done.failed, [""; 0], "sudo was not named");
        assert_eq!(done.changed, [SSHD, DROP_IN]);
        assert_eq!(fs::read_to_string(host.path(SSHD)).unwrap(), TEXT);

        protect_sshd_alone(&host);
        let (done, _) = take_out(&host, &Service::ALL);
        assert_eq!(done.changed, [SSHD, DROP_IN]);
        assert_eq!(done.failed.len(), 1, "{done:?}");
        assert!(done.failed[0].starts_with(SUDO), "{done:?}");
        assert!(!done.failed[0].contains("nothing was changed"));
    }

    /// Whatever else is broken.
    fn protect_sshd_alone(host: &Host) {
        let sudo = host.path(SUDO);
        let text = fs::read(&sudo).unwrap();
        fs::write(&sudo, TEXT).unwrap();
        protect(host, &[Service::Sshd]);
        fs::write(&sudo, text).unwrap();
    }

    #[test]
    fn sshds_own_lines_stay_as_long_as_pams_cannot_be_taken_out() {
        let (_folder, host) = machine();
        protect(&host, &[Service::Sshd, Service::Sudo]);
        break_block(&host, SSHD);
        let (done, _) = take_out(&host, &Service::ALL);
        assert_eq!(done.changed, [SUDO]);
        assert!(done.failed[0].starts_with(SSHD), "{done:?}");
        assert!(host.path(DROP_IN).exists());
    }

    #[test]
    fn sshds_own_lines_stay_where_pams_file_cannot_be_written() {
        let (_folder, host) = machine();
        protect(&host, &[Service::Sshd]);
        fs::create_dir(host.path("/etc/pam.d/.sshd.proauth-new")).unwrap();
        let (done, _) = take_out(&host, &Service::ALL);
        assert!(done.failed[0].contains(SSHD), "{done:?}");
        assert!(host.path(DROP_IN).exists());
    }

    #[test]
    fn what_could_not_be_put_back_is_said_and_tried_again() {
        let (_folder, host) = machine();
        fs::create_dir_all(host.path("/var/lib")).unwrap();
        let change = state::Change {
            path: SUDO.into(),
            after: b"changed".to_vec(),
        };
        state::arm(&host, &state::Armed::default(), &[change]).unwrap();
        let in_the_way = host.path("/etc/pam.d/.sudo.proauth-new");
        fs::create_dir(&in_the_way).unwrap();
        let (done, said) = take_out(&host, &[Service::Sshd]);
        assert!(done.failed[0].contains(SUDO), "{done:?}");
        assert_eq!(said, [false, true]);
        assert!(state::is_rolling_back(&host).unwrap());

        fs::remove_dir(&in_the_way).unwrap();
        let (done, said) = take_out(&host, &[Service::Sshd]);
        assert!(done.failed.is_empty(), "{done:?}");
        assert_eq!(said, [true, false]);
        assert!(!state::is_rolling_back(&host).unwrap());
    }
}
