//! What decides about logins, as it is at a moment: to be compared with a later one.

use proauth_e2e::Booted;

/// The content, mode, owner, extended attributes and time of each file of PAM and sshd, and of their
/// folders which names they have; then what sshd makes of its own.
const LOOK: &str = r##"
    python3 - <<'PYTHON'
import hashlib, os
for place in "/etc/pam.d", "/etc/ssh", "/etc/ssh/sshd_config.d":
    for name in sorted(os.listdir(place)):
        path = os.path.join(place, name)
        about = os.lstat(path)
        line = [path, oct(about.st_mode), about.st_uid, about.st_gid]
        # Those are written anew by pam-auth-update, which a removal runs.
        if os.path.isfile(path) and not name.startswith("common-"):
            line += [about.st_mtime_ns, hashlib.sha256(open(path, "rb").read()).hexdigest()]
            line += [(name, os.getxattr(path, name)) for name in sorted(os.listxattr(path))]
        print(*line)
PYTHON
    sshd -T
    sshd -T -C user=alice,host=localhost,addr=127.0.0.1
"##;

/// Makes the files that `protect` changes odd ones: no attribute of theirs is what a new file has.
const ODD: &str = r##"
    python3 - <<'PYTHON'
import os, struct
entries = (1, 6, -1), (2, 4, 12345), (4, 4, -1), (16, 4, -1), (32, 0, -1)
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
for number, name in enumerate(("sshd", "sudo", "sudo-i")):
    path = "/etc/pam.d/" + name
    os.chown(path, 0, 4 + number)
    os.chmod(path, 0o2640 + number * 4)
    os.setxattr(path, "user.note", b"kept\0as it is")
    os.utime(path, ns=(0, 1234567890123456789 + number))
os.setxattr("/etc/pam.d/sudo", "system.posix_acl_access", acl)
PYTHON
"##;

/// All of it.
pub fn look(machine: &Booted) -> String {
    machine.sh(LOOK, &[])
}

/// See [`ODD`].
pub fn make_odd(machine: &Booted) {
    machine.sh(ODD, &[]);
    let odd = look(machine);
    for attribute in ["0o102640", "posix_acl_access", "user.note"] {
        assert!(odd.contains(attribute), "no {attribute}: {odd}");
    }
}

/// Fails if anything is not as it was `before`, by naming what.
pub fn assert_is(machine: &Booted, before: &str, when: &str) {
    let now = look(machine);
    let differs = before.lines().zip(now.lines()).find(|(was, is)| was != is);
    let journal = || machine.sh("journalctl --boot --no-pager --lines=40", &[]);
    assert!(now == before, "{when}: {differs:?}\n{}", journal());
}
