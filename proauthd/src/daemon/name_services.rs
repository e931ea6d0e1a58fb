//! Name services that do not work in here: the daemon has no network, so one that speaks to it inside
//! the process that asks finds no accounts, and whoever is only there is refused.

use std::path::Path;

use crate::audit;

const NSSWITCH: &str = "/etc/nsswitch.conf";

/// The socket of nslcd (nss-pam-ldapd), whose `ldap` asks it instead of the network.
const NSLCD: &str = "/run/nslcd/socket";

/// The socket of nscd, which asks on behalf of everybody.
const NSCD: &str = "/run/nscd/socket";

/// What is looked up in here.
const DATABASES: [&str; 3] = ["passwd", "group", "initgroups"];

/// Warns once of each that is configured.
pub fn warn_of_networked() {
    let exists = |path| Path::new(path).exists();
    if exists(NSCD) {
        return;
    }
    let nsswitch = std::fs::read_to_string(NSSWITCH).unwrap_or_default();
    for service in networked(&nsswitch, exists(NSLCD)) {
        audit::networked_name_service(service);
    }
}

/// Those of `nsswitch` that need a network inside the process, each once, by first appearance.
fn networked(nsswitch: &str, has_nslcd: bool) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (database, services) in nsswitch.lines().filter_map(entry) {
        let needs_network = |service: &str| match service {
            "ldap" if !has_nslcd => Some("ldap"),
            "nis" => Some("nis"),
            "nisplus" => Some("nisplus"),
            "hesiod" => Some("hesiod"),
            // Files, and what their lines with `+` ask for, from NIS unless told otherwise.
            "compat" => compat_asks(nsswitch, database, has_nslcd),
            _ => None,
        };
        for service in services.filter_map(needs_network) {
            if !found.contains(&service) {
                found.push(service);
            }
        }
    }
    found
}

/// What `compat` asks about `database` where that is said in a line of its own (nsswitch.conf(5)).
/// Without one it is NIS, which nobody has who still has `compat` from the days when it was the
/// default and no line with `+`: that is no reason to warn.
fn compat_asks(nsswitch: &str, database: &str, has_nslcd: bool) -> Option<&'static str> {
    let wanted = format!("{database}_compat");
    let line = nsswitch
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    let mut services = line
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim() == wanted)?
        .1
        .split_whitespace();
    services.find_map(|service| match service {
        "nis" => Some("nis"),
        "nisplus" => Some("nisplus"),
        "ldap" if !has_nslcd => Some("ldap"),
        _ => None,
    })
}

/// The database and the services of a line that is about accounts; actions in brackets are none.
fn entry(line: &str) -> Option<(&str, impl Iterator<Item = &str>)> {
    let line = line.split('#').next().unwrap_or_default();
    let (database, services) = line.split_once(':')?;
    let database = database.trim();
    let mut inside = false;
    let services = services.split_whitespace().filter(move |word| {
        let is_action = inside || word.starts_with('[');
        inside = is_action && !word.ends_with(']');
        !is_action
    });
    DATABASES
        .contains(&database)
        .then_some((database, services))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_that_need_a_network_in_the_process_are_found_once() {
        let text = "passwd: files ldap [NOTFOUND=return SUCCESS=continue] nis\n\
                    group:\tfiles ldap\n  initgroups : hesiod # nisplus\n";
        assert_eq!(networked(text, false), ["ldap", "nis", "hesiod"]);
        assert_eq!(networked("group: nisplus", false), ["nisplus"]);
    }

    #[test]
    fn ldap_is_fine_where_nslcd_answers() {
        assert_eq!(networked("passwd: files ldap nis", true), ["nis"]);
    }

    #[test]
    fn what_answers_over_a_local_socket_and_other_databases_are_fine() {
        for text in [
            "",
            "passwd: files systemd sss winbind\ngroup: files [!SUCCESS=return] systemd",
            "hosts: files dns nis ldap\nnetgroup: nis\nshadow: files nis",
            "#passwd: nis\npasswd files nis\n",
            "passwd: files [nis ldap] sss",
        ] {
            assert!(networked(text, false).is_empty(), "{text}");
        }
    }

    #[test]
    fn compat_is_what_its_own_line_says() {
        assert!(networked("passwd: compat", false).is_empty());
        let nis = "passwd: compat\ngroup: files\npasswd_compat: nis # or ldap\n";
        assert_eq!(networked(nis, false), ["nis"]);
        let ldap = "passwd: compat systemd\npasswd_compat: ldap\n";
        assert_eq!(networked(ldap, false), ["ldap"]);
        assert!(networked(ldap, true).is_empty());
        assert!(networked("passwd: files\npasswd_compat: nis\n", false).is_empty());
    }
}
