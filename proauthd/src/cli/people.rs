//! The people who have an account here, as getent(1) lists them.

use std::process::{Command, Stdio};

use super::failure::Failure;
use crate::daemon::uid_min;

/// It asks the name service, which may load a library for each directory: not into this process.
const GETENT: &str = "/usr/bin/getent";

/// What getent ends with where a name is unknown.
const NOT_FOUND: i32 = 2;

/// Names in one call, far below what an argument list may hold.
const NAMES_AT_A_TIME: usize = 1000;

/// An account, as passwd(5) has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Account {
    name: String,
    uid: u32,
    gid: u32,
    shell: String,
}

/// A group, as group(5) has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    gid: u32,
    members: Vec<String>,
}

/// The names of all people who can log in.
///
/// # Errors
/// If the name service does not answer, or does not list its accounts.
pub fn everybody() -> Result<Vec<String>, Failure> {
    Ok(names(all_accounts()?))
}

/// The names of those of them who are in `group`.
///
/// # Errors
/// If the name service does not answer, or there is no such group.
pub fn in_group(group: &str) -> Result<Vec<String>, Failure> {
    let answer = getent("group", &[group])?;
    let found = answer.lines().find_map(parse_group);
    let found = found.ok_or_else(|| {
        Failure::No(format!(
            "there is no group {group:?} on this machine; check the spelling (`getent group`)"
        ))
    })?;
    // A directory may answer to a name, but not list it.
    let mut accounts = all_accounts()?;
    accounts.retain(|account| account.gid == found.gid);
    for members in found.members.chunks(NAMES_AT_A_TIME) {
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        accounts.extend(accounts_in(&getent("passwd", &members)?));
    }
    Ok(names(accounts))
}

fn all_accounts() -> Result<Vec<Account>, Failure> {
    Ok(accounts_in(&getent("passwd", &[])?))
}

/// The people among `accounts`, each once, by name.
fn names(accounts: Vec<Account>) -> Vec<String> {
    let first = uid_min();
    let mut names: Vec<String> = accounts
        .into_iter()
        .filter(|account| account.uid >= first && has_shell(account))
        .map(|account| account.name)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Who has no shell is a service, or cannot enroll here alone.
fn has_shell(account: &Account) -> bool {
    let program = account.shell.rsplit('/').next().unwrap_or_default();
    !matches!(program, "nologin" | "false")
}

fn accounts_in(answer: &str) -> Vec<Account> {
    answer.lines().filter_map(parse_account).collect()
}

fn parse_account(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    let shell = fields.nth(2)?;
    Some(Account {
        name: name.to_owned(),
        uid,
        gid,
        shell: shell.to_owned(),
    })
}

fn parse_group(line: &str) -> Option<Group> {
    let mut fields = line.split(':');
    let gid = fields.nth(2)?.parse().ok()?;
    let members = fields.next()?.split(',').map(str::trim);
    let members = members.filter(|name| !name.is_empty());
    Some(Group {
        gid,
        members: members.map(str::to_owned).collect(),
    })
}

/// What getent prints; unknown names are left out.
fn getent(database: &str, names: &[&str]) -> Result<String, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        Failure::Unable(format!(
            "`getent {database}` failed: {why}; check the name service, or name people with --user"
        ))
    };
    let output = Command::new(GETENT)
        .args([database, "--"])
        .args(names)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(&error))?;
    match output.status.code() {
        Some(0 | NOT_FOUND) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        _ => Err(failed(&output.status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_a_group_stand_behind_its_number() {
        let group = |gid, members: &[&str]| {
            let members = members.iter().map(ToString::to_string).collect();
            Some(Group { gid, members })
        };
        let parsed = parse_group("staff:x:50:alice,bob");
        assert_eq!(parsed, group(50, &["alice", "bob"]));
        assert_eq!(parse_group("empty:x:51:"), group(51, &[]));
        assert_eq!(parse_group("odd:x:52:,alice,"), group(52, &["alice"]));
        for line in ["", "staff", "staff:x:", "staff:x:many:alice", "staff:x:50"] {
            assert_eq!(parse_group(line), None, "{line:?}");
        }
    }

    #[test]
    fn an_account_has_a_uid_a_group_and_a_shell() {
        let line = "alice:x:1000:100:Alice, of course:/home/alice:/bin/bash";
        let alice = parse_account(line).unwrap();
        assert_eq!(
            (alice.name.as_str(), alice.uid, alice.gid),
            ("alice", 1000, 100)
        );
        assert_eq!(alice.shell, "/bin/bash");
        for line in ["", ":x:1:1::/:", "alice:x:-1:1::/:", "alice:x:1000:100"] {
            assert_eq!(parse_account(line), None, "{line:?}");
        }
    }

    #[test]
    fn people_have_a_uid_of_people_and_a_shell() {
        let passwd = "\
root:x:0:0::/root:/bin/bash
postgres:x:110:120::/:/bin/bash
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
mail:x:2000:2000::/:/bin/false
carol:x:50003:100::/home/carol:
bob:x:50001:100::/home/bob:/bin/sh
bob:x:50001:100::/home/bob:/bin/sh
";
        assert_eq!(names(accounts_in(passwd)), ["bob", "carol"]);
    }
}
