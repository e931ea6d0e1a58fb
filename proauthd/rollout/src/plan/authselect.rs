//! authselect's PAM: one profile for all, switched by its own program, which keeps the files.
//!
//! Tried by hand with authselect 1.5.0, selecting and going back; our tests know it from a stand-in
//! only, for lack of a system that has it. PAM of Fedora and its kin never ran under it.

use crate::messages::Refused;
use crate::{Host, run};

use super::words::{FirstFactor, Service};
use super::{Plan, Protected, plan_sshd, sshd_first_factor};

/// Our profile.
const PROFILE: &str = "proauth";

/// What our profile can do besides, of what others can.
const FEATURES: [&str; 4] = [
    "with-sssd",
    "with-faillock",
    "with-mkhomedir",
    "without-nullok",
];

/// How long it may take, in seconds.
const PATIENCE: u32 = 30;

/// What asks for codes now.
pub fn protected(host: &Host) -> Result<Protected, Refused> {
    let mut found = Protected::default();
    if current(host)?.is_ours() {
        found.services.insert(Service::Everywhere);
    }
    if let Some(first_factor) = sshd_first_factor(host)? {
        found.services.insert(Service::Sshd);
        found.first_factor = Some(first_factor);
    }
    Ok(found)
}

/// What has to change for `wanted`: any service is protected by the profile.
pub fn plan(host: &Host, wanted: &Protected) -> Result<Plan, Refused> {
    let wants_sshd = wanted.services.contains(&Service::Sshd);
    if wants_sshd && wanted.first_factor == Some(FirstFactor::Key) {
        return Err(Refused::NoKeyHere);
    }
    let mut plan = Plan {
        sshd: plan_sshd(host, wants_sshd.then_some(FirstFactor::Password))?,
        ..Plan::default()
    };
    let current = current(host)?;
    if !wanted.services.is_empty() && !current.is_ours() {
        plan.commands.push(select(&current.ours()));
        plan.undo.push(forced(&current.0));
    } else if wanted.services.is_empty() && current.is_ours() {
        plan.commands.push(select(&current.without_ours()));
        plan.undo.push(forced(&current.0));
    }
    Ok(plan)
}

/// Refuses where somebody has edited its files by hand: nothing could bring that back.
fn select(words: &[String]) -> Vec<String> {
    let command = ["authselect", "select"].map(str::to_owned).into_iter();
    command.chain(words.iter().cloned()).collect()
}

/// Goes back, whatever was edited since.
fn forced(words: &[String]) -> Vec<String> {
    let mut command = select(words);
    command.push("--force".to_owned());
    command
}

/// The profile that is selected, and its features.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Current(Vec<String>);

impl Current {
    fn is_ours(&self) -> bool {
        self.0.first().is_some_and(|profile| profile == PROFILE)
    }

    fn has(&self, feature: &str) -> bool {
        self.0.iter().skip(1).any(|it| it == feature)
    }

    /// Our profile, with those of its features that ours has, too.
    fn ours(&self) -> Vec<String> {
        let is_sssd = self.0.first().is_some_and(|profile| profile == "sssd");
        let kept = FEATURES
            .iter()
            .filter(|feature| self.has(feature) || (is_sssd && **feature == "with-sssd"));
        let profile = std::iter::once(&PROFILE);
        profile.chain(kept).map(|&word| word.to_owned()).collect()
    }

    /// A profile of authselect's own for the same users.
    fn without_ours(&self) -> Vec<String> {
        let profile = match self.has("with-sssd") {
            true => "sssd",
            false => "local",
        };
        let kept = self.0.iter().skip(1).filter(|word| *word != "with-sssd");
        std::iter::once(profile.to_owned())
            .chain(kept.cloned())
            .collect()
    }
}

fn current(host: &Host) -> Result<Current, Refused> {
    if !host.is_this() {
        return Err(Refused::NotByAuthselect("it is not this machine".into()));
    }
    let ran = run(&["authselect", "current", "--raw"], PATIENCE);
    let ran = ran.map_err(|error| Refused::NotByAuthselect(error.to_string()))?;
    if !ran.is_success() {
        return Err(Refused::NotByAuthselect(ran.complaint()));
    }
    Ok(parse(&ran.stdout))
}

fn parse(raw: &str) -> Current {
    Current(raw.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_keeps_the_features_that_ours_has() {
        let current = parse("sssd with-mkhomedir with-fingerprint\n");
        assert!(!current.is_ours());
        assert_eq!(current.ours(), ["proauth", "with-sssd", "with-mkhomedir"]);
        assert_eq!(
            parse("minimal without-nullok").ours(),
            ["proauth", "without-nullok"]
        );
    }

    #[test]
    fn without_ours_the_same_users_log_in() {
        let ours = parse("proauth with-sssd with-faillock");
        assert!(ours.is_ours());
        assert_eq!(ours.without_ours(), ["sssd", "with-faillock"]);
        assert_eq!(parse("proauth").without_ours(), ["local"]);
    }
}
