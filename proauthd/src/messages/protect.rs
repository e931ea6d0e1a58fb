//! Of protecting, confirming and taking it back.

use std::fmt::Display;
use std::net::SocketAddr;

use proauth_rollout::attempt::FROM;

pub fn protect_is_for_root() -> String {
    "this changes PAM and sshd; run it as root".into()
}

pub fn protect_runs() -> String {
    "another `proauthd protect` or `unprotect` runs; wait for it to end, or end it".into()
}

pub fn protect_needs_yes() -> String {
    "nobody is there to ask; add --yes, or --dry-run to see what would change".into()
}

pub fn first_factor_is_for_sshd() -> String {
    "--first-factor is for sshd: name that service, too".into()
}

pub fn probe_needs_sshd() -> String {
    "--confirm-by-probe logs in over SSH with a key: name sshd, with the first factor key; or \
     confirm from a new login"
        .into()
}

pub fn protect_question(seconds: u64) -> String {
    format!(
        "Change this (put back in {} unless confirmed)? [y/N] ",
        span(seconds)
    )
}

/// A change waits already.
pub fn a_change_waits() -> String {
    "a change waits to be confirmed already: run `proauthd protect --confirm` from a new login, or \
     `proauthd unprotect`"
        .into()
}

pub fn a_roll_back_runs() -> String {
    "an earlier change is being put back, or could not be: see `journalctl -u proauth-rollback`, \
     or run `proauthd unprotect`"
        .into()
}

/// Files changed while somebody was asked.
pub fn files_changed_meanwhile() -> String {
    "the files were changed by somebody else meanwhile; nothing was changed; run it again".into()
}

pub fn something_is_in_the_way() -> String {
    "nothing was changed: see above what is in the way".into()
}

pub fn will_ask(services: &[String], first_factor: Option<&str>) -> String {
    let sshd = match first_factor {
        Some(first) => format!(" (sshd after a {first})"),
        None => String::new(),
    };
    format!("Will ask for a code: {}{sshd}", services.join(", "))
}

pub fn is_protected_already(services: &[String]) -> String {
    format!("Is protected already: {}.", services.join(", "))
}

/// It waits to be confirmed, so many seconds.
pub fn armed(seconds: u64, until: &str) -> String {
    format!(
        "Changed and tried. Keep this session open. Within {}, log in from another terminal, and \
         run there as root:\n\n  proauthd protect --confirm\n\nOtherwise everything is put back at {until}.",
        span(seconds)
    )
}

pub fn confirmed(services: &[String]) -> String {
    format!("Confirmed: it stays. Protected: {}.", services.join(", "))
}

/// Whether what waited was put back, and what is known of that.
pub fn nothing_waits(last: Option<&str>) -> String {
    let last = last.and_then(|text| text.lines().next());
    match last {
        Some(last) => format!(
            "nothing waits to be confirmed; the last change was put back: {}",
            plain(last)
        ),
        None => "nothing waits to be confirmed; see `proauthd doctor`".into(),
    }
}

pub fn armed_before_the_boot() -> String {
    "the machine was started since the change: it is put back; run `proauthd protect` again".into()
}

/// Whoever made it was killed half way through.
pub fn change_was_cut_short() -> String {
    "the change was cut short: it is put back within minutes; to have it back at once, run \
     `proauthd unprotect`"
        .into()
}

pub fn session_came_not_by_ssh(user: &str) -> String {
    format!(
        "sshd has let {user} in with no code from where this session comes from since the change: \
         log in anew over SSH with a code, and run it there; the console or sudo prove nothing \
         about sshd"
    )
}

pub fn session_is_old() -> String {
    "this session began before the change, and proves nothing: log in anew, and run it there".into()
}

pub fn session_is_unknown() -> String {
    "this is no login session, or nobody knows when it began: log in anew, and run it there".into()
}

pub fn session_has_shown_no_code(user: &str) -> String {
    format!(
        "no code of {user} was accepted for this session since the change (a restart of proauthd \
         and a clock set back make it forget those before): log in anew with a code, or use sudo \
         with one, and run it there"
    )
}

pub fn put_back_because(why: &str) -> String {
    format!("{why}; everything was put back")
}

pub fn not_put_back_yet(why: &str) -> String {
    format!(
        "{why}; not everything could be put back, which is tried again every few seconds: see \
         above, and `journalctl -u proauth-rollback`"
    )
}

pub fn protect_was_interrupted() -> String {
    "cancelled".into()
}

pub fn time_is_over() -> String {
    "it took longer than the time to confirm it: give more with --within".into()
}

pub fn no_systemd_to_put_back() -> String {
    format!(
        "systemd does not run this machine, so nothing could put the change back: do it by hand. {}",
        proauth_rollout::messages::MANUAL_STEPS
    )
}

pub fn clock_unsynchronised() -> String {
    "This machine's clock is not synchronised, so right codes may be refused: see `timedatectl`."
        .into()
}

pub fn no_administrator_enrolled() -> String {
    "nobody with admin rights (root, or sudo) is enrolled: run `proauthd enroll --user USER \
     --offline` first"
        .into()
}

pub fn administrators_enrolled(names: &[&str]) -> String {
    format!("Enrolled, with admin rights: {}.", names.join(", "))
}

pub fn caller_is_not_enrolled(user: &str) -> String {
    format!("You, {user}, are not among them.")
}

pub fn probe_is_nobody(user: &str) -> String {
    format!(
        "{} is not enrolled, or has no admin rights: name somebody who is and has",
        plain(user)
    )
}

pub fn console_is_untouched() -> String {
    "The console asks for no code: it is the second way in.".into()
}

pub fn console_asks_too() -> String {
    "The console will ask for a code, too: keep another way in, such as a rescue system.".into()
}

pub fn console_is_unknown() -> String {
    "No console login was found here: keep another way in, such as a rescue system.".into()
}

pub fn sshd_fails_already(error: &dyn Display) -> String {
    format!("sshd does not like its configuration as it is: {error}; see `sshd -t`")
}

pub fn sshd_would_fail(error: &dyn Display) -> String {
    format!("sshd does not like its configuration with our lines: {error}")
}

pub fn no_candidate(error: &dyn Display) -> String {
    format!("cannot write to /run to try sshd: {error}")
}

pub fn no_ssh_client(program: &str) -> String {
    format!("there is no {program} to try a login with: install OpenSSH's client")
}

pub fn match_overrides(line: &str, criteria: &str) -> String {
    format!(
        "{}, for `Match {}`, overrides us: take it out, or go on with --keep-match",
        plain(line),
        plain(criteria)
    )
}

pub fn match_is_kept(line: &str, criteria: &str) -> String {
    format!(
        "{}, for `Match {}`, overrides us, and stays.",
        plain(line),
        plain(criteria)
    )
}

pub fn read_before_ours(line: &str) -> String {
    format!(
        "{} is read before /etc/ssh/sshd_config.d/00-proauth.conf, and overrides us: take it out, \
         or give its file a later name",
        plain(line)
    )
}

pub fn root_gets_in_no_more() -> String {
    "root gets in over SSH no more: sshd lets root in by key alone, and now wants a code, too \
     (PermitRootLogin; config/ssh/proauth.conf has the choices)."
        .into()
}

pub fn root_is_the_only_one() -> String {
    "only root is enrolled, and sshd lets root in by key alone (PermitRootLogin): enroll somebody \
     with sudo, or set PermitRootLogin yes"
        .into()
}

pub fn cannot_try(what: &str, error: &dyn Display) -> String {
    format!("cannot try {what}: {error}")
}

pub fn sshd_feeds_passwords() -> String {
    "sshd takes passwords itself (PasswordAuthentication yes) and gives them to PAM in place of \
     the code, so nobody gets in with a password: protect sshd, too, with `--first-factor \
     password`, or set PasswordAuthentication no and KbdInteractiveAuthentication yes."
        .into()
}

/// What is no fault of codes.
pub fn cannot_be_tried(keyword: &str, user: &str) -> String {
    format!(
        "a login of {user} to this machine itself (from {FROM}) cannot be tried: {keyword} in \
         sshd's configuration keeps it out; allow {user}@{FROM} there, or run it at a terminal \
         without --yes, and log in yourself"
    )
}

/// Whoever is asked may have it nevertheless.
pub fn goes_on_untried(why: &str) -> String {
    format!("Nothing is tried over SSH if you go on: {why}.")
}

pub fn sudo_asks_nothing(user: &str) -> String {
    format!(
        "Note: sudo asks {user} for nothing: NOPASSWD or !authenticate in sudoers (`sudo -l -U \
         {user}`)."
    )
}

/// Nobody else has that password, and that device.
pub fn sudo_question(user: &str) -> String {
    format!("Try sudo as {user}, with password and code? [y/N] ")
}

pub fn sudo_lets_in(user: &str) -> String {
    format!("sudo has let {user} in.")
}

pub fn sudo_does_not_let_in(user: &str) -> String {
    format!(
        "sudo did not let {user} in. Unless something was mistyped, run `proauthd unprotect` now, in \
         this session."
    )
}

pub fn sudo_is_broken(said: &str) -> String {
    format!("sudo does not get as far as asking: {}", plain(said))
}

pub fn lets_in_without_a_code(user: &str) -> String {
    format!("sshd let {user} in without a code")
}

pub fn asks_for_no_code(user: &str, said: &str) -> String {
    format!("sshd did not ask {user} for a code: {}", plain(said))
}

pub fn refuses_a_right_code(user: &str, said: &str) -> String {
    format!(
        "sshd did not let {user} in with a right code: {}",
        plain(said)
    )
}

pub fn sshd_answers_no_more(address: SocketAddr, error: &dyn Display) -> String {
    format!("sshd answers at {address} no more: {error}")
}

pub fn no_sshd_answers() -> String {
    "no sshd answers at the addresses of its configuration, so a probe proves nothing".into()
}

/// What was done to a file.
pub fn taken_out(path: &str) -> String {
    format!("{path}: taken out")
}

pub fn not_all_taken_out() -> String {
    "not everything could be taken out: see above, then run it again".into()
}

pub fn unprotected(services: &[String], is_something: bool) -> String {
    let services = services.join(", ");
    match is_something {
        true => format!("Asks for no code of ours any more: {services}."),
        false => format!("There is nothing of ours to take out: {services}."),
    }
}

/// Text from files and programs: without what would move the cursor, and not without end.
fn plain(text: &str) -> String {
    let text = text.chars().filter(|c| !c.is_control());
    text.take(300).collect()
}

fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}
