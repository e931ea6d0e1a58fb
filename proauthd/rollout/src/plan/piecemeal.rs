//! Taking out file by file, where the whole cannot be planned: a block that somebody has broken in
//! one file is no reason to leave another one in.

use std::collections::BTreeSet;

use crate::Host;
use crate::block::has_block;
use crate::messages::Refused;

use super::{CONFIG, DROP_IN, FileChange, Plan, Service, debian, pam, read};

/// What takes out of each file of `services` what can be, and what is in the way of the others.
pub(crate) fn piecemeal(host: &Host, services: &BTreeSet<Service>) -> (Plan, Vec<Refused>) {
    let mut plan = Plan::default();
    let mut refused = Vec::new();
    if services.contains(&Service::Everywhere) {
        match debian::everywhere_off(host) {
            Ok(files) => plan.pam.extend(files),
            Err(why) => refused.push(why),
        }
    }
    if services.contains(&Service::Sudo) {
        plan.pam.extend(cleaned(host, &debian::SUDO, &mut refused));
    }
    if services.contains(&Service::Sshd) {
        let before = refused.len();
        plan.pam
            .extend(cleaned(host, &[debian::SSHD], &mut refused));
        // Its half without PAM's would let nobody in.
        if refused.len() == before {
            let files = cleaned(host, &[CONFIG, DROP_IN], &mut refused);
            plan.sshd.extend(files);
        }
    }
    (plan, refused)
}

fn cleaned(host: &Host, paths: &[&str], refused: &mut Vec<Refused>) -> Vec<FileChange> {
    let mut changes = Vec::new();
    for path in paths {
        match cleaned_one(host, path) {
            Ok(change) => changes.extend(change),
            Err(why) => refused.push(why),
        }
    }
    changes
}

fn cleaned_one(host: &Host, path: &str) -> Result<Option<FileChange>, Refused> {
    let Some(text) = read(host, path)?.filter(|text| has_block(text)) else {
        return Ok(None);
    };
    Ok(Some(FileChange {
        path: path.to_owned(),
        after: pam::unprotected(path, &text)?,
        before: Some(text),
    }))
}
