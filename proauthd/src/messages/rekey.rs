//! Sentences about the master key and its change.

use std::fmt::Display;
use std::path::Path;

use proauth_interface::Error;

/// What lay in the pipe is no key, or nothing lay there.
pub fn no_key_handed() -> Error {
    Error::InvalidArgument("there is no new key to take; run `proauthd rekey` as root".into())
}

/// Another rekey has begun.
pub fn rekey_under_way() -> Error {
    Error::UnderWay("a rekey is under way; run `proauthd rekey` to see it through".into())
}

/// Not root.
pub fn rekey_is_for_root() -> String {
    "this is for root; run it with sudo".into()
}

/// Another `proauthd rekey` runs.
pub fn rekey_runs() -> String {
    "another `proauthd rekey` runs; wait for it to end".into()
}

/// Somebody else could hold the lock.
pub fn lock_is_not_ours(path: &Path) -> String {
    format!(
        "{} is not a file that only root can open; find out who made it, remove it, and try \
         again",
        path.display()
    )
}

/// The key of the daemon's config is another one than that of ours.
pub fn key_of_another_daemon(ours: &Path, daemons: &str) -> String {
    format!(
        "the daemon that runs has its key at {daemons}, and this config says {}; give `--config` as \
         the daemon has it, or restart the daemon if key.path was changed; no rekey was begun",
        ours.display()
    )
}

/// The file of the key is none that can be replaced.
pub fn key_not_replaceable(path: &Path, why: &dyn Display) -> String {
    format!(
        "{} cannot be replaced: {why}; make it a plain file (stop the daemon, copy the key to there \
         with mode 0600, start the daemon), or set key.path to one; no rekey was begun",
        path.display()
    )
}

/// What would be written over may be the key.
pub fn next_key_unreadable(path: &Path) -> String {
    format!(
        "{} cannot be read, and may be the only key of the store; make it readable (mode 0600, \
         owner root; a sealed one: `systemd-creds decrypt --name= {0} -` says what is wrong), or move \
         it away if you have the key elsewhere; no rekey was begun",
        path.display()
    )
}

/// No row comes under the new key any more.
pub fn rekey_stands_still() -> String {
    "The rekey has come no further for half a minute: is the disk full, or does a backup read the \
     store? `journalctl -u proauthd` says more. Waiting."
        .into()
}

/// Likewise, for too long to wait.
pub fn rekey_stood_still() -> String {
    "the rekey has come no further for ten minutes (`journalctl -u proauthd` says why)".into()
}

/// The hooks may see the new key.
pub fn hooks_not_restarted(said: &str) -> String {
    let said = said.lines().last().unwrap_or("it said nothing").trim();
    format!(
        "The hooks could not be restarted ({said}). If they run, do it: `systemctl try-restart \
         proauthd-hooks`; until then their programs may read the new key."
    )
}

/// What is asked before.
pub const REKEY_QUESTION: &str = "Backups of the store that were made so far open only with the \
present key: keep a copy of that as long as you keep them.\nSeal everything with a new key? [y/N] ";

/// Nobody is there to ask.
pub fn rekey_needs_yes() -> String {
    "nobody is there to ask; run it with --yes, and keep a copy of the present key as long as you \
     keep backups of the store that were made so far"
        .into()
}

/// A file or pipe of the new key could not be written.
pub fn key_not_written(path: &Path, error: &dyn Display) -> String {
    format!(
        "cannot write {}: {error}; check the disk and its mount, and run `proauthd rekey` again",
        path.display()
    )
}

/// The daemon went away in the middle of a rekey.
pub fn rekey_cut_off(why: &str) -> String {
    format!("{why}; nothing is lost: the next daemon goes on, run `proauthd rekey` again to finish")
}

/// The store's key is at none of the usual places.
pub fn key_elsewhere() -> String {
    "the key of the store is neither in the key file nor in /etc/credstore.encrypted; say by --to \
     where the new one is to be"
        .into()
}

/// The daemon has the new key, and it is nowhere to be found.
pub fn new_key_not_found() -> String {
    "the key that the store is sealed with now is at none of its places; do not stop the daemon, \
     look for the key (`journalctl -u proauthd`), and enroll everybody again if it is lost"
        .into()
}

/// Rows that were damaged before.
pub fn rows_broken(rows: u64) -> String {
    format!(
        "{rows} rows opened neither before nor now; they are named in the log (`journalctl -u \
         proauthd`), restore the store from a backup or enroll these accounts again"
    )
}

/// `--to auto`, where nothing can be sealed.
pub fn key_stays_in_file(why: &str) -> String {
    format!("The key stays in a file: {why}.")
}

/// `--to credential`, where nothing can be sealed.
pub fn no_credentials(why: &str) -> String {
    format!("{why}; use --to file")
}

/// No systemd.
pub fn no_systemd() -> String {
    "systemd does not run here, which would unseal the key".into()
}

/// Another config than the unit's.
pub fn sealed_is_units() -> String {
    "a sealed key is for the daemon of the unit proauthd.service, which has no --config".into()
}

/// A tool of systemd failed.
pub fn systemd_tool_failed(tool: &str, said: &str) -> String {
    let said = said.lines().last().unwrap_or("it said nothing").trim();
    format!("{tool} failed ({said})")
}

/// The unit does not take the credential from where we put it.
pub fn unit_takes_no_credential() -> String {
    "the unit proauthd.service does not take the credentials proauthd.key and proauthd.key.next \
     from /etc/credstore.encrypted (`LoadCredentialEncrypted=`), or takes others of that name from \
     elsewhere; install the unit of this version, and take away what `systemctl cat proauthd` shows \
     beside it"
        .into()
}

/// What was sealed does not come out as it went in.
pub fn seal_does_not_hold() -> String {
    "a key that was sealed does not come out again as it went in".into()
}

/// Where the key is now, and what to do about it.
pub fn rekeyed(path: &Path, sealed: bool) -> String {
    let path = path.display();
    let place = match sealed {
        true => format!(
            "The key of the store is sealed to this machine at {path}. Back it up unsealed, on \
             another machine:\n  systemd-creds decrypt --name= {path} -\n"
        ),
        false => format!("The key of the store is at {path}. Back it up, apart from the store.\n"),
    };
    place + "Backups of the store from before need the old key."
}

/// The file of a lock cannot be opened.
pub fn cannot_lock(path: &Path, error: &dyn Display) -> String {
    format!(
        "{} cannot be locked: {error}; nothing was changed",
        path.display()
    )
}
