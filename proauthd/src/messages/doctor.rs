//! What `proauthd doctor` says of the daemon, and of what it keeps. What it says of PAM and sshd is
//! said in `proauth_rollout`.

use proauth_rollout::Finding;

/// The bus answers.
pub fn bus_right() -> Finding {
    Finding::green("bus.right", "the system bus answers")
}

/// It does not.
pub fn bus_dead(address: &str, why: &str) -> Finding {
    Finding::red(
        "bus.dead",
        format!("no system bus at {address}: {why}; every code is refused"),
        "run `systemctl start dbus`",
    )
}

/// The daemon answers.
pub fn daemon_right() -> Finding {
    Finding::green("daemon.right", "proauthd answers")
}

/// It does not.
pub fn daemon_dead(why: &str) -> Finding {
    Finding::red(
        "daemon.dead",
        format!("proauthd does not answer: {why}"),
        "run `systemctl restart proauthd`, and see `journalctl -u proauthd`",
    )
}

/// The configuration is right.
pub fn config_right() -> Finding {
    Finding::green("config.right", "the configuration is right")
}

/// It is not.
pub fn config_wrong(why: &str) -> Finding {
    Finding::red(
        "config.wrong",
        format!("the configuration is wrong: {why}"),
        "correct it; `proauthd config check` says when it is right",
    )
}

/// It warns.
pub fn config_warns(why: &str) -> Finding {
    Finding::yellow("config.warns", why, "see `proauthd config check`")
}

/// The key is where it should be.
pub fn key_right(path: &str) -> Finding {
    Finding::green("key.right", format!("the key is {path}, and root's alone"))
}

/// The key is sealed.
pub fn key_sealed() -> Finding {
    Finding::green("key.sealed", "the key is sealed to this machine")
}

/// The key may not be seen.
pub fn key_hidden() -> Finding {
    Finding::unknown("key.hidden", "the key", "run it as root")
}

/// There is a store, and no key.
pub fn key_missing(path: &str) -> Finding {
    Finding::red(
        "key.missing",
        format!("there are records, but no key {path}: none of them can be read"),
        "put your copy of the key back (docs/store.md)",
    )
}

/// Neither store nor key.
pub fn key_none(path: &str) -> Finding {
    Finding::yellow(
        "key.none",
        format!("there is no key {path} yet"),
        "start the daemon, which makes one: `systemctl start proauthd`",
    )
}

/// Others can read or change it.
pub fn key_open(path: &str, mode: u32, uid: u32) -> Finding {
    Finding::red(
        "key.open",
        format!("{path} has mode {mode:04o} and belongs to uid {uid}: it must be root's alone"),
        format!("run `chown root:root {path}` and `chmod 600 {path}`, then `proauthd rekey`"),
    )
}

/// The store is there.
pub fn store_right(path: &str) -> Finding {
    Finding::green("store.right", format!("the records are in {path}"))
}

/// The store may not be seen.
pub fn store_hidden() -> Finding {
    Finding::unknown("store.hidden", "the records", "run it as root")
}

/// There is none.
pub fn store_none(path: &str) -> Finding {
    Finding::yellow(
        "store.none",
        format!("there are no records yet ({path})"),
        "start the daemon, which makes the file: `systemctl start proauthd`",
    )
}

/// Others can change it.
pub fn store_open(path: &str, mode: u32, uid: u32) -> Finding {
    Finding::red(
        "store.open",
        format!("{path} has mode {mode:04o} and belongs to uid {uid}: it must be root's alone"),
        format!("run `chown root:root {path}` and `chmod 600 {path}`"),
    )
}

/// The clock is right.
pub fn clock_right() -> Finding {
    Finding::green("clock.right", "nothing says that the clock is wrong")
}

/// The clock is not synchronised.
pub fn clock_unsynchronised() -> Finding {
    Finding::yellow(
        "clock.unsynchronised",
        "the clock is not synchronised: right codes may be refused",
        "see `timedatectl`, and install systemd-timesyncd or chrony",
    )
}

/// The accounts may not be seen.
pub fn accounts_hidden() -> Finding {
    Finding::unknown("accounts.hidden", "the accounts", "run it as root")
}

/// They could not be asked for.
pub fn accounts_unanswered(why: &str) -> Finding {
    Finding::unknown("accounts.unanswered", why, "see `journalctl -u proauthd`")
}

/// Nobody has an authenticator.
pub fn nobody_enrolled(asks: bool) -> Finding {
    let id = "accounts.nobody";
    let fix = "run `proauthd setup`, or `proauthd enroll --offline --user USER`";
    match asks {
        true => Finding::red(id, "codes are asked for, and nobody is enrolled", fix),
        false => Finding::yellow(id, "nobody is enrolled yet", fix),
    }
}

/// So many have one.
pub fn enrolled(count: usize, last: &str) -> Finding {
    Finding::green(
        "accounts.enrolled",
        format!("{count} enrolled; the last code was accepted {last}"),
    )
}

/// Administrators without one.
pub fn admins_missing(who: &str) -> Finding {
    Finding::yellow(
        "accounts.admins-missing",
        format!("may use sudo, but are not enrolled: {who}"),
        "let them run `proauthd enroll`, or make tickets: `proauthd invite --user USER`",
    )
}

/// Suspended.
pub fn suspended(who: &str) -> Finding {
    Finding::yellow(
        "accounts.suspended",
        format!("suspended, so that every login is refused: {who}"),
        "nothing, if that is what you want; else `proauthd resume USER`",
    )
}

/// Records of accounts that are gone.
pub fn orphans(who: &str) -> Finding {
    Finding::yellow(
        "accounts.orphans",
        format!("enrolled, but gone or another account now: {who}"),
        "run `proauthd prune`",
    )
}

/// Codes are refused.
pub fn locked(who: &str) -> Finding {
    Finding::yellow(
        "accounts.locked",
        format!("too many wrong codes: {who}"),
        "find out whose they were, then `proauthd unlock --user USER`",
    )
}

/// A step in the future.
pub fn from_the_future(who: &str) -> Finding {
    Finding::red(
        "accounts.future",
        format!("every code is refused, because the clock was wrong at the last login: {who}"),
        "set the clock, then `proauthd resync --user USER`",
    )
}

/// Few recovery codes.
pub fn few_recovery_codes(who: &str) -> Finding {
    Finding::yellow(
        "accounts.recovery-codes",
        format!("have two recovery codes or fewer: {who}"),
        "let them run `proauthd recovery-codes`",
    )
}

/// Who signs in to enroll.
pub fn identity_right(issuer: &str) -> Finding {
    Finding::green(
        "identity.right",
        format!("people sign in with {issuer} to enroll"),
    )
}

/// Nobody does.
pub fn identity_none() -> Finding {
    Finding::green(
        "identity.none",
        "no identity provider: people enroll by tickets, or at root's",
    )
}

/// It does not work.
pub fn identity_wrong(why: &str) -> Finding {
    Finding::yellow(
        "identity.wrong",
        format!("people cannot sign in to enroll: {why}"),
        "run `proauthd identity check`; codes work without it",
    )
}

/// How many are red.
pub fn verdict(red: usize) -> String {
    match red {
        1 => "one thing is red; put it right".to_owned(),
        red => format!("{red} things are red; put them right"),
    }
}
