//! Whether sshd lets an account log in from where a try comes from, and by which kinds of key: asked
//! beforehand, so that a try which cannot succeed says nothing about codes.

use std::net::Ipv4Addr;
use std::path::Path;

use super::ssh::FROM;
use crate::run;
use crate::sshd::{self, Connection, Effective, SshdError, fits};

/// What sshd makes of its configuration `config` for a try as `user`.
///
/// # Errors
/// If it does not like it.
pub fn of_try(config: &Path, user: &str) -> Result<Effective, SshdError> {
    let about = Connection {
        user: user.to_owned(),
        host: FROM.to_owned(),
        addr: FROM.to_owned(),
    };
    sshd::effective(config, Some(&about))
}

/// The setting that keeps `user` from logging in for a try, if there is one: sshd_config(5),
/// "AllowUsers" and its kin, in the order in which sshd goes by them.
#[must_use]
pub fn kept_out_by(effective: &Effective, user: &str) -> Option<&'static str> {
    let groups = || {
        let said = run(&["id", "-nG", "--", user], 20);
        said.map_or_else(|_| String::new(), |ran| ran.stdout)
    };
    kept_out(effective, user, groups)
}

fn kept_out(
    effective: &Effective,
    user: &str,
    groups: impl FnOnce() -> String,
) -> Option<&'static str> {
    let lists = |keyword: &'static str| -> Vec<&str> {
        let values = effective.all(keyword);
        values.flat_map(str::split_whitespace).collect()
    };
    let names_user = |list: &[&str]| list.iter().any(|pattern| is_user(pattern, user));
    let (denied, allowed) = (lists("denyusers"), lists("allowusers"));
    if names_user(&denied) {
        return Some("DenyUsers");
    } else if !allowed.is_empty() && !names_user(&allowed) {
        return Some("AllowUsers");
    }
    let (denied, allowed) = (lists("denygroups"), lists("allowgroups"));
    if denied.is_empty() && allowed.is_empty() {
        return None;
    }
    let groups = groups();
    let names_group = |list: &[&str]| {
        let mut groups = groups.split_whitespace();
        groups.any(|group| list.iter().any(|pattern| fits(pattern, group)))
    };
    if names_group(&denied) {
        return Some("DenyGroups");
    }
    (!allowed.is_empty() && !names_group(&allowed)).then_some("AllowGroups")
}

/// `USER` or `USER@HOST`, with wildcards; of a try, the host is an address.
fn is_user(pattern: &str, user: &str) -> bool {
    match pattern.rsplit_once('@') {
        None => fits(pattern, user),
        Some((name, hosts)) => fits(name, user) && is_here(hosts),
    }
}

/// Patterns with commas; one that does not hold with `!` before it decides.
fn is_here(hosts: &str) -> bool {
    let mut found = false;
    for host in hosts.split(',') {
        match host.strip_prefix('!') {
            Some(host) if is_address(host) => return false,
            Some(_) => {}
            None => found |= is_address(host),
        }
    }
    found
}

fn is_address(host: &str) -> bool {
    let Some((network, bits)) = host.split_once('/') else {
        return fits(host, FROM);
    };
    let parsed = (network.parse(), FROM.parse(), bits.parse::<u32>());
    let (Ok::<Ipv4Addr, _>(network), Ok::<Ipv4Addr, _>(here), Ok(bits @ 0..=32)) = parsed else {
        return false;
    };
    let differ = u32::from(network) ^ u32::from(here);
    differ.checked_shr(32 - bits).unwrap_or_default() == 0
}

/// Kinds of keys as `ssh-keygen` knows them, the best first, with the algorithms that sshd takes a
/// signature of such a key by.
const KINDS: [(&[&str], &[&str]); 3] = [
    (&["-t", "ed25519"], &["ssh-ed25519"]),
    (&["-t", "ecdsa", "-b", "256"], &["ecdsa-sha2-nistp256"]),
    (
        &["-t", "rsa", "-b", "3072"],
        &["rsa-sha2-512", "rsa-sha2-256"],
    ),
];

/// The kinds of keys that sshd takes, as arguments of `ssh-keygen`.
pub(super) fn kinds(effective: &Effective) -> Vec<&'static [&'static str]> {
    let new = effective.get("pubkeyacceptedalgorithms");
    let accepted = new.or_else(|| effective.get("pubkeyacceptedkeytypes"));
    let takes = |by: &[&str]| {
        accepted.is_none_or(|list| list.split(',').any(|algorithm| by.contains(&algorithm)))
    };
    let kinds = KINDS.iter().filter(|(_, by)| takes(by));
    kinds.map(|(arguments, _)| *arguments).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_log_in_from_here_is_known_beforehand() {
        for (settings, keeps) in [
            ("", None),
            ("allowusers alice", None),
            ("allowusers bob\nallowusers al*", None),
            ("allowusers bob", Some("AllowUsers")),
            ("allowusers alice@10.*", Some("AllowUsers")),
            ("allowusers alice@127.*", None),
            ("allowusers alice@127.0.0.0/8", None),
            ("allowusers alice@0.0.0.0/0", None),
            ("allowusers alice@10.0.0.0/8,192.0.2.1", Some("AllowUsers")),
            ("allowusers alice@!127.193.6.1,*", Some("AllowUsers")),
            (
                "denyusers *@127.193.6.1\nallowusers alice",
                Some("DenyUsers"),
            ),
            ("allowgroups admins", None),
            ("allowgroups wheel", Some("AllowGroups")),
            ("denygroups st*", Some("DenyGroups")),
        ] {
            let effective = Effective::parse(settings);
            let found = kept_out(&effective, "alice", || "staff admins\n".to_owned());
            assert_eq!(found, keeps, "{settings}");
        }
    }

    #[test]
    fn a_key_is_of_a_kind_that_sshd_takes() {
        for (accepted, kind) in [
            ("ssh-ed25519,rsa-sha2-512", Some("ed25519")),
            (
                "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256",
                Some("ecdsa"),
            ),
            ("rsa-sha2-512,rsa-sha2-256", Some("rsa")),
            ("ssh-dss", None),
        ] {
            let printed = format!("pubkeyacceptedalgorithms {accepted}");
            let kinds = kinds(&Effective::parse(&printed));
            assert_eq!(kinds.first().map(|it| it[1]), kind, "{accepted}");
        }
        assert_eq!(kinds(&Effective::default()).len(), 3);
    }
}
