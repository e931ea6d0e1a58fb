//! Debian's PAM: a file for each service.

use crate::block::has_block;
use crate::messages::Refused;
use crate::{Host, block};

use super::pam::{Shape, names_module, replaces_password, unprotected};
use super::words::{FirstFactor, Service};
use super::{FileChange, Plan, Protected, pam, plan_sshd, profile, read, sshd_first_factor};

const COMMON_AUTH: &str = "/etc/pam.d/common-auth";
pub(super) const SSHD: &str = "/etc/pam.d/sshd";

/// sudo has two services; the second one is not everywhere.
pub(super) const SUDO: [&str; 2] = ["/etc/pam.d/sudo", "/etc/pam.d/sudo-i"];

/// What asks for codes now.
pub fn protected(host: &Host) -> Result<Protected, Refused> {
    let mut found = Protected::default();
    let text = |path: &str| read(host, path).map(Option::unwrap_or_default);
    if names_module(&text(COMMON_AUTH)?).is_some() {
        found.services.insert(Service::Everywhere);
    }
    for path in SUDO {
        if has_block(&text(path)?) {
            found.services.insert(Service::Sudo);
        }
    }
    let pam = text(SSHD)?;
    let of_sshd = sshd_first_factor(host)?;
    if has_block(&pam) || of_sshd.is_some() {
        found.services.insert(Service::Sshd);
        // PAM decides: sshd may be without its half after a roll-back by hand.
        found.first_factor = Some(match has_block(&pam) {
            true if replaces_password(&pam) => FirstFactor::Key,
            true => FirstFactor::Password,
            false => of_sshd.unwrap_or_default(),
        });
    }
    Ok(found)
}

/// What has to change for `wanted`.
pub fn plan(host: &Host, wanted: &Protected) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    let common = common_auth(host, wanted, &mut plan)?;
    let is_covered = names_module(&common).is_some();
    let first_factor = wanted
        .services
        .contains(&Service::Sshd)
        .then(|| wanted.first_factor.unwrap_or_default());
    let shape = first_factor.map(|first_factor| Shape {
        first_factor,
        is_covered,
        needs_code: true,
    });
    plan.pam.extend(file(host, SSHD, Service::Sshd, shape)?);
    let shape = wanted.services.contains(&Service::Sudo).then_some(Shape {
        first_factor: FirstFactor::Password,
        is_covered,
        needs_code: false,
    });
    let [sudo, sudo_i] = SUDO;
    plan.pam.extend(file(host, sudo, Service::Sudo, shape)?);
    if host.path(sudo_i).exists() {
        plan.pam.extend(file(host, sudo_i, Service::Sudo, shape)?);
    }
    plan.sshd = plan_sshd(host, first_factor)?;
    Ok(plan)
}

/// What `common-auth` will hold; notes what changes by that.
fn common_auth(host: &Host, wanted: &Protected, plan: &mut Plan) -> Result<Vec<u8>, Refused> {
    let before = read(host, COMMON_AUTH)?.unwrap_or_default();
    let is_on = names_module(&before).is_some();
    let on = wanted.services.contains(&Service::Everywhere);
    if is_on == on {
        return Ok(before);
    }
    let mut after = before;
    for (path, text) in profile::switched(host, on)? {
        if path == COMMON_AUTH {
            after.clone_from(&text);
        }
        plan.pam.push(FileChange {
            before: read(host, &path)?,
            path,
            after: text,
        });
    }
    match names_module(&after) {
        Some(line) if !on => Err(Refused::ByHand {
            path: COMMON_AUTH.to_owned(),
            line,
        }),
        None if on => Err(Refused::NotTakenOver),
        _ => Ok(after),
    }
}

/// What switches the profile off, if it is on.
pub(super) fn everywhere_off(host: &Host) -> Result<Vec<FileChange>, Refused> {
    let mut plan = Plan::default();
    common_auth(host, &Protected::default(), &mut plan)?;
    Ok(plan.pam)
}

/// The file of a service, with our lines of that shape, or without.
fn file(
    host: &Host,
    path: &str,
    service: Service,
    shape: Option<Shape>,
) -> Result<Option<FileChange>, Refused> {
    let before = read(host, path)?;
    let Some(text) = before else {
        return match shape {
            None => Ok(None),
            Some(_) => Err(Refused::NoService {
                service,
                path: path.to_owned(),
            }),
        };
    };
    let after = match shape {
        Some(shape) => pam::protected(path, &text, shape)?,
        // A broken block is only in the way of what is to change.
        None if !block::has_block(&text) => text.clone(),
        None => unprotected(path, &text)?,
    };
    Ok(Some(FileChange {
        path: path.to_owned(),
        before: Some(text),
        after,
    }))
}
