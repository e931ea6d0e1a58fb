//! `pam-remove`, which the packages run before their files go: all of it, or nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use proauth_e2e::repository;

// White space at the end is theirs, too.
const SSHD: &str = "@include common-auth \naccount required pam_nologin.so\t\n";
const SSHD_WITH_BLOCKS: &str = "\
# BEGIN proauth
#was# @include common-auth\x20
auth required pam_proauth.so first_factor=publickey
# END proauth
# BEGIN proauth
account required pam_proauth.so
# END proauth
account required pam_nologin.so\t
";
const BY_HAND: &str = "auth required pam_unix.so\nauth required \\\n pam_proauth.so\n";

/// The configuration of a machine.
struct Etc(PathBuf);

impl Etc {
    /// One that has the files named, and is called `name`.
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("pam-remove-{name}-{}", std::process::id()));
        for folder in [
            "etc/pam.d",
            "etc/security",
            "etc/ssh/sshd_config.d",
            "usr/share/pam-configs",
        ] {
            fs::create_dir_all(root.join(folder)).expect("there is room");
        }
        for (file, text) in files {
            fs::write(root.join(file), text).expect("there is room");
        }
        Self(root)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    fn remove(&self, arguments: &[&str]) -> (bool, String) {
        let script = repository().join("packaging/pam/pam-remove");
        let output = Command::new(script)
            .arg("--root")
            .arg(&self.0)
            .args(arguments)
            .output();
        let Output { status, stderr, .. } = output.expect("a shell is there");
        (
            status.success(),
            String::from_utf8_lossy(&stderr).into_owned(),
        )
    }
}

impl Drop for Etc {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn blocks_give_way_to_the_lines_they_replaced_and_modes_stay() {
    let drop_in = "# BEGIN proauth\nUsePAM yes\n# END proauth\n";
    let files = [
        ("etc/pam.d/sshd", SSHD_WITH_BLOCKS),
        ("etc/pam.d/other", SSHD),
        (
            "etc/ssh/sshd_config",
            "# BEGIN proauth\n#was# UsePAM no\nUsePAM yes\n# END proauth\nPort 22\n",
        ),
        ("etc/ssh/sshd_config.d/00-proauth.conf", drop_in),
    ];
    let etc = Etc::new("blocks", &files);
    let sshd = etc.0.join("etc/pam.d/sshd");
    fs::set_permissions(&sshd, fs::Permissions::from_mode(0o640)).expect("it is there");

    assert_eq!(etc.remove(&["--check"]), (true, String::new()));
    assert_eq!(
        etc.read("etc/pam.d/sshd"),
        SSHD_WITH_BLOCKS,
        "it only looked"
    );
    assert_eq!(etc.remove(&[]), (true, String::new()));
    assert_eq!(etc.read("etc/pam.d/sshd"), SSHD);
    assert_eq!(etc.read("etc/pam.d/other"), SSHD);
    assert_eq!(etc.read("etc/ssh/sshd_config"), "UsePAM no\nPort 22\n");
    assert!(!etc.0.join("etc/ssh/sshd_config.d/00-proauth.conf").exists());
    let mode = fs::metadata(&sshd)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o640);
    assert_eq!(
        files_of(&etc.0.join("etc/pam.d")),
        ["other", "sshd"],
        "nothing is left behind"
    );
}

#[test]
fn a_line_by_hand_in_any_file_stops_it_before_anything_changed() {
    let files = [
        ("etc/pam.d/sshd", SSHD_WITH_BLOCKS),
        ("etc/pam.d/sudo", BY_HAND),
        ("etc/pam.d/vendor.dpkg-dist", BY_HAND),
    ];
    let etc = Etc::new("by-hand", &files);
    let (done, said) = etc.remove(&[]);
    assert!(!done, "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
    let sentence = "/etc/pam.d/sudo still needs pam_proauth.so: take out the lines that name it, \
                    or put back the file that was there before, then try again\npam-remove: nothing was changed";
    assert!(said.trim_end().ends_with(sentence), "{said}");
    assert_eq!(etc.read("etc/pam.d/sshd"), SSHD_WITH_BLOCKS);

    fs::remove_file(etc.0.join("etc/pam.d/sudo")).expect("it is there");
    assert_eq!(
        etc.remove(&[]),
        (true, String::new()),
        "what no program reads is in nobody's way"
    );
}

#[test]
fn a_comment_that_names_the_module_is_in_nobodys_way() {
    let text = "# pam_proauth.so was here\nauth required pam_unix.so # not pam_proauth.so\n";
    let etc = Etc::new("comment", &[("etc/pam.d/sudo", text)]);
    assert_eq!(etc.remove(&[]), (true, String::new()));
    assert_eq!(etc.read("etc/pam.d/sudo"), text);
}

#[test]
fn a_block_that_somebody_broke_is_not_guessed_at() {
    let whole = SSHD_WITH_BLOCKS;
    let no_end = whole.replacen("# END proauth\n", "", 1);
    let no_beginning = whole.replacen("# BEGIN proauth\n", "", 1);
    let no_last_end = "auth required pam_unix.so\n# BEGIN proauth\n".to_owned();
    for broken in [no_end, no_beginning, no_last_end] {
        let etc = Etc::new("broken", &[("etc/pam.d/sshd", &broken)]);
        let (done, said) = etc.remove(&[]);
        assert!(!done && said.contains("mend its block"), "{broken}{said}");
        assert_eq!(etc.read("etc/pam.d/sshd"), broken);
    }
}

#[test]
fn a_file_elsewhere_that_pam_includes_counts_as_well() {
    let files = [
        (
            "etc/pam.d/sudo",
            " auth\tinclude \\\n /etc/security/code # ours\n",
        ),
        ("etc/security/code", "@include code.bak\n"),
        ("etc/pam.d/code.bak", BY_HAND),
    ];
    let etc = Etc::new("elsewhere", &files);
    let (done, said) = etc.remove(&[]);
    assert!(!done, "{said}");
    assert!(said.contains("/etc/pam.d/code.bak still needs"), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn a_file_that_cannot_be_changed_leaves_all_others_as_they_were() {
    let files = [
        ("etc/pam.d/login", SSHD_WITH_BLOCKS),
        ("etc/pam.d/sshd", SSHD_WITH_BLOCKS),
        ("etc/pam.d/sudo", SSHD_WITH_BLOCKS),
    ];
    let etc = Etc::new("bound", &files);
    let script = repository().join("packaging/pam/pam-remove");
    let root = etc.0.display();
    let run = format!(
        "mount --bind {root}/etc/pam.d/sshd {root}/etc/pam.d/sshd && {} --root {root}",
        script.display()
    );
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", &run])
        .output();
    let Output { status, stderr, .. } = output.expect("unshare (util-linux) is there");
    let said = String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("PAM cannot be changed"), "{said}");
    for (file, text) in files {
        assert_eq!(etc.read(file), text, "{file}");
    }
    assert_eq!(
        files_of(&etc.0.join("etc/pam.d")),
        ["login", "sshd", "sudo"]
    );
}

#[test]
fn where_it_cannot_be_tried_nothing_is_begun() {
    let files = [
        ("etc/pam.d/sshd", SSHD_WITH_BLOCKS),
        ("etc/pam.d/sudo", BY_HAND),
    ];
    let etc = Etc::new("no-room", &files);
    let script = repository().join("packaging/pam/pam-remove");
    // A folder that is not there; one with room for nothing but folders.
    let nowhere = "TMPDIR=/nonexistent";
    let full = "mount -t tmpfs -o size=4k tmpfs /mnt && head -c 4096 /dev/zero >/mnt/full && \
                TMPDIR=/mnt";
    for without_room in [nowhere, full] {
        let run = format!(
            "{without_room} {} --root {}",
            script.display(),
            etc.0.display()
        );
        let output = Command::new("unshare")
            .args(["-m", "sh", "-c", &run])
            .output();
        let Output { status, stderr, .. } = output.expect("unshare (util-linux) is there");
        let said = String::from_utf8_lossy(&stderr);
        assert_eq!(status.code(), Some(1), "{said}");
        assert!(said.contains("make room"), "{said}");
        assert_eq!(etc.read("etc/pam.d/sshd"), SSHD_WITH_BLOCKS);
        assert_eq!(etc.read("etc/pam.d/sudo"), BY_HAND);
    }
}

#[test]
fn the_profile_is_switched_off_and_other_profiles_stay() {
    let profile = include_str!("../../packaging/deb/pam-configs/proauth");
    let etc = Etc::new("profile", &[("usr/share/pam-configs/proauth", profile)]);
    for folder in ["usr/share/pam", "usr/share/pam-configs"] {
        let parent = etc.0.join(folder);
        fs::create_dir_all(&parent).expect("there is room");
        let from = format!("/{folder}/.");
        let copied = Command::new("cp").arg("-a").arg(from).arg(&parent).status();
        assert!(copied.expect("cp is there").success());
    }
    fs::create_dir_all(etc.0.join("var/lib/pam")).expect("there is room");
    let answers = format!("File{{{}}}", etc.0.join("answers").display());
    let update = |arguments: &[&str]| {
        let mut command = Command::new("pam-auth-update");
        command.env("DEBCONF_DB_REPLACE", &answers);
        let command = command
            .arg("--root")
            .arg(&etc.0)
            .arg("--package")
            .args(arguments);
        let updated = command.output().expect("libpam-runtime is there");
        assert!(updated.status.success(), "{updated:?}");
        etc.read("etc/pam.d/common-auth")
    };
    let before = update(&["--force"]);
    assert!(!before.contains("pam_proauth"), "it is off by default");
    let with = update(&["--enable", "proauth"]);
    assert!(
        with.contains("required\tpam_proauth.so first_factor=password"),
        "{with}"
    );
    for file in ["common-account", "common-session", "common-password"] {
        assert!(
            !etc.read(&format!("etc/pam.d/{file}")).contains("proauth"),
            "{file}"
        );
    }

    let (done, said) = etc.remove(&[]);
    assert!(done, "{said}");
    assert_eq!(etc.read("etc/pam.d/common-auth"), before);

    // Edited by hand, the file is not pam-auth-update's any more.
    let line = "auth\trequired\tpam_proauth.so";
    let edited = update(&["--enable", "proauth"])
        .replace(line, &format!("auth required pam_warn.so\n{line}"));
    fs::write(etc.0.join("etc/pam.d/common-auth"), &edited).expect("there is room");
    let (done, said) = etc.remove(&[]);
    assert!(
        !done && said.contains("common-auth still needs pam_proauth.so"),
        "{said}"
    );
    assert_eq!(etc.read("etc/pam.d/common-auth"), edited);
}

/// The names in a folder, in their order.
fn files_of(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("it is there")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
