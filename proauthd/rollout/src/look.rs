//! What is in the way of a plan, seen before anything is changed.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::pam::{self, Files, Phase};
use crate::plan::{self, CONFIG, DROP_IN, FirstFactor, Plan};
use crate::sshd::{self, Connection, Directive, Effective, SshdError};
use crate::{Host, Level, messages, run};

/// Whether systemd runs the machine: it has to put back what is not confirmed.
#[must_use]
pub fn has_systemd(host: &Host) -> bool {
    host.path("/run/systemd/system").is_dir()
}

/// Why the files of `plan` cannot be written; sentences.
#[must_use]
pub fn not_writable(host: &Host, plan: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    for file in plan.files() {
        let path = host.path(&file.path);
        let folder = path.parent().unwrap_or(Path::new("/"));
        let is_there = file.before.is_some();
        for place in [Some(folder), is_there.then_some(path.as_path())] {
            let Some(place) = place else { continue };
            if let Err(error) = access(place, Access::WRITE_OK) {
                let sentence = messages::not_writable(place, &error.into());
                if !found.contains(&sentence) {
                    found.push(sentence);
                }
            }
        }
    }
    found
}

/// Services that are looked at where something changes that all of them read.
const LOGINS: [&str; 5] = ["sshd", "sudo", "sudo-i", "login", "su"];

/// What would be wrong with the stacks of PAM after `plan`; sentences.
#[must_use]
pub fn pam_faults(host: &Host, plan: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    for service in changed(host, plan) {
        let faults = pam::faults(&planned(host, plan), &service);
        let red = faults.into_iter().filter(|it| it.level == Level::Red);
        for fault in red {
            let sentence = messages::pam_fault(&fault);
            if !found.contains(&sentence) {
                found.push(sentence);
            }
        }
    }
    found
}

/// The services that read a file which changes, as far as people log in through them.
fn changed(host: &Host, plan: &Plan) -> Vec<String> {
    let files = plan.pam.iter();
    let names = files.filter_map(|file| file.path.strip_prefix("/etc/pam.d/"));
    let (shared, own): (Vec<&str>, Vec<&str>) = names.partition(|it| it.starts_with("common-"));
    let mut services: Vec<String> = own.into_iter().map(str::to_owned).collect();
    if !shared.is_empty() {
        let there = Files::of(host).services();
        let through = there.into_iter().filter(|it| LOGINS.contains(&&it[..]));
        services.extend(through);
        services.sort();
        services.dedup();
    }
    services
}

/// Whether a login at the console asks for no code after `plan`; none if there is no such login, or
/// its stack cannot be read.
#[must_use]
pub fn leaves_console(host: &Host, plan: &Plan) -> Option<bool> {
    let stack = pam::stack(&planned(host, plan), "login", Phase::Auth).ok()?;
    (!stack.entries.is_empty()).then(|| !pam::has_ours(&stack))
}

fn planned<'a>(host: &'a Host, plan: &Plan) -> Files<'a> {
    let files = plan.pam.iter();
    files.fold(Files::of(host), |files, file| {
        files.with(&file.path, file.after.clone())
    })
}

/// The lines of sshd's configuration that keep ours from holding for some logins: in a `Match` block
/// of their own, or read before ours.
///
/// # Errors
/// If the configuration cannot be read.
pub fn overriding(
    host: &Host,
    plan: &Plan,
    first_factor: FirstFactor,
) -> Result<Overriding, SshdError> {
    let in_drop_in = plan.sshd.iter().any(|file| {
        let has_block = crate::block::has_block(&file.after);
        file.path == DROP_IN && has_block
    });
    let directives = sshd::read(host, CONFIG)?;
    let mut found = Overriding::default();
    for directive in directives.iter().filter(|it| contradicts(it, first_factor)) {
        let line = format!(
            "{}: {} {}",
            directive.at(),
            directive.keyword,
            directive.arguments.join(" ")
        );
        match &directive.criteria {
            Some(criteria) => found.in_match.push((line, criteria.clone())),
            None if in_drop_in && is_read_before(&directive.file) => found.before.push(line),
            None => {}
        }
    }
    Ok(found)
}

/// Lines of sshd's configuration that keep ours from holding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overriding {
    /// Those in a `Match`, with its text.
    pub in_match: Vec<(String, String)>,
    /// Those that are read before ours, for everybody.
    pub before: Vec<String>,
}

/// Whether `directive` says otherwise than we do.
fn contradicts(directive: &Directive, first_factor: FirstFactor) -> bool {
    let keyword = match directive.keyword.as_str() {
        // Other names of the same.
        "challengeresponseauthentication" | "skeyauthentication" => "kbdinteractiveauthentication",
        keyword => keyword,
    };
    let said = directive.arguments.join(" ");
    // We do not set it; where it is off, nobody has a key to show.
    let is_key_off = keyword == "pubkeyauthentication" && said.eq_ignore_ascii_case("no");
    if first_factor == FirstFactor::Key && is_key_off {
        return true;
    }
    let ours = plan::settings(first_factor);
    let mut ours = ours.iter();
    ours.any(|(ours, value)| {
        ours.eq_ignore_ascii_case(keyword) && !said.eq_ignore_ascii_case(value)
    })
}

/// Whether a file in the folder of ours sorts before it.
fn is_read_before(file: &Path) -> bool {
    let ours = Path::new(DROP_IN);
    file.parent() == ours.parent() && file.file_name() < ours.file_name()
}

/// sshd's configuration as it will be, in a file that goes away: our lines, then what is there.
#[derive(Debug)]
pub struct Candidate(PathBuf);

impl Candidate {
    /// Writes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(host: &Host, first_factor: FirstFactor) -> std::io::Result<Self> {
        // sshd refuses to start without it; it is there where sshd has run.
        let mut folders = fs::DirBuilder::new();
        folders
            .recursive(true)
            .mode(0o755)
            .create(host.path("/run/sshd"))?;
        let candidate = Self(host.path("/run/proauth-sshd_config"));
        candidate.remove()?;
        let mut text = plan::lines(first_factor);
        text.extend(format!("Include {CONFIG}\n").into_bytes());
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut file = options.open(&candidate.0)?;
        std::io::Write::write_all(&mut file, &text)?;
        Ok(candidate)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn remove(&self) -> std::io::Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

/// What does not hold, of what we say to sshd, for a login of `user` by the configuration `config`.
///
/// # Errors
/// If sshd does not like it.
pub fn not_in_effect(
    config: &Path,
    first_factor: FirstFactor,
    user: &str,
) -> Result<Vec<String>, SshdError> {
    let about = Connection {
        user: user.to_owned(),
        host: "localhost".to_owned(),
        addr: "127.0.0.1".to_owned(),
    };
    let effective = sshd::effective(config, Some(&about))?;
    let settings = plan::settings(first_factor);
    let key = (first_factor == FirstFactor::Key).then_some(("PubkeyAuthentication", "yes"));
    let wrong = settings.iter().chain(&key).filter_map(|(keyword, value)| {
        let holds = effective.get(&keyword.to_ascii_lowercase())?;
        (!holds.eq_ignore_ascii_case(value))
            .then(|| messages::not_in_effect(user, keyword, value, holds))
    });
    Ok(wrong.collect())
}

/// Whether root gets in over SSH by a key alone, and so not any more.
#[must_use]
pub fn lets_root_in_by_key_alone(effective: &Effective) -> bool {
    let value = effective.get("permitrootlogin");
    value.is_some_and(|value| matches!(value, "without-password" | "prohibit-password"))
}

/// Whether sshd takes passwords itself: it answers the first question of PAM with the password, and
/// a second one, for a code, with the same.
#[must_use]
pub fn feeds_passwords(effective: &Effective) -> bool {
    effective.get("passwordauthentication") == Some("yes")
}

/// Where the sshd of this machine should answer, by its configuration or its socket.
#[must_use]
pub fn addresses(effective: &Effective) -> Vec<SocketAddr> {
    let listening = effective.all("listenaddress").map(str::to_owned);
    let mut addresses: Vec<SocketAddr> = listening.filter_map(|it| it.parse().ok()).collect();
    for unit in ["ssh.socket", "sshd.socket"] {
        let argv = ["systemctl", "show", "--value", "--property=Listen", unit];
        let said = run(&argv, 10).map_or_else(|_| String::new(), |ran| ran.stdout);
        addresses.extend(said.split_whitespace().filter_map(of_socket));
    }
    addresses
}

/// An address of a socket of systemd's: `22`, `[::]:22`, `0.0.0.0:22`.
fn of_socket(word: &str) -> Option<SocketAddr> {
    word.parse().ok()
}

/// Whether `user` may do everything: is root, or may have sudo run a shell.
#[must_use]
pub fn is_administrator(user: &str, uid: u32) -> bool {
    if uid == 0 {
        return true;
    }
    match run(&["sudo", "-n", "-l", "-U", user, "/bin/sh"], 20) {
        Ok(ran) => ran.is_success(),
        Err(_) => is_in_a_group_of_theirs(user),
    }
}

fn is_in_a_group_of_theirs(user: &str) -> bool {
    let groups = run(&["id", "-nG", "--", user], 20);
    let groups = groups.map_or_else(|_| String::new(), |ran| ran.stdout);
    let mut groups = groups.split_whitespace();
    groups.any(|group| matches!(group, "sudo" | "wheel" | "admin"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::host_with as host;
    use crate::plan::FileChange;

    fn plan() -> Plan {
        Plan {
            sshd: vec![FileChange {
                path: DROP_IN.to_owned(),
                before: None,
                after: plan::lines(FirstFactor::Key),
            }],
            ..Plan::default()
        }
    }

    #[test]
    fn what_keeps_our_lines_from_holding_is_named_with_its_place() {
        let (_folder, host) = host(&[
            (
                CONFIG,
                "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\n\
                 Match User bob\n  AuthenticationMethods publickey\n  PermitTTY no\n\
                 Match Group x\n  AuthenticationMethods publickey,keyboard-interactive\n",
            ),
            (
                "/etc/ssh/sshd_config.d/00-a.conf",
                "ChallengeResponseAuthentication no\nPort 22\n",
            ),
            ("/etc/ssh/sshd_config.d/50-z.conf", "UsePAM no\n"),
        ]);
        let found = overriding(&host, &plan(), FirstFactor::Key).unwrap();
        assert_eq!(
            found.in_match,
            [(
                "/etc/ssh/sshd_config:4: authenticationmethods publickey".to_owned(),
                "User bob".to_owned()
            )]
        );
        let before = "/etc/ssh/sshd_config.d/00-a.conf:1: challengeresponseauthentication no";
        assert_eq!(found.before, [before]);
    }

    #[test]
    fn a_block_that_turns_keys_off_shuts_out_whom_it_fits() {
        let (_folder, host) = host(&[(
            CONFIG,
            "Include /etc/ssh/sshd_config.d/*.conf\nMatch Address 10.0.0.0/8\n\
             \tPubkeyAuthentication no\nMatch User bob\n\tKbdInteractiveAuthentication no\n",
        )]);
        let found = overriding(&host, &plan(), FirstFactor::Key).unwrap();
        let lines: Vec<&str> = found.in_match.iter().map(|(line, _)| &line[..]).collect();
        assert_eq!(
            lines,
            [
                "/etc/ssh/sshd_config:3: pubkeyauthentication no",
                "/etc/ssh/sshd_config:5: kbdinteractiveauthentication no"
            ]
        );
        let found = overriding(&host, &plan(), FirstFactor::Password).unwrap();
        assert_eq!(found.in_match.len(), 1, "{found:?}");
    }

    #[test]
    fn what_cannot_be_written_is_named_once() {
        let (_folder, host) = host(&[("/etc/ssh/sshd_config", "")]);
        let complaints = not_writable(&host, &plan());
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains("sshd_config.d"), "{complaints:?}");
        fs::create_dir(host.path("/etc/ssh/sshd_config.d")).unwrap();
        assert!(not_writable(&host, &plan()).is_empty());
    }

    #[test]
    fn a_shared_file_is_judged_by_who_reads_it() {
        let read = "@include common-auth\naccount required pam_permit.so\n";
        let module = "/usr/lib/security/pam_proauth.so";
        let unix = "/usr/lib/security/pam_unix.so";
        let permit = "/usr/lib/security/pam_permit.so";
        let files = [
            ("/etc/pam.d/sudo", read),
            (module, ""),
            (unix, ""),
            (permit, ""),
        ];
        let (_folder, host) = host(&files);
        let ours = "auth required pam_proauth.so first_factor=password\n";
        for (control, is_right) in [("requisite", true), ("required", false)] {
            let plan = Plan {
                pam: vec![FileChange {
                    path: "/etc/pam.d/common-auth".to_owned(),
                    before: None,
                    after: format!("auth {control} pam_unix.so\n{ours}").into_bytes(),
                }],
                ..Plan::default()
            };
            let found = pam_faults(&host, &plan);
            let says = |it: &String| it.contains("does not end the stack");
            assert_eq!(!found.iter().any(says), is_right, "{control}: {found:?}");
        }
    }

    #[test]
    fn what_debian_has_around_its_shared_files_is_right() {
        let stack = "@include common-auth\naccount required pam_permit.so\n";
        let login = format!(
            "auth optional pam_faildelay.so delay=3000000\nauth requisite pam_nologin.so\n\
             {stack}auth optional pam_group.so\n"
        );
        let su = format!("auth sufficient pam_rootok.so\n{stack}");
        let mut files = vec![
            ("/etc/pam.d/login".to_owned(), login),
            ("/etc/pam.d/su".to_owned(), su),
        ];
        let modules = ["proauth", "unix", "permit", "deny", "rootok", "faildelay"];
        for module in modules.iter().chain(&["nologin", "group"]) {
            let path = format!("/usr/lib/security/pam_{module}.so");
            files.push((path, String::new()));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&a[..], &b[..])).collect();
        let (_folder, host) = host(&files);
        let after = "auth [success=1 default=ignore] pam_unix.so nullok\n\
                     auth requisite pam_deny.so\nauth required pam_permit.so\n\
                     auth required pam_proauth.so first_factor=password max_tries=3\n";
        let plan = Plan {
            pam: vec![FileChange {
                path: "/etc/pam.d/common-auth".to_owned(),
                before: None,
                after: after.as_bytes().to_vec(),
            }],
            ..Plan::default()
        };
        assert_eq!(pam_faults(&host, &plan), Vec::<String>::new());
    }

    #[test]
    fn an_sshd_that_takes_passwords_itself_is_known() {
        for (value, feeds) in [("yes", true), ("no", false)] {
            let effective = Effective::parse(&format!("passwordauthentication {value}\n"));
            assert_eq!(feeds_passwords(&effective), feeds);
        }
    }

    #[test]
    fn addresses_of_sockets_are_read() {
        for (word, address) in [
            ("[::]:22", Some("[::]:22")),
            ("0.0.0.0:2222", Some("0.0.0.0:2222")),
            ("(Stream)", None),
        ] {
            let found = of_socket(word).map(|it| it.to_string());
            assert_eq!(found.as_deref(), address);
        }
    }
}
