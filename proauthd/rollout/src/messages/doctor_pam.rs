//! What is said about stacks of PAM. Each sentence is about a line, whose place is put before it.

use crate::Finding;

/// A line ends the part, or jumps, before our module is asked.
pub fn skipped(module: &str) -> Finding {
    Finding::red(
        "pam.skipped",
        format!("{module} lets in without a code: pam_proauth is passed over"),
        "let no line above pam_proauth be \"sufficient\", and no jump lead past it (docs/pam.md)",
    )
}

/// The same, for those whom a rule fits.
pub fn exempt(module: &str, rule: &str) -> Finding {
    Finding::yellow(
        "pam.exempt",
        format!("{module} exempts from codes whom this fits: {rule}"),
        "nothing, if that is what you want",
    )
}

/// A rule lets in without any proof.
pub fn open(module: &str, rule: &str) -> Finding {
    Finding::red(
        "pam.open",
        format!("{module} lets in with nothing proven whom this fits: {rule}"),
        "ask for a password or a key first, or take the line out",
    )
}

/// The code is asked for, and what becomes of it does not count.
pub fn refusal_ignored() -> Finding {
    Finding::red(
        "pam.refusal-ignored",
        "lets in although pam_proauth refused: the refusal counts for nothing",
        "make pam_proauth \"required\" (docs/pam.md)",
    )
}

/// `authinfo_unavail=ignore`.
pub fn open_without_daemon() -> Finding {
    Finding::yellow(
        "pam.open-without-daemon",
        "authinfo_unavail=ignore: whoever stops proauthd gets in without a code",
        "nothing, if that is what you want; else make the line \"required\"",
    )
}

/// A wrong password, a right code: in.
pub fn code_alone() -> Finding {
    Finding::red(
        "pam.code-alone",
        "lets in with a code alone, although what this line asks for was wrong",
        "make this line \"requisite\" (docs/pam.md)",
    )
}

/// A wrong password, and we are asked all the same.
pub fn asks_after_failure(ours: &str) -> Finding {
    Finding::red(
        "pam.asks-after-failure",
        format!(
            "does not end the stack when it fails: who knows a name alone can use up that user's \
             tries at {ours}"
        ),
        "make this line \"requisite\", or put \"requisite pam_deny.so\" after it (docs/pam.md)",
    )
}

/// We stand too far up.
pub fn before_first_factor(factor: &str) -> Finding {
    Finding::red(
        "pam.before-first-factor",
        format!("pam_proauth stands before the first factor ({factor})"),
        format!("move it below {factor}: before it, who knows a name can use up that user's tries"),
    )
}

/// Nothing is asked but a code.
pub fn no_first_factor() -> Finding {
    Finding::red(
        "pam.no-first-factor",
        "asks for a code and for nothing else: the code is the only factor",
        "put a module for passwords above it (docs/pam.md)",
    )
}

/// The same under sshd, which may have seen a key.
pub fn key_not_required() -> Finding {
    Finding::yellow(
        "pam.key-not-required",
        "asks for a code and for nothing else, and does not insist on a key before",
        "add first_factor=publickey to the line",
    )
}

/// Two of us.
pub fn asked_twice(first: &str) -> Finding {
    Finding::yellow(
        "pam.asked-twice",
        format!("asks for a second code after {first} took one; each code works once"),
        "take one of the two lines out",
    )
}

/// No way leads in.
pub fn nobody(part: &str, service: &str) -> Finding {
    Finding::red(
        "pam.nobody",
        format!("the {part} part of {service} lets nobody in, whatever they show"),
        "put the file back as it was, or follow docs/pam.md",
    )
}

/// A password is asked of nobody, but required.
pub fn factor_never_shown(wanted: &str) -> Finding {
    Finding::red(
        "pam.factor-never-shown",
        format!("first_factor={wanted} refuses everybody: nothing here shows that factor before"),
        "see first_factor= in docs/pam.md",
    )
}

/// Our module is not there.
pub fn module_missing() -> Finding {
    Finding::red(
        "pam.module-missing",
        "names pam_proauth.so, which is not on this machine",
        "install the package proauth, or run `proauthd unprotect`",
    )
}

/// Another one is not there.
pub fn other_module_missing(module: &str) -> Finding {
    Finding::yellow(
        "pam.other-module-missing",
        format!("names {module}, which is not on this machine"),
        "install it, or take the line out",
    )
}

/// libpam does not understand a line.
pub fn broken_line(why: &str) -> Finding {
    Finding::red(
        "pam.broken-line",
        format!("libpam does not understand this line: {why}"),
        "correct the line (`man pam.conf`)",
    )
}

/// The stack cannot be read as libpam would.
pub fn broken_stack(why: &str) -> Finding {
    Finding::red("pam.broken-stack", why, "put the file back")
}

/// The stack may not be read.
pub fn unreadable(why: &str) -> Finding {
    Finding::unknown("pam.unreadable", why, "run it as root")
}

/// Arguments that our module refuses.
pub fn argument(why: &str) -> Finding {
    Finding::red(
        "pam.argument",
        format!("{why}: pam_proauth refuses every login"),
        "correct the line (docs/pam.md)",
    )
}

/// `nullok`.
pub fn nullok() -> Finding {
    Finding::yellow(
        "pam.nullok",
        "nullok does nothing for pam_proauth",
        "take it out; who may get in without a code is not_enrolled's to say",
    )
}

/// `use_first_pass` where a password is.
pub fn password_as_code(argument: &str) -> Finding {
    Finding::yellow(
        "pam.password-as-code",
        format!("{argument}: what was typed as the password is taken for the code"),
        "take that argument out",
    )
}

/// `forward_pass` that goes on.
pub fn forward_goes_on() -> Finding {
    Finding::yellow(
        "pam.forward-goes-on",
        "forward_pass goes on after a wrong code",
        "make the line \"requisite\" (docs/pam.md)",
    )
}

/// `need_code` outside sshd.
pub fn need_code_elsewhere(service: &str) -> Finding {
    Finding::red(
        "pam.need-code-elsewhere",
        format!("need_code in {service} refuses whom nobody asked; it is for sshd only"),
        "take need_code out of this line",
    )
}

/// `need_code`, and nobody is ever asked.
pub fn need_code_unasked() -> Finding {
    Finding::red(
        "pam.need-code-unasked",
        "need_code refuses everybody: no auth line of this service asks for a code",
        "put pam_proauth into the auth part, too (docs/pam.md)",
    )
}

/// Our account line stands where jobs read it.
pub fn account_of_jobs(service: &str, need_code: bool) -> Finding {
    let (id, fix) = (
        "pam.account-of-jobs",
        "move the line into the files of sshd and sudo (docs/pam.md)",
    );
    match need_code {
        true => Finding::red(
            id,
            format!("need_code reaches {service}: its jobs never run"),
            fix,
        ),
        false => Finding::yellow(
            id,
            format!("{service} reads this line: its jobs fail while proauthd does not run"),
            fix,
        ),
    }
}

/// No account line.
pub fn account_missing(service: &str) -> Finding {
    Finding::yellow(
        "pam.account-missing",
        format!("{service} has no account line of ours: who comes by another way is not refused"),
        "add one above the account lines, for sshd with need_code (docs/pam.md)",
    )
}

/// The account line is passed over.
pub fn account_skipped(module: &str, always: bool) -> Finding {
    let id = "pam.account-skipped";
    let what = format!("{module} ends the account part before pam_proauth is asked");
    let fix = "move our account line above it (docs/pam.md)";
    match always {
        true => Finding::red(id, what, fix),
        false => Finding::yellow(id, what, fix),
    }
}
