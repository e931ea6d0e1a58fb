//! What is said about the machine: files, modules, sudo, and what a roll-out has left.

use crate::Finding;

/// All stacks are right.
pub fn pam_right(services: &[String]) -> Finding {
    Finding::green(
        "pam.right",
        format!("PAM asks for codes in {}", services.join(", ")),
    )
}

/// No stack asks for codes.
pub fn pam_unused() -> Finding {
    Finding::yellow(
        "pam.unused",
        "no PAM service asks for codes",
        "run `proauthd protect sshd sudo`",
    )
}

/// A file that libpam never reads.
pub fn upper_case(file: &str) -> Finding {
    Finding::red(
        "pam.upper-case",
        format!("{file} is never read: libpam looks for names in lower case"),
        "give the file a name in lower case",
    )
}

/// `/etc/pam.d/other` lets in.
pub fn other_permits() -> Finding {
    Finding::red(
        "pam.other-permits",
        "/etc/pam.d/other lets in: so does every service that has no file of its own",
        "put the file of your distribution back (Debian: package libpam-runtime)",
    )
}

/// Half of sudo.
pub fn sudo_half(with: &str, without: &str) -> Finding {
    Finding::red(
        "pam.sudo-half",
        format!("{with} asks for codes and {without} does not: that protects nothing"),
        "run `proauthd protect sudo`, which changes both",
    )
}

/// A block that somebody has edited.
pub fn block_broken(file: &str, why: &str) -> Finding {
    Finding::red(
        "block.broken",
        format!("{file}: our block is not whole: {why}"),
        "take the rest of the block out by hand; see \"Blocks of our tools\" in docs/pam.md",
    )
}

/// The module cannot be loaded.
pub fn wrong_architecture(file: &str) -> Finding {
    Finding::red(
        "module.wrong-architecture",
        format!("{file} is not for this kind of machine: every login that names it is refused"),
        "install the package for this machine",
    )
}

/// The module is there.
pub fn module_right(file: &str) -> Finding {
    Finding::green("module.right", format!("the module is {file}"))
}

/// The module is not there, and nobody asks for it.
pub fn module_absent() -> Finding {
    Finding::yellow(
        "module.absent",
        "pam_proauth.so is not installed",
        "install the package proauth",
    )
}

/// Others than root can change what root relies on.
pub fn writable(file: &str, why: &str) -> Finding {
    Finding::red(
        "file.writable",
        format!("{file}: {why}"),
        format!("run `chown root:root {file}` and `chmod go-w {file}`, and look at what it says"),
    )
}

/// sudoers may not be read.
pub fn sudoers_unreadable() -> Finding {
    Finding::unknown(
        "sudo.unreadable",
        "/etc/sudoers may not be read",
        "run it as root",
    )
}

/// `NOPASSWD`.
pub fn no_password(at: &str) -> Finding {
    Finding::yellow(
        "sudo.nopasswd",
        format!("{at}: NOPASSWD: these commands need neither password nor code"),
        "nothing, if that is what you want; else take NOPASSWD: out (visudo)",
    )
}

/// `!authenticate`.
pub fn no_authentication(at: &str) -> Finding {
    Finding::red(
        "sudo.no-authentication",
        format!("{at}: !authenticate: sudo asks for neither password nor code"),
        "take it out (visudo)",
    )
}

/// A time stamp that never runs out.
pub fn stamp_for_ever(at: &str) -> Finding {
    Finding::red(
        "sudo.stamp-for-ever",
        format!("{at}: timestamp_timeout is negative: one code is enough until the next boot"),
        "set a number of minutes from 0 to 60 (visudo)",
    )
}

/// A time stamp that lasts long.
pub fn stamp_long(at: &str, minutes: &str) -> Finding {
    Finding::yellow(
        "sudo.stamp-long",
        format!("{at}: timestamp_timeout: sudo asks again only after {minutes} minutes"),
        "set a number of minutes from 0 to 60 (visudo)",
    )
}

/// Nothing about sudo.
pub fn sudo_right() -> Finding {
    Finding::green("sudo.right", "sudo asks whenever its time stamp is too old")
}

/// No space for records.
pub fn disk_full(folder: &str, megabytes: u64) -> Finding {
    Finding::red(
        "disk.full",
        format!("{megabytes} MB are free in {folder}: no code can be used up, so none is accepted"),
        "make room",
    )
}

/// Little space.
pub fn disk_low(folder: &str, megabytes: u64) -> Finding {
    Finding::yellow(
        "disk.low",
        format!("{megabytes} MB are free in {folder}; without room no code is accepted"),
        "make room",
    )
}

/// Enough space.
pub fn disk_right(folder: &str, megabytes: u64) -> Finding {
    Finding::green("disk.right", format!("{megabytes} MB are free in {folder}"))
}

/// SELinux is in the way.
pub fn selinux_denies(line: &str) -> Finding {
    Finding::red(
        "selinux.denied",
        format!("SELinux has denied something of ours: {line}"),
        "see `ausearch -m avc -c proauthd`, and docs/install.md for our module of policy",
    )
}

/// A change waits.
pub fn waits(since: &str) -> Finding {
    Finding::yellow(
        "rollout.waits",
        format!("a change to {since} waits for its confirmation, and is put back without it"),
        "log in anew and run `proauthd protect --confirm`",
    )
}

/// A bus that anybody could run.
pub fn foreign_bus(at: &str, bus: &str) -> Finding {
    Finding::red(
        "pam.foreign-bus",
        format!("{at}: others than root could run the bus {bus}, and accept any code"),
        "take bus= out: the system bus is root's",
    )
}

/// A change waits, and nothing would put it back.
pub fn waits_for_ever(services: &str) -> Finding {
    Finding::red(
        "rollout.waits-for-ever",
        format!(
            "a change to {services} waits for its confirmation, and its timer does not run: \
             before the next boot nothing puts it back"
        ),
        "log in anew and run `proauthd protect --confirm`, or run `proauthd unprotect`",
    )
}

/// A roll-back is not complete.
pub fn not_put_back() -> Finding {
    Finding::red(
        "rollout.not-put-back",
        "a change is being put back, and that is not finished: something is in the way",
        "see `journalctl -u proauth-rollback`, put that right, then run `proauthd unprotect`",
    )
}

/// A change was put back.
pub fn put_back(what: &str) -> Finding {
    Finding::yellow(
        "rollout.put-back",
        format!("the last change was put back: {what}"),
        "run `proauthd protect` again when you know why nobody confirmed it",
    )
}

/// The state of a roll-out may not be seen.
pub fn rollout_unreadable(why: &str) -> Finding {
    Finding::unknown("rollout.unreadable", why, "run it as root")
}

/// What would put a change back at the next boot is off.
pub fn boot_unit_off() -> Finding {
    Finding::yellow(
        "rollout.boot-unit-off",
        "proauth-rollback-boot.service is not enabled: a reboot would keep a change that locks out",
        "run `systemctl enable proauth-rollback-boot.service`",
    )
}

/// The console asks for codes, too.
pub fn console_asks() -> Finding {
    Finding::yellow(
        "second-way.console-asks",
        "the console asks for codes, too: there is no way in while proauthd does not run",
        "keep a way in that needs no code: the console, or a rescue system",
    )
}

/// The console lets in with a password.
pub fn console_open() -> Finding {
    Finding::green(
        "second-way.console",
        "the console asks for a password alone: a second way in",
    )
}

/// Nobody can use it.
pub fn no_console_password() -> Finding {
    Finding::yellow(
        "second-way.no-password",
        "nobody has a password for the console: there is no second way in",
        "give root or an administrator a password, or keep a rescue system at hand",
    )
}
