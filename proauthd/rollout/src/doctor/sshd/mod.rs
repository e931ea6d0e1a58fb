//! Whether sshd lets somebody in past PAM.

mod second;
mod settings;

use std::path::Path;

use self::settings::{OURS, QUESTIONS, Settings, asks_pam, is};
use crate::messages::doctor_sshd as say;
use crate::pam::{Entry, Files, Phase, first_factor, proves, stack};
use crate::sshd::{CONFIG, Directive, SshdError, effective, program, read};
use crate::{Finding, Host, Level, block};

/// What sshd says where its folder in /run is not there.
const STARTED: &str = "Missing privilege separation directory";

const DROP_INS: &str = "/etc/ssh/sshd_config.d";

/// Everything about sshd.
pub fn look(host: &Host, is_root: bool) -> Vec<Finding> {
    let pam = Pam::of(host);
    let directives = match read(host, CONFIG) {
        Ok(directives) => directives,
        Err(SshdError::Unreadable(_, std::io::ErrorKind::NotFound)) => return vec![say::none()],
        Err(error) => return vec![say::unreadable(&error.to_string())],
    };
    let mut findings = Vec::new();
    let real = match host.is_this() && is_root && program().is_some() {
        true => match effective(Path::new(CONFIG), None) {
            Ok(effective) => Some(effective),
            // It is made when sshd is started: this one does not run.
            Err(error) if error.to_string().contains(STARTED) => None,
            // What stands in a file that sshd does not take is of no interest.
            Err(error) => return vec![say::broken(&error.to_string())],
        },
        false => None,
    };
    findings.extend(second::look(host));
    findings.extend(not_included(host, &directives));
    findings.extend(too_late(host, &directives));
    if !pam.asks {
        findings.push(say::unprotected());
        return findings;
    }
    for settings in Settings::all(&directives, real.as_ref()) {
        findings.extend(judge(&settings, &pam));
    }
    findings.dedup();
    if findings.iter().all(|finding| finding.level == Level::Green) {
        findings.push(say::right());
    }
    findings
}

/// What PAM does for sshd.
struct Pam {
    asks: bool,
    /// By a line in sshd's own file: somebody wants sshd to ask.
    is_own: bool,
    need_code: bool,
    wants_key: bool,
    asks_for_password: bool,
}

impl Pam {
    fn of(host: &Host) -> Self {
        let files = Files::of(host);
        let entries =
            |phase| stack(&files, "sshd", phase).map_or_else(|_| Vec::new(), |s| s.entries);
        let (auth, account) = (entries(Phase::Auth), entries(Phase::Account));
        let ours = || auth.iter().filter(|entry| entry.is_ours());
        let mine = account.iter().filter(|entry| entry.is_ours());
        let needs = |entry: &Entry| entry.arguments().iter().any(|a| a == "need_code");
        Self {
            asks: ours().next().is_some() || mine.clone().next().is_some(),
            is_own: ours()
                .chain(mine.clone())
                .any(|entry| entry.file.ends_with("/sshd")),
            need_code: mine.clone().any(needs),
            wants_key: ours().any(|entry| first_factor(entry.arguments()) == "publickey"),
            asks_for_password: auth.iter().any(proves),
        }
    }
}

fn judge(settings: &Settings, pam: &Pam) -> Vec<Finding> {
    let at = &settings.at(&["authenticationmethods"]);
    let shown = settings.shown();
    if !settings.use_pam {
        return vec![say::no_pam(&settings.at(&["usepam"]))];
    }
    let mut findings = Vec::new();
    if !settings.questions && settings.takes_part("keyboard-interactive") && pam.is_own {
        findings.push(say::no_questions(&settings.at(&QUESTIONS)));
    }
    if settings.asks_in_vain_for_keys() {
        findings.push(say::no_keys(
            &settings.at(&["pubkeyauthentication"]),
            &shown,
        ));
    }
    if settings.passwords && settings.takes_part("password") {
        findings.push(say::password_fed(&settings.at(&["passwordauthentication"])));
    }
    let asked = settings
        .methods
        .iter()
        .any(|list| list.iter().any(|m| asks_pam(m)));
    let some_way = settings.methods.is_empty() || asked;
    match (pam.is_own, pam.need_code) {
        _ if !settings.skips_pam() => {}
        (false, _) => findings.push(say::key_beside(at)),
        (true, false) => findings.push(say::key_alone(at, &shown)),
        (true, true) if !some_way && settings.are_general() => {
            findings.push(say::no_way(at, &shown))
        }
        (true, true) => findings.push(say::refused_later(at, &shown)),
    }
    let mut lists = settings
        .methods
        .iter()
        .filter(|list| list.iter().any(|m| asks_pam(m)));
    if let Some(bare) = lists.find(|list| !list.iter().any(|method| is(method, "publickey"))) {
        let is_alone = bare.iter().all(|method| asks_pam(method));
        if pam.wants_key {
            findings.push(say::key_never_asked(at, &shown));
        } else if is_alone && !pam.asks_for_password {
            findings.push(say::code_alone(at, &shown));
        }
    }
    findings
}

/// Files that are there for sshd to read, and that it does not read.
fn not_included(host: &Host, directives: &[Directive]) -> Option<Finding> {
    let entries = std::fs::read_dir(host.path(DROP_INS)).ok()?;
    let mut files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let name = files.find(|name| name.ends_with(".conf") && name.contains("proauth"))?;
    let path = format!("{DROP_INS}/{name}");
    let is_read = directives.iter().any(|d| d.file == Path::new(&path));
    let text = host.read(&path).ok()?;
    let says = String::from_utf8_lossy(&text)
        .lines()
        .any(|line| !line.trim().is_empty() && !line.trim().starts_with('#'));
    (says && !is_read).then(|| say::not_included(&path))
}

/// Lines of ours that another line overrules, because it comes first.
fn too_late(host: &Host, directives: &[Directive]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, ours) in directives.iter().enumerate() {
        let keyword = ours.keyword.as_str();
        if ours.criteria.is_some() || !OURS.contains(&keyword) || !is_ours(host, ours) {
            continue;
        }
        let mut before = directives.iter().take(at);
        let earlier = before.find(|d| d.criteria.is_none() && d.keyword == keyword);
        if let Some(earlier) = earlier.filter(|earlier| earlier.arguments != ours.arguments) {
            findings.push(say::too_late(&ours.at(), keyword, &earlier.at()));
        }
    }
    findings
}

/// Whether a line stands in a file or in a block of ours.
fn is_ours(host: &Host, directive: &Directive) -> bool {
    let name = directive.file.file_name().unwrap_or_default();
    if name.to_string_lossy().contains("proauth") {
        return true;
    }
    let text = host.read(&directive.file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let above = text.lines().take(directive.line);
    let marks = above.filter(|line| [block::BEGIN, block::END].contains(&line.trim_end()));
    marks
        .last()
        .is_some_and(|mark| mark.trim_end() == block::BEGIN)
}
