//! Whom setup speaks to: tells, asks, and runs our other commands on the same terminal.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus};

use serde_json::Value;
use tokio::runtime::Runtime;

use super::super::Common;
use super::super::failure::Failure;
use super::super::interrupt::Interrupt;
use super::super::screen::{Screen, say};
use super::super::typed::{is_person, line_to_come};
use super::super::{interrupt, output};
use crate::messages;

/// How many steps setup has.
const STEPS: usize = 6;

/// This program, whatever its file is called by now.
const OURSELVES: &str = "/proc/self/exe";

/// What shells add to the number of the signal that ended a program.
const SIGNALLED: i32 = 128;

/// Who set this up, or the program that did in their place.
pub struct Person {
    runtime: Runtime,
    interrupt: Interrupt,
    /// Takes whatever is proposed.
    agrees: bool,
    json: bool,
    bus: String,
}

/// Something that has to be known.
pub struct Question<'a> {
    /// What answers it on the command line, with its dashes.
    pub flag: &'a str,
    /// What was said there.
    pub given: Option<String>,
    /// What it is about; empty where the prompt says it.
    pub about: &'a str,
    /// What is asked, without the colon.
    pub prompt: &'a str,
    /// What Return alone means.
    pub proposal: Option<String>,
}

/// What a text means; an inner error is a sentence after which one is asked again.
pub type Meaning<T> = Result<Result<T, String>, Failure>;

impl Person {
    /// Begins to listen: from now on a signal ends what waits, and not the program.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn meet(agrees: bool, common: &Common) -> Result<Self, Failure> {
        let cannot = |error| Failure::Unable(format!("cannot start: {error}; try again"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(cannot)?;
        let interrupt = listen(&runtime)?;
        Ok(Self {
            runtime,
            interrupt,
            agrees,
            json: common.json,
            bus: common.bus.clone(),
        })
    }

    /// Says paragraphs.
    ///
    /// # Errors
    /// If nobody reads them.
    pub fn tell(&self, text: &str) -> Result<(), Failure> {
        match self.json {
            true => Ok(()),
            false => text.lines().try_for_each(say),
        }
    }

    /// Shows a line that is to be copied.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn show(&self, line: &str) -> Result<(), Failure> {
        match self.json {
            true => Ok(()),
            false => output::line(format_args!("  {line}")),
        }
    }

    /// Says which step begins.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn step(&self, number: usize, title: &str) -> Result<(), Failure> {
        match self.json {
            true => Ok(()),
            false => output::line(format_args!("\n{number} of {STEPS}: {title}")),
        }
    }

    /// Says what a step came to.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn done(&self, value: &Value, text: &str) -> Result<(), Failure> {
        match self.json {
            true => output::line(value),
            false => say(text),
        }
    }

    /// Where a line can be seen to change; nowhere with `--json`.
    pub fn screen(&self) -> Option<Screen> {
        (!self.json).then(Screen::here)
    }

    /// Whether questions can be asked beyond what was said on the command line.
    pub fn can_be_asked(&self) -> bool {
        !self.json && is_person()
    }

    /// The answer to a question: what was given, what was proposed, or what is typed, until it
    /// means something.
    ///
    /// # Errors
    /// If nobody can be asked, or somebody leaves; also if what was given means nothing.
    pub fn ask<T>(
        &mut self,
        question: &Question<'_>,
        mut meaning: impl FnMut(&str) -> Meaning<T>,
    ) -> Result<T, Failure> {
        let known = match (&question.given, &question.proposal) {
            (Some(given), _) => Some(given),
            (None, Some(proposal)) if self.agrees => Some(proposal),
            _ => None,
        };
        if let Some(known) = known {
            return meaning(known)?.map_err(Failure::Usage);
        }
        if !self.can_be_asked() {
            return Err(Failure::Usage(messages::setup_needs(question.flag)));
        }
        self.tell(question.about)?;
        let prompt = match &question.proposal {
            Some(proposal) => format!("{} [{}]: ", question.prompt, output::plain(proposal)),
            None => format!("{}: ", question.prompt),
        };
        loop {
            let typed = self.line(&prompt)?;
            let text = match (typed.trim(), &question.proposal) {
                ("", Some(proposal)) => proposal,
                (typed, _) => typed,
            };
            match meaning(text)? {
                Ok(meant) => return Ok(meant),
                Err(sentence) => say(&sentence)?,
            }
        }
    }

    fn line(&mut self, prompt: &str) -> Result<String, Failure> {
        let line = line_to_come(prompt)?;
        let typed = self.until(async { line.await.ok().flatten() })?;
        match typed {
            Some(line) => Ok(line.to_string()),
            None => {
                output::note("");
                Err(Failure::No(messages::setup_left()))
            }
        }
    }

    /// Waits for `what`, or for a signal.
    ///
    /// # Errors
    /// [`Failure::Interrupted`].
    pub fn until<T>(&mut self, what: impl Future<Output = T>) -> Result<T, Failure> {
        let interrupt = &mut self.interrupt;
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                signal = interrupt.came() => Err(Failure::Interrupted(signal)),
                done = what => Ok(done),
            }
        })
    }

    /// Runs one of our commands on the same terminal; gives its exit code.
    ///
    /// # Errors
    /// If it does not start, or a signal has ended it.
    pub fn run(&mut self, words: &[&str]) -> Result<u8, Failure> {
        let mut command = Command::new(OURSELVES);
        command.arg0("proauthd").args(["--bus", &self.bus]);
        if self.json {
            command.arg("--json");
        }
        let status = command.args(words).status();
        let status =
            status.map_err(|error| Failure::Unable(messages::own_command_failed(words, &error)))?;
        // A Ctrl-C that was meant for it is not to end what comes next.
        self.interrupt = listen(&self.runtime)?;
        let code = u8::try_from(exit_code(status)).unwrap_or(u8::MAX);
        match code.checked_sub(128) {
            Some(signal) if signal > 0 => Err(Failure::Left(signal, messages::setup_left())),
            _ => Ok(code),
        }
    }

    /// The same, where setup ends if it fails; it has said why.
    ///
    /// # Errors
    /// Likewise, with the exit code that it ended with.
    pub fn run_or_end(&mut self, words: &[&str]) -> Result<(), Failure> {
        match self.run(words)? {
            0 => Ok(()),
            code => Err(ended(code)),
        }
    }
}

fn listen(runtime: &Runtime) -> Result<Interrupt, Failure> {
    let _inside = runtime.enter();
    interrupt::Interrupt::listen()
        .map_err(|error| Failure::Unable(format!("cannot listen for signals: {error}")))
}

fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let signalled = || status.signal().map(|signal| SIGNALLED + signal);
    status.code().or_else(signalled).unwrap_or(SIGNALLED - 1)
}

/// The failure of that exit code.
pub fn ended(code: u8) -> Failure {
    let sentence = messages::setup_stopped();
    match code {
        1 => Failure::No(sentence),
        2 => Failure::Usage(sentence),
        3 => Failure::Unreachable(sentence),
        4 => Failure::NotAllowed(sentence),
        _ => Failure::Unable(sentence),
    }
}
