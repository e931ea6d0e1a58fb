//! A unit file of ours, read as plainly as it is written.

use proauth_e2e::{Booted, repository};

/// What a `[Service]` section says that takes nothing from the process.
const NO_RESTRICTIONS: [&str; 16] = [
    "Type",
    "NotifyAccess",
    "BusName",
    "ExecStart",
    "ExecReload",
    "ExecStartPre",
    "Restart",
    "RestartSec",
    "RestartPreventExitStatus",
    "StateDirectory",
    "ConfigurationDirectory",
    "RuntimeDirectory",
    "ReadWritePaths",
    "LoadCredential",
    "LoadCredentialEncrypted",
    "Environment",
];

/// What restricts the process of the unit `name`, as pairs of directive and value, in the order of
/// the file. Values of a directive that stands there more than once are joined with a newline.
pub fn restrictions(name: &str) -> Vec<(String, String)> {
    let file = repository().join(format!("config/systemd/{name}.service"));
    let text = std::fs::read_to_string(file).expect("it is there");
    let (_, service) = text.split_once("[Service]\n").expect("it has the section");
    let mut found: Vec<(String, String)> = Vec::new();
    let lines = service.lines().take_while(|line| !line.starts_with('['));
    for line in lines.filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (directive, value) = line.split_once('=').expect("a directive");
        if NO_RESTRICTIONS.contains(&directive) {
            continue;
        }
        match found.iter_mut().find(|(known, _)| known == directive) {
            Some((_, values)) => *values = format!("{values}\n{value}"),
            None => found.push((directive.to_owned(), value.to_owned())),
        }
    }
    found
}

/// Debian with both packages, and the helper running, too.
pub fn machine() -> Booted {
    let machine = Booted::debian();
    machine.sh(
        "export DEBIAN_FRONTEND=noninteractive
         apt-get -q -y install /checkout/target/packages/today/proauth_*.deb \\
             /checkout/target/packages/today/proauth-idp_*.deb
         systemctl start proauth-idp",
        &[],
    );
    machine
}
