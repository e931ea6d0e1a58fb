//! `/usr/libexec/proauth/proauth-rollback`: puts back what nobody has confirmed. systemd starts it
//! (proauth-rollback.service, proauth-rollback-boot.service); it asks neither daemon nor bus.

use std::io::Write;
use std::process::ExitCode;

use proauth_rollout::Host;
use proauth_rollout::roll_back::{When, roll_back};

const HELP: &str = "\
proauth-rollback [--boot | --root DIR]

Puts back what `proauthd protect` changed and nobody has confirmed. Says on
standard error what it does; ends with 0 also if there was nothing to do, with 1
if something is left to be tried again, with 2 if called wrongly.

  --boot      only what was changed before this boot, and tells sshd nothing
  --root DIR  of the system under DIR: from a rescue system
";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(|word| word.to_str()).collect();
    let (host, when) = match (words.as_slice(), arguments.get(1)) {
        ([], _) => (Host::this(), When::Now),
        ([Some("--boot")], _) => (Host::this(), When::Boot),
        ([Some("--root"), _], Some(root)) => (Host::under(root), When::Now),
        ([Some("--help")], _) => {
            say(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        _ => {
            say(HELP.trim_end());
            return ExitCode::from(2);
        }
    };
    let report = roll_back(&host, when);
    for line in report.done.iter().chain(&report.failed) {
        say(line);
    }
    if report.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Whoever does not listen does not keep it from its work.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
