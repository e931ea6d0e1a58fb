//! The auth phase: from the question what to do about a login to the worth of a code.

use std::ffi::CStr;
use std::time::Duration;

use pam::module::PamHandle;
use proauth_interface::{Changed, Context};

use crate::arguments::{Arguments, FirstPass};
use crate::conversation;
use crate::daemon::Daemon;
use crate::entry::Entry;
use crate::messages::{self, Message};
use crate::verdict::{self, Next, Outcome, Question};
use crate::{context, ffi, first_factor, mark};

/// How long whoever entered a wrong code waits, about, before the stack ends; libpam varies it.
const PAUSE: Duration = Duration::from_secs(2);

/// One login's auth phase. `Err` is an outcome as well: one that was clear before the daemon had
/// judged a code.
pub fn authenticate(
    pamh: &mut PamHandle,
    args: &[&CStr],
    is_silent: bool,
) -> Result<Outcome, Outcome> {
    mark::clear(pamh)?;
    let arguments = Arguments::read(pamh, args)?;
    if !first_factor::shown(pamh, &arguments.first_factors) {
        return Err(Outcome::FirstFactorMissing);
    }
    let context = context::read(pamh)?;
    let mut login = Login {
        daemon: Daemon::new(&arguments.bus, arguments.timeout),
        arguments: &arguments,
        context: &context,
        is_quiet: arguments.quiet || is_silent,
        changes: Vec::new(),
        pamh,
    };
    let outcome = login.run().unwrap_or_else(|ended_early| ended_early);
    if outcome.satisfies_account() {
        mark::set(pamh, &context.user)?;
    }
    Ok(outcome)
}

struct Login<'a> {
    pamh: &'a mut PamHandle,
    arguments: &'a Arguments,
    context: &'a Context,
    daemon: Daemon<'a>,
    is_quiet: bool,
    /// What the daemon has said of changes, to be told at the end.
    changes: Vec<Changed>,
}

impl Login<'_> {
    fn run(&mut self) -> Result<Outcome, Outcome> {
        let begun = self.daemon.begin(self.context)?;
        crate::debug(self.pamh, self.arguments, &begun);
        let question = match verdict::after_begin(begun, self.arguments) {
            Next::Ask(question) => question,
            Next::End(Outcome::Unenrolled) => return Ok(self.send_to_enroll()),
            Next::End(outcome) => return Ok(outcome),
        };
        let outcome = match self.arguments.first_pass {
            FirstPass::Ignore => self.ask_often(question, None)?,
            FirstPass::Try => self.try_first_pass(question)?,
            FirstPass::Use => match self.first_pass(question) {
                Some(entry) => self.judge(&entry)?,
                None => self.no_code(),
            },
        };
        self.tell(messages::about(&outcome).as_slice());
        self.tell_of_changes();
        Ok(outcome)
    }

    fn try_first_pass(&mut self, question: Question) -> Result<Outcome, Outcome> {
        let Some(entry) = self.first_pass(question) else {
            return self.ask_often(question, None);
        };
        let outcome = self.judge(&entry)?;
        if outcome.allows_another_try() {
            self.ask_often(question, Some(outcome))
        } else {
            Ok(outcome)
        }
    }

    /// The code in what was entered for the modules before us, if there is one.
    fn first_pass(&mut self, question: Question) -> Option<Entry> {
        let text = conversation::first_pass(self.pamh)?;
        if self.arguments.forward_pass {
            Entry::password_and_code(&text, question.digits)
        } else {
            Entry::code_by_form(&text)
        }
    }

    /// Asks until a code is right, or another would not help, or the tries are used up. What
    /// became of the code `before` stands in the prompt.
    fn ask_often(
        &mut self,
        question: Question,
        before: Option<Outcome>,
    ) -> Result<Outcome, Outcome> {
        let mut outcome = self.ask(question, before.as_ref())?;
        for _ in 1..self.arguments.max_tries {
            if !outcome.allows_another_try() {
                break;
            }
            outcome = self.ask(question, Some(&outcome))?;
        }
        Ok(outcome)
    }

    fn ask(&mut self, question: Question, before: Option<&Outcome>) -> Result<Outcome, Outcome> {
        let prompt = messages::prompt(question, before, self.arguments);
        let text = conversation::ask(self.pamh, &prompt, self.arguments.echo)?;
        let entry = if self.arguments.forward_pass {
            Entry::password_and_code(&text, question.digits)
        } else {
            Some(Entry::code(&text))
        };
        match entry {
            Some(entry) => self.judge(&entry),
            None => Ok(self.no_code()),
        }
    }

    fn judge(&mut self, entry: &Entry) -> Result<Outcome, Outcome> {
        let verified = self.daemon.verify(self.context, &entry.code)?;
        crate::debug(self.pamh, self.arguments, &verified);
        let outcome = verdict::after_verify(&verified);
        if outcome.is_by_code() {
            if let Some(password) = &entry.password {
                ffi::set_password(self.pamh, password).ok_or(Outcome::OutOfMemory)?;
            }
            self.changes = verified.changes;
        }
        self.pause_after(&outcome);
        Ok(outcome)
    }

    fn no_code(&mut self) -> Outcome {
        self.pause_after(&Outcome::NoCode);
        Outcome::NoCode
    }

    fn pause_after(&mut self, outcome: &Outcome) {
        if outcome.slows_down() && !self.arguments.nodelay {
            ffi::fail_delay(self.pamh, PAUSE);
        }
    }

    /// A question, whose answer is of no interest: messages alone sshd throws away when it
    /// refuses, and sudo shows none.
    fn send_to_enroll(&mut self) -> Outcome {
        if !self.arguments.quiet {
            let _answer = conversation::ask(self.pamh, messages::NOT_ENROLLED, self.arguments.echo);
        }
        Outcome::Unenrolled
    }

    /// Where nobody is told, as under sudo, the daemon keeps them for another login.
    fn tell_of_changes(&mut self) {
        let last = self.changes.iter().map(|change| change.at).max();
        if let Some(last) = last.filter(|_| !self.is_quiet) {
            self.tell(&messages::changes(&self.changes));
            let told = self.daemon.told(self.context, last);
            crate::debug(self.pamh, self.arguments, &told);
        }
    }

    /// No outcome depends on whether somebody could be told.
    fn tell(&mut self, messages: &[Message]) {
        if !self.is_quiet {
            for message in messages {
                conversation::tell(self.pamh, message);
            }
        }
    }
}
