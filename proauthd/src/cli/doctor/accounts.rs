//! How it stands with the accounts: who is missing, who is shut out, who soon will be.

use std::collections::BTreeSet;

use proauth_interface::{AccountStatus, UNTIL_UNLOCK};
use proauth_rollout::Finding;

use crate::cli::output;
use crate::cli::people::in_group;
use crate::messages::doctor as say;

/// Who is in one of these may use sudo, by the custom of distributions.
const ADMINS: [&str; 3] = ["sudo", "wheel", "admin"];

/// Recovery codes that soon are none.
const FEW: u32 = 2;

/// Names in one sentence.
const NAMES: usize = 5;

/// What `list` says; `asks`: whether PAM asks for codes.
pub fn look(list: &[AccountStatus], asks: bool) -> Vec<Finding> {
    let admins: BTreeSet<String> = ADMINS
        .iter()
        .filter_map(|group| in_group(group).ok())
        .flatten()
        .collect();
    judge(list, &admins, asks)
}

fn judge(list: &[AccountStatus], admins: &BTreeSet<String>, asks: bool) -> Vec<Finding> {
    let who = |is: &dyn Fn(&&AccountStatus) -> bool| -> Option<String> {
        let names = list
            .iter()
            .filter(|account| is(account))
            .map(|account| account.user.clone());
        named(names.collect())
    };
    let enrolled = list.iter().filter(|account| account.enrolled);
    let is_orphan = |a: &AccountStatus| matches!(a.account.as_str(), "gone" | "changed");
    let mut findings = vec![match enrolled.clone().count() {
        0 => say::nobody_enrolled(asks),
        count => say::enrolled(count, &last(enrolled.clone())),
    }];
    let is_enrolled = |name: &&String| enrolled.clone().any(|account| account.user == **name);
    let missing: Vec<String> = admins
        .iter()
        .filter(|name| !is_enrolled(name))
        .cloned()
        .collect();
    findings.extend(named(missing).map(|who| say::admins_missing(&who)));
    findings.extend(who(&|a| a.step_in_future).map(|who| say::from_the_future(&who)));
    findings.extend(who(&|a| a.wait == UNTIL_UNLOCK).map(|who| say::locked(&who)));
    findings.extend(who(&|a| a.suspended).map(|who| say::suspended(&who)));
    findings.extend(who(&|a| a.enrolled && is_orphan(a)).map(|who| say::orphans(&who)));
    let few = |a: &&AccountStatus| a.enrolled && !is_orphan(a) && a.recovery_codes <= FEW;
    findings.extend(who(&few).map(|who| say::few_recovery_codes(&who)));
    findings
}

/// When somebody's code was accepted last.
fn last<'a>(enrolled: impl Iterator<Item = &'a AccountStatus>) -> String {
    match enrolled.max_by_key(|account| account.last_step_at) {
        Some(account) => {
            let (user, at) = (&account.user, output::time(account.last_step_at));
            format!("at {at} ({user})")
        }
        None => "never".to_owned(),
    }
}

/// Names with commas, as many as one cares to read; none if there are none.
fn named(names: Vec<String>) -> Option<String> {
    let shown = names
        .get(..NAMES.min(names.len()))
        .unwrap_or_default()
        .join(", ");
    match names.len() {
        0 => None,
        count if count > NAMES => Some(format!("{shown} and {} more", count - NAMES)),
        _ => Some(shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(user: &str) -> AccountStatus {
        AccountStatus {
            user: user.to_owned(),
            enrolled: true,
            recovery_codes: 10,
            account: "present".to_owned(),
            ..AccountStatus::default()
        }
    }

    fn ids(list: &[AccountStatus], admins: &[&str], asks: bool) -> Vec<&'static str> {
        let admins = admins.iter().map(ToString::to_string).collect();
        judge(list, &admins, asks)
            .iter()
            .map(|finding| finding.id)
            .collect()
    }

    #[test]
    fn nothing_is_said_of_accounts_that_are_right() {
        assert_eq!(
            ids(&[account("alice")], &["alice"], true),
            ["accounts.enrolled"]
        );
    }

    #[test]
    fn who_is_shut_out_or_soon_will_be_is_named() {
        let list = [
            AccountStatus {
                suspended: true,
                ..account("a")
            },
            AccountStatus {
                account: "gone".to_owned(),
                ..account("b")
            },
            AccountStatus {
                recovery_codes: 2,
                ..account("c")
            },
            AccountStatus {
                wait: UNTIL_UNLOCK,
                ..account("d")
            },
            AccountStatus {
                step_in_future: true,
                ..account("e")
            },
        ];
        assert_eq!(
            ids(&list, &["f"], true),
            [
                "accounts.enrolled",
                "accounts.admins-missing",
                "accounts.future",
                "accounts.locked",
                "accounts.suspended",
                "accounts.orphans",
                "accounts.recovery-codes",
            ]
        );
    }

    #[test]
    fn nobody_being_enrolled_is_worse_where_codes_are_asked_for() {
        let level = |asks| judge(&[], &BTreeSet::new(), asks)[0].level;
        assert!(level(true) > level(false));
    }

    #[test]
    fn long_lists_of_names_are_cut() {
        let names = (0..7).map(|n| n.to_string()).collect();
        assert_eq!(named(names).unwrap(), "0, 1, 2, 3, 4 and 2 more");
    }
}
