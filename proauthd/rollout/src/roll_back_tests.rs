use std::cell::RefCell;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use rustix::fs::{XattrFlags, fsetxattr};
use tempfile::TempDir;

use super::*;
use crate::attributes::Attributes;
use crate::block::{self, Place, with_block};
use crate::replace::{Found, NEW, Temp, Xattrs, beside, look};
use crate::state::{Armed, Change, Prepared, apply, arm, last_roll_back, pending, settle};

const SUDO: &str = "/etc/pam.d/sudo";
const DROP_IN: &str = "/etc/ssh/sshd_config.d/00-proauth.conf";
const BEFORE: &[u8] = b"# sudo\n@include common-auth\n@include common-account\n";

/// A machine with a file that is changed and one that is made.
struct Machine {
    root: TempDir,
    host: Host,
}

impl Machine {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let host = Host::under(root.path());
        for folder in [
            "/etc/pam.d",
            "/etc/ssh/sshd_config.d",
            "/var/lib",
            "/proc/sys/kernel/random",
        ] {
            fs::create_dir_all(host.path(folder)).unwrap();
        }
        let machine = Self { root, host };
        machine.boots("first");
        let sudo = machine.host.path(SUDO);
        fs::write(&sudo, BEFORE).unwrap();
        chown(&sudo, Some(7), Some(8)).unwrap();
        let file = File::open(&sudo).unwrap();
        file.set_permissions(Permissions::from_mode(0o4641))
            .unwrap();
        let set = fsetxattr(&file, "user.proauth", b"kept\0", XattrFlags::empty());
        set.expect("temporary files have extended attributes");
        let old = std::time::UNIX_EPOCH + std::time::Duration::new(1_000_000_000, 123_456_789);
        file.set_modified(old).unwrap();
        machine
    }

    fn boots(&self, id: &str) {
        fs::write(self.host.path("/proc/sys/kernel/random/boot_id"), id).unwrap();
    }

    fn changes() -> [Change; 2] {
        let ours = &["auth required pam_proauth.so"];
        let after = with_block(BEFORE, "@include common-auth", Place::After, ours);
        let change = |path: &str, after| Change {
            path: path.into(),
            after,
        };
        [
            change(SUDO, after),
            change(DROP_IN, block::block(&["UsePAM yes"], b"")),
        ]
    }

    fn armed(&self) -> Armed {
        Armed {
            boot: "first".to_owned(),
            reload: true,
            commands: vec![vec!["authselect".into(), "select".into(), "local".into()]],
            ..Armed::default()
        }
    }

    fn arm(&self) {
        arm(&self.host, &self.armed(), &Self::changes()).unwrap();
    }

    /// Changes everything.
    fn protected() -> Self {
        let machine = Self::new();
        machine.arm();
        for path in [SUDO, DROP_IN] {
            apply(&machine.host, Path::new(path)).unwrap();
        }
        machine
    }

    fn state(&self, name: &str) -> PathBuf {
        self.host.path("/var/lib/proauth-rollout").join(name)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.host.path(path)).unwrap()
    }

    /// All that its files are.
    fn look(&self) -> Vec<(PathBuf, Vec<u8>, Attributes)> {
        let mut found = Vec::new();
        for folder in ["/etc/pam.d", "/etc/ssh/sshd_config.d"] {
            for entry in fs::read_dir(self.host.path(folder)).unwrap() {
                let path = entry.unwrap().path();
                if let Found::File(file) = look(&path).unwrap() {
                    found.push((path, file.text, file.attributes));
                }
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        found
    }

    fn roll_back(&self) -> Report {
        let report = with(&self.host, When::Now, None);
        assert!(report.is_complete(), "{report:?}");
        report
    }
}

#[test]
fn everything_is_again_what_it_was_and_only_once() {
    let before = Machine::new().look();
    let machine = Machine::protected();
    assert!(machine.text(SUDO).contains("pam_proauth"));
    assert!(machine.text(DROP_IN).contains("UsePAM"));
    let changed = &machine.look()[0].2;
    let was = &before[0].2;
    assert_eq!(
        (changed.mode, changed.uid, &changed.xattrs),
        (was.mode, was.uid, &was.xattrs)
    );
    assert!(pending(&machine.host).unwrap().is_some());

    assert!(machine.roll_back().found);
    let after = machine.look();
    assert_eq!(
        after
            .iter()
            .map(|(_, text, about)| (text, about))
            .collect::<Vec<_>>(),
        before
            .iter()
            .map(|(_, text, about)| (text, about))
            .collect::<Vec<_>>()
    );
    assert_eq!(pending(&machine.host).unwrap(), None);
    let said = last_roll_back(&machine.host).unwrap();
    assert!(said.contains("/etc/pam.d/sudo: put back"), "{said}");
    assert!(!machine.roll_back().found);
}

#[test]
fn what_was_settled_stays() {
    let machine = Machine::protected();
    assert!(settle(&machine.host).unwrap());
    assert!(!settle(&machine.host).unwrap());
    assert!(!machine.roll_back().found);
    assert!(machine.text(SUDO).contains("pam_proauth"));
    assert_eq!(
        fs::read_dir(machine.state("")).unwrap().count(),
        0,
        "nothing is left"
    );
}

#[test]
fn nothing_is_written_once_it_was_rolled_back() {
    let machine = Machine::new();
    machine.arm();
    machine.roll_back();
    let late = apply(&machine.host, Path::new(SUDO));
    assert!(matches!(late, Err(StateError::NotPending)), "{late:?}");
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
}

#[test]
fn what_a_stopped_protect_was_about_to_put_in_its_place_is_gone() {
    let machine = Machine::new();
    machine.arm();
    let path = machine.host.path(SUDO);
    // Once it has looked whether the change still waits.
    let about_to = Temp::written(&path, NEW, b"late", None, Xattrs::All).unwrap();
    machine.roll_back();
    assert_eq!(about_to.put().unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
}

#[test]
fn before_a_stopped_protect_puts_anything_in_its_place_it_looks_whether_that_still_waits() {
    let machine = Machine::new();
    machine.arm();
    let prepared = Prepared::new(&machine.host, Path::new(SUDO)).unwrap();
    settle(&machine.host).unwrap();
    assert!(matches!(prepared.put(), Err(StateError::NotPending)));
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
    assert_eq!(machine.look().len(), 1, "nothing is left beside it");
}

#[test]
fn what_was_edited_meanwhile_keeps_the_edit_and_loses_our_block() {
    let machine = Machine::protected();
    for path in [SUDO, DROP_IN] {
        let text = machine.text(path) + "# mine\n";
        fs::write(machine.host.path(path), text).unwrap();
    }
    machine.roll_back();
    let expected = String::from_utf8(BEFORE.to_vec()).unwrap() + "# mine\n";
    assert_eq!(machine.text(SUDO), expected);
    assert_eq!(machine.text(DROP_IN), "# mine\n");
    assert_eq!(machine.look()[0].2.mode, 0o4641);
}

#[test]
fn a_file_of_ours_with_nothing_but_blank_lines_added_goes() {
    let machine = Machine::protected();
    let text = machine.text(DROP_IN) + "\n";
    fs::write(machine.host.path(DROP_IN), text).unwrap();
    machine.roll_back();
    assert!(!machine.host.path(DROP_IN).exists());
}

#[test]
fn a_block_whose_end_was_cut_off_is_replaced_and_kept() {
    let machine = Machine::protected();
    let broken = machine.text(SUDO).replace(block::END, "# mine");
    fs::write(machine.host.path(SUDO), &broken).unwrap();
    let report = machine.roll_back();
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
    assert_eq!(machine.text("/etc/pam.d/sudo.proauth-old"), broken);
    assert!(report.done.iter().any(|line| line.contains("proauth-old")));
}

#[test]
fn a_file_that_somebody_else_owns_by_now_is_whose_it_was() {
    let machine = Machine::protected();
    chown(machine.host.path(SUDO), Some(12_345), Some(54_321)).unwrap();
    machine.roll_back();
    let about = &machine.look()[0].2;
    assert_eq!((about.uid, about.gid, about.mode), (7, 8, 0o4641));
}

#[test]
fn what_is_gone_or_a_folder_by_now_is_left_alone_and_said() {
    let machine = Machine::protected();
    fs::remove_file(machine.host.path(SUDO)).unwrap();
    fs::remove_file(machine.host.path(DROP_IN)).unwrap();
    fs::create_dir(machine.host.path(DROP_IN)).unwrap();
    let report = machine.roll_back();
    assert!(!machine.host.path(SUDO).exists());
    assert!(machine.host.path(DROP_IN).is_dir());
    let said = report.done.join("\n");
    assert!(said.contains("removed by somebody"), "{said}");
    assert!(said.contains("a folder by now"), "{said}");
}

#[test]
fn behind_a_link_only_roots_own_files_lose_our_block() {
    for (mode, is_changed) in [(0o644, true), (0o666, false)] {
        let machine = Machine::protected();
        let (sudo, mine) = (machine.host.path(SUDO), machine.host.path("/etc/mine"));
        fs::rename(&sudo, &mine).unwrap();
        chown(&mine, Some(0), None).unwrap();
        fs::set_permissions(&mine, Permissions::from_mode(mode)).unwrap();
        symlink("/etc/mine", &sudo).unwrap();
        machine.roll_back();
        assert!(fs::symlink_metadata(&sudo).unwrap().is_symlink());
        assert_eq!(
            !machine.text("/etc/mine").contains("pam_proauth"),
            is_changed
        );
    }
}

#[test]
fn a_damaged_copy_is_not_put_back_but_our_block_is_taken_out() {
    let machine = Machine::protected();
    fs::write(machine.state("pending/0.before"), "").unwrap();
    machine.roll_back();
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
}

#[test]
fn an_earlier_block_stays_where_the_new_one_was_never_written() {
    let machine = Machine::protected();
    settle(&machine.host).unwrap();
    let before = machine.text(SUDO);
    let change = Change {
        path: SUDO.into(),
        after: before.replace("required", "requisite").into_bytes(),
    };
    arm(&machine.host, &machine.armed(), &[change]).unwrap();
    machine.roll_back();
    assert_eq!(machine.text(SUDO), before);
}

#[test]
fn at_boot_only_what_was_changed_before_is_put_back() {
    let machine = Machine::protected();
    assert!(!with(&machine.host, When::Boot, None).found);
    assert!(machine.text(SUDO).contains("pam_proauth"));
    machine.boots("second");
    assert!(with(&machine.host, When::Boot, None).is_complete());
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
}

#[test]
fn a_state_folder_that_others_could_write_to_is_refused() {
    let machine = Machine::protected();
    let state = machine.state("");
    for mode in [0o755, 0o770] {
        fs::set_permissions(&state, Permissions::from_mode(mode)).unwrap();
        let report = with(&machine.host, When::Now, None);
        assert!(report.failed[0].contains("root's alone"), "{report:?}");
    }
    fs::set_permissions(&state, Permissions::from_mode(0o700)).unwrap();
    chown(&state, Some(12_345), None).unwrap();
    assert!(!with(&machine.host, When::Now, None).is_complete());
    assert!(machine.text(SUDO).contains("pam_proauth"));
}

#[test]
fn no_link_that_was_planted_in_the_state_is_followed() {
    let machine = Machine::protected();
    let elsewhere = TempDir::new().unwrap();
    let planted = elsewhere.path().join("planted");
    fs::rename(machine.state("pending"), &planted).unwrap();
    symlink(&planted, machine.state("pending")).unwrap();
    assert!(!with(&machine.host, When::Now, None).is_complete());
    assert!(pending(&machine.host).is_err());
    assert!(settle(&machine.host).is_err());
    assert!(arm(&machine.host, &machine.armed(), &[]).is_err());

    fs::remove_file(machine.state("pending")).unwrap();
    fs::rename(&planted, machine.state("pending")).unwrap();
    fs::rename(machine.state("pending/0.before"), &planted).unwrap();
    symlink(&planted, machine.state("pending/0.before")).unwrap();
    machine.roll_back();
    // Not from what the link leads to, but by taking the block out.
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
    assert_ne!(machine.look()[0].2.modified.unwrap().0, 1_000_000_000);
}

/// Runs nothing, and notes what it was to run; what `fails` names, fails.
fn noting<'a>(
    said: &'a RefCell<Vec<String>>,
    fails: &'a str,
) -> impl Fn(&[&str], u32) -> io::Result<Ran> + 'a {
    move |argv, _| {
        let line = argv.join(" ");
        let has_failed = !fails.is_empty() && line.contains(fails);
        said.borrow_mut().push(line);
        Ok(Ran {
            code: Some(i32::from(has_failed)),
            stdout: String::new(),
            stderr: String::new(),
        })
    }
}

/// How often something with these words was run.
fn count(said: &RefCell<Vec<String>>, words: &str) -> usize {
    let said = said.borrow();
    said.iter().filter(|line| line.contains(words)).count()
}

#[test]
fn while_one_file_cannot_be_written_no_other_is_put_back_and_sshd_is_not_told() {
    let machine = Machine::protected();
    // What should be removed from beside it cannot be.
    let in_the_way = beside(&machine.host.path(SUDO), NEW);
    fs::create_dir(&in_the_way).unwrap();
    let said = RefCell::new(Vec::new());
    let run = noting(&said, "");
    let changed = machine.look();
    let report = with(&machine.host, When::Now, Some(&run));
    assert_eq!(report.failed.len(), 1, "{report:?}");
    assert!(report.failed[0].contains(SUDO));
    assert_eq!(machine.look(), changed);
    assert!(said.borrow().is_empty(), "{said:?}");

    fs::remove_dir(&in_the_way).unwrap();
    assert!(with(&machine.host, When::Now, Some(&run)).is_complete());
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
    assert!(!machine.host.path(DROP_IN).exists());
    assert_eq!(count(&said, "systemctl reload"), 1);
    assert_eq!(count(&said, "authselect select local"), 1);
}

#[test]
fn what_an_earlier_try_has_run_is_not_run_again() {
    let machine = Machine::protected();
    fs::create_dir(machine.host.path("/run")).unwrap();
    let said = RefCell::new(Vec::new());
    let fails = noting(&said, "sshd -t");
    for _ in 0..3 {
        assert!(!with(&machine.host, When::Now, Some(&fails)).is_complete());
    }
    assert_eq!(count(&said, "authselect select local"), 1);
    assert_eq!(count(&said, "sshd -t"), 3);
    assert_eq!(count(&said, "systemctl reload"), 0);
    let run = noting(&said, "");
    assert!(with(&machine.host, When::Now, Some(&run)).is_complete());
    assert_eq!(count(&said, "systemctl reload"), 1);
    assert_eq!(count(&said, "authselect select local"), 1);
}

#[test]
fn sshd_is_told_nothing_before_pam_is_as_it_was() {
    let machine = Machine::protected();
    let said = RefCell::new(Vec::new());
    let run = noting(&said, "authselect");
    let report = with(&machine.host, When::Now, Some(&run));
    assert!(!report.is_complete());
    assert_eq!(count(&said, "systemctl reload"), 0);
}

#[test]
fn where_the_plan_is_damaged_our_blocks_are_taken_out() {
    let machine = Machine::protected();
    fs::write(machine.state("pending/plan"), "proauth-rollout 1\n").unwrap();
    let said = RefCell::new(Vec::new());
    let run = noting(&said, "");
    let report = with(&machine.host, When::Now, Some(&run));
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(machine.text(SUDO).as_bytes(), BEFORE);
    assert!(!machine.host.path(DROP_IN).exists());
    assert_eq!(count(&said, "systemctl reload"), 1);
    assert!(report.done.iter().any(|line| line.contains("damaged")));
    assert!(!machine.roll_back().found);
}

#[test]
fn of_roll_backs_at_the_same_time_none_spoils_what_the_others_did() {
    for _ in 0..20 {
        let machine = Machine::protected();
        let reports: Vec<Report> = std::thread::scope(|scope| {
            let roll_back = || with(&machine.host, When::Now, None);
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(roll_back)).collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let found = machine.look();
        assert_eq!(found.len(), 1, "{found:?}, {reports:?}");
        let (_, text, about) = &found[0];
        assert_eq!(text, BEFORE);
        let seconds = about.modified.map(|(seconds, _)| seconds);
        assert_eq!((about.mode, seconds), (0o4641, Some(1_000_000_000)));
        assert!(reports.iter().all(Report::is_complete), "{reports:?}");
    }
}

#[test]
fn at_boot_sshd_is_not_told() {
    let machine = Machine::protected();
    machine.boots("second");
    let run = |argv: &[&str], _: u32| {
        assert_eq!(argv, ["authselect", "select", "local"]);
        Err(io::ErrorKind::NotFound.into())
    };
    let report = with(&machine.host, When::Boot, Some(&run));
    assert!(!report.is_complete(), "the command has failed");
    drop(machine.root);
}
