//! The roll-back, killed at each of its system calls in turn: the next one goes on where it was.

// All of it is.
#![cfg(test)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use proauth_rollout::block::{self, Place, with_block};
use proauth_rollout::{Host, state};
use tempfile::TempDir;

const ROLL_BACK: &str = env!("CARGO_BIN_EXE_proauth-rollback");

/// What changes or makes durable anything on a disk.
const CALLS: &str = "rename,renameat,renameat2,unlink,unlinkat,rmdir,openat,mkdir,write,fsync,fchmod,\
    fchown,fsetxattr,fremovexattr,utimensat";

const BEFORE: &[u8] = b"auth required pam_env.so\n@include common-auth\n";
const EDIT: &[u8] = b"# edited meanwhile\n";

/// A machine whose logins were changed: one file as it was left, one edited since, one made by us.
fn changed() -> (TempDir, Host) {
    let root = TempDir::new().unwrap();
    let host = Host::under(root.path());
    for folder in ["/etc/pam.d", "/etc/ssh", "/var/lib"] {
        fs::create_dir_all(host.path(folder)).unwrap();
    }
    let ours = &["auth required pam_proauth.so"];
    let mut changes = Vec::new();
    for name in ["/etc/pam.d/sshd", "/etc/pam.d/sudo"] {
        fs::write(host.path(name), BEFORE).unwrap();
        fs::set_permissions(host.path(name), Permissions::from_mode(0o640)).unwrap();
        let file = File::open(host.path(name)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        changes.push(state::Change {
            path: name.into(),
            after: with_block(BEFORE, "@include common-auth", Place::InPlaceOf, ours),
        });
    }
    changes.push(state::Change {
        path: "/etc/ssh/ours.conf".into(),
        after: block::block(&["UsePAM yes"], b""),
    });
    state::arm(&host, &state::Armed::default(), &changes).unwrap();
    for change in &changes {
        state::apply(&host, &change.path).unwrap();
    }
    let edited = [&changes[1].after, EDIT].concat();
    fs::write(host.path("/etc/pam.d/sudo"), edited).unwrap();
    (root, host)
}

/// Rolls back under `root`, by way of the program `before` it.
fn roll_back(before: &[&str], root: &Path) -> Output {
    let argv = [before, &[ROLL_BACK, "--root"]].concat();
    let (program, arguments) = argv.split_first().unwrap();
    let mut command = Command::new(program);
    let output = command.args(arguments).arg(root).output();
    output.expect("strace (package strace) starts")
}

/// Every file of the machine under `root`.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn assert_is_as_before(root: &Path, when: &str) {
    let expected = [
        "etc/pam.d/sshd",
        "etc/pam.d/sudo",
        "var/lib/proauth-rollout/rolled-back",
    ];
    assert_eq!(files(root), expected.map(PathBuf::from), "{when}");
    let sshd = root.join("etc/pam.d/sshd");
    let about = fs::metadata(&sshd).unwrap();
    assert_eq!(fs::read(&sshd).unwrap(), BEFORE, "{when}");
    assert_eq!((about.mode() & 0o7777, about.mtime()), (0o640, 0), "{when}");
    let sudo = fs::read(root.join("etc/pam.d/sudo")).unwrap();
    assert_eq!(sudo, [BEFORE, EDIT].concat(), "{when}");
}

#[test]
fn killed_at_any_of_its_system_calls_it_is_finished_by_the_next_one() {
    let mut cut = 0;
    for call in 1.. {
        let (root, _) = changed();
        let inject = format!("--inject={CALLS}:signal=KILL:when={call}");
        let ran = roll_back(&["strace", "-o", "/dev/null", &inject], root.path());
        if ran.status.success() {
            break;
        }
        assert_eq!(ran.status.signal(), Some(9), "{ran:?}");
        cut += 1;
        let when = format!("killed at call {call}");
        // What is there in between is whole: a login comes at any moment.
        let sshd = fs::read(root.path().join("etc/pam.d/sshd")).unwrap();
        let is_whole = sshd == BEFORE || block::without_blocks(&sshd).as_deref() == Ok(BEFORE);
        assert!(is_whole, "{when}");
        let ran = roll_back(&[], root.path());
        assert!(ran.status.success(), "{when}: {ran:?}");
        assert_is_as_before(root.path(), &when);
    }
    assert!(cut > 40, "killed {cut} times only: what are its calls?");
}

#[test]
fn a_state_that_cannot_be_renamed_does_not_keep_files_from_being_put_back() {
    let (root, _) = changed();
    let read_only = "--inject=rename:error=EROFS:when=1";
    let ran = roll_back(&["strace", "-o", "/dev/null", read_only], root.path());
    // What it could not do at the beginning, it could at the end.
    assert!(ran.status.success(), "{ran:?}");
    assert_is_as_before(root.path(), "the first rename has failed");

    let (root, _) = changed();
    let state = root.path().join("var/lib/proauth-rollout");
    let read_only = "--inject=rename:error=EROFS";
    let pending = state.join("pending");
    let pending = pending.to_str().unwrap();
    let strace = ["strace", "-o", "/dev/null", "-P", pending, read_only];
    let ran = roll_back(&strace, root.path());
    assert_eq!(ran.status.code(), Some(1), "it has to be tried again");
    assert_eq!(
        fs::read(root.path().join("etc/pam.d/sshd")).unwrap(),
        BEFORE
    );
    assert!(roll_back(&[], root.path()).status.success());
    assert_is_as_before(root.path(), "the state was read-only");
}

#[test]
fn a_full_disk_leaves_all_as_it_is_or_gets_the_copies_themselves() {
    let full = "--inject=write:error=ENOSPC";
    let strace = ["strace", "-f", "-o", "/dev/null", full];
    let (root, _) = changed();
    let names = ["etc/pam.d/sshd", "etc/pam.d/sudo", "etc/ssh/ours.conf"];
    let texts = || names.map(|name| fs::read(root.path().join(name)).ok());
    let before = texts();
    // What somebody has edited has to be written anew.
    assert_eq!(roll_back(&strace, root.path()).status.code(), Some(1));
    assert_eq!(texts(), before);
    assert!(roll_back(&[], root.path()).status.success());
    assert_is_as_before(root.path(), "the disk was full");

    let (root, _) = changed();
    let sudo = root.path().join("etc/pam.d/sudo");
    let edited = fs::read(&sudo).unwrap();
    fs::write(&sudo, edited.strip_suffix(EDIT).unwrap()).unwrap();
    assert!(roll_back(&strace, root.path()).status.success());
    for name in ["etc/pam.d/sshd", "etc/pam.d/sudo"] {
        let about = fs::metadata(root.path().join(name)).unwrap();
        assert_eq!(fs::read(root.path().join(name)).unwrap(), BEFORE);
        assert_eq!((about.mode() & 0o7777, about.mtime()), (0o640, 0));
    }
    assert!(!root.path().join("etc/ssh/ours.conf").exists());
}

#[test]
fn where_nothing_waits_it_is_content() {
    let root = TempDir::new().unwrap();
    let ran = roll_back(&[], root.path());
    assert!(ran.status.success());
    assert_eq!(ran.stderr, b"");
    assert_eq!(files(root.path()), Vec::<PathBuf>::new());
}

#[test]
fn called_wrongly_it_does_nothing_and_says_how() {
    let ran = Command::new(ROLL_BACK).arg("--now").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("--root DIR"));
}
