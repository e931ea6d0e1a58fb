//! The stack of a service: the lines that libpam goes through, of whatever file.

use thiserror::Error;

use super::control::{Action, Control};
use super::files::Files;
use super::line;

/// As deep as libpam follows includes.
const DEPTH: usize = 16;

/// As many files as are read for one service. Files that include themselves would otherwise keep
/// us for ever, as they keep libpam.
const FILES: usize = 500;

/// What is asked of libpam.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Who is it?
    Auth,
    /// May the account be used?
    Account,
}

impl Phase {
    /// As PAM files have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Account => "account",
        }
    }
}

/// Why there is no stack.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PamError {
    /// A file is there, but cannot be read.
    #[error("the PAM file of {0} cannot be read: {1}")]
    Unreadable(String, String),
    /// Neither the service nor `other` has a file.
    #[error("there is no PAM file for {0}, and none called other")]
    NoFile(String),
    /// libpam refuses everything, because of a line that it cannot follow.
    #[error("{0}: there is no file {1} to include; libpam refuses the whole service")]
    NoInclude(String, String),
    /// Files include each other without end.
    #[error("{0}: files include each other again and again")]
    TooMuch(String),
}

/// The lines of one phase of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// The service.
    pub service: String,
    /// Which lines.
    pub phase: Phase,
    /// In the order in which libpam comes by them.
    pub entries: Vec<Entry>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its file.
    pub file: String,
    /// Its number there.
    pub line: usize,
    /// How deep in substacks it stands.
    pub level: usize,
    /// What it does.
    pub what: What,
    /// What libpam makes of the returns.
    pub(super) control: Control,
}

/// What a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It calls a module.
    Module {
        /// As it is written.
        name: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// Whether there is such a module.
        is_there: bool,
        /// Whether a `-` says that it may be missing.
        may_be_missing: bool,
    },
    /// It begins a substack.
    Substack,
    /// It is not understood, for this reason: libpam refuses at it.
    Broken(String),
}

impl Entry {
    /// `FILE:LINE`.
    #[must_use]
    pub fn at(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// The module's name without folder and ending: `pam_unix`.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        match &self.what {
            What::Module { name, .. } => {
                let name = name.rsplit('/').next().unwrap_or(name);
                Some(name.strip_suffix(".so").unwrap_or(name))
            }
            What::Substack | What::Broken(_) => None,
        }
    }

    /// Its arguments; none where it calls no module.
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        match &self.what {
            What::Module { arguments, .. } => arguments,
            What::Substack | What::Broken(_) => &[],
        }
    }

    /// Whether it calls our module.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.module() == Some("pam_proauth")
    }
}

/// The stack that libpam goes through for `service`, which it lowers: that of `other` where the
/// service has no file, or no line of this phase.
///
/// # Errors
/// If there is no such stack.
pub fn stack(files: &Files, service: &str, phase: Phase) -> Result<Stack, PamError> {
    let service = service.to_lowercase();
    let mut reader = Reader {
        files,
        phase,
        entries: Vec::new(),
        included: 0,
    };
    let found = reader.service(&service)?;
    let found = match reader.entries.is_empty() {
        true => reader.service("other")? || found,
        false => found,
    };
    match found {
        true => Ok(Stack {
            service,
            phase,
            entries: reader.entries,
        }),
        false => Err(PamError::NoFile(service)),
    }
}

struct Reader<'a> {
    files: &'a Files<'a>,
    phase: Phase,
    entries: Vec<Entry>,
    included: usize,
}

/// How a file is read.
#[derive(Clone, Copy)]
struct How {
    /// By a line of this phase; else whole.
    by_phase: bool,
    level: usize,
    depth: usize,
}

impl Reader<'_> {
    fn service(&mut self, service: &str) -> Result<bool, PamError> {
        let Some((file, text)) = self.find(service)? else {
            return Ok(false);
        };
        let how = How {
            by_phase: false,
            level: 0,
            depth: 0,
        };
        self.read(&file, &text, how)?;
        Ok(true)
    }

    fn find(&self, name: &str) -> Result<Option<(String, String)>, PamError> {
        let unreadable = |error| PamError::Unreadable(name.to_owned(), format!("{error}"));
        self.files.find(name).map_err(unreadable)
    }

    fn read(&mut self, file: &str, text: &str, how: How) -> Result<(), PamError> {
        for (line, words) in line::lines(text) {
            let mut words = words.into_iter();
            let Some(kind) = words.next() else { continue };
            let may_be_missing = kind.starts_with('-');
            let kind = kind.strip_prefix('-').unwrap_or(&kind).to_ascii_lowercase();
            let here = Here { file, line, how };
            match kind.as_str() {
                "@include" => self.include_text(here, words.next())?,
                kind if kind == self.phase.name() => self.entry(here, words, may_be_missing)?,
                "auth" | "account" | "password" | "session" => {}
                // It counts for the phase that is asked for, or for that which matters most.
                _ if how.by_phase || self.phase == Phase::Auth => {
                    let control = words.next().and_then(|word| Control::parse(&word));
                    let why = format!("{kind:?} is none of auth, account, password and session");
                    self.broken(here, control, why);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Debian's: the text of another file stands here. It is looked for in one folder only.
    fn include_text(&mut self, here: Here, name: Option<String>) -> Result<(), PamError> {
        let name = name.unwrap_or_default();
        let path = match name.starts_with('/') {
            true => name.clone(),
            false => format!("/etc/pam.d/{name}"),
        };
        match self.include(here, &path, here.how)? {
            true => Ok(()),
            false => Err(PamError::NoInclude(here.at(), name)),
        }
    }

    fn entry(
        &mut self,
        here: Here,
        mut words: impl Iterator<Item = String>,
        may_be_missing: bool,
    ) -> Result<(), PamError> {
        let Some(control) = words.next() else {
            self.broken(here, None, "there is no control field".to_owned());
            return Ok(());
        };
        let name = words.next();
        let is = |word: &str| control.eq_ignore_ascii_case(word);
        if is("include") || is("substack") {
            if is("substack") {
                self.push(here, Control::all(Action::Ignore), What::Substack);
            }
            let how = How {
                by_phase: true,
                level: here.how.level + usize::from(is("substack")),
                depth: here.how.depth,
            };
            let name = name.unwrap_or_default();
            if !self.include(here, &name, how)? {
                self.broken(here, None, format!("there is no file {name} to include"));
            }
            return Ok(());
        }
        let understood = Control::parse(&control);
        let Some(name) = name else {
            self.broken(here, understood, "it names no module".to_owned());
            return Ok(());
        };
        let Some(control) = understood else {
            // libpam calls the module, and refuses whatever it says.
            let why = format!("the control field {control:?} is not understood");
            self.broken(here, None, why);
            return Ok(());
        };
        let what = What::Module {
            is_there: self.files.has_module(&name),
            name,
            arguments: words.collect(),
            may_be_missing,
        };
        self.push(here, control, what);
        Ok(())
    }

    fn include(&mut self, here: Here, name: &str, how: How) -> Result<bool, PamError> {
        if here.how.depth + 1 >= DEPTH || name.is_empty() {
            return Ok(false);
        }
        self.included += 1;
        if self.included > FILES {
            return Err(PamError::TooMuch(here.at()));
        }
        let Some((file, text)) = self.find(name)? else {
            return Ok(false);
        };
        let depth = here.how.depth + 1;
        self.read(&file, &text, How { depth, ..how })?;
        Ok(true)
    }

    fn broken(&mut self, here: Here, control: Option<Control>, why: String) {
        let control = control.unwrap_or_else(|| Control::all(Action::Bad));
        self.push(here, control, What::Broken(why));
    }

    fn push(&mut self, here: Here, control: Control, what: What) {
        self.entries.push(Entry {
            file: here.file.to_owned(),
            line: here.line,
            level: here.how.level,
            what,
            control,
        });
    }
}

/// Where a line stands.
#[derive(Clone, Copy)]
struct Here<'a> {
    file: &'a str,
    line: usize,
    how: How,
}

impl Here<'_> {
    fn at(self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}
