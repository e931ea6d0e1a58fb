//! An attempt to log in, and what came of it.

use std::time::{Duration, Instant};

use crate::ran::Program;
use crate::{Ran, install};

pub use Outcome::{LetIn, Refused};

/// What is asked for a code looks so, unless the module's `prompt=` says otherwise. Who has no
/// authenticator is told, and has to press Return.
pub(crate) const CODE_PROMPT: &str = r"(code[^\r\n]*[:?] |Press Return: )$";

/// Says who one has become; typed nowhere, so that only a real login can print it.
pub(crate) const WHO: &str = r#"echo "let in as $(id -un)""#;

/// How an attempt to log in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user got what they wanted, and it ran under the right name.
    LetIn,
    /// The login was refused, and the program said so.
    Refused,
    /// Something else went wrong: this proves nothing.
    Neither,
}

/// An attempt that is over. Compare it with [`LetIn`] or [`Refused`].
#[must_use]
pub struct Login {
    /// How it ended.
    pub outcome: Outcome,
    /// The command, what the user saw, and the exit code.
    pub transcript: String,
    /// How long it took, with the start of the programs.
    pub took: Duration,
}

/// An attempt to log in that is still to be made, by a user who knows their password.
#[derive(Debug, Clone)]
#[must_use]
pub struct Attempt {
    program: Way,
    user: String,
    password: Option<String>,
    prompt: String,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    namespace: std::sync::Arc<crate::Namespace>,
}

/// The program that lets in, or refuses.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    Ssh,
    Sudo,
    /// `pamtester` with this service.
    Pam(String),
}

impl Attempt {
    pub(crate) fn new(
        namespace: &std::sync::Arc<crate::Namespace>,
        program: Way,
        user: &str,
    ) -> Self {
        Self {
            program,
            user: user.to_owned(),
            password: Some(install::PASSWORD.to_owned()),
            prompt: CODE_PROMPT.to_owned(),
            options: Vec::new(),
            environment: Vec::new(),
            namespace: std::sync::Arc::clone(namespace),
        }
    }

    /// Types this password where one is asked for.
    pub fn password(self, password: &str) -> Self {
        Self {
            password: Some(password.to_owned()),
            ..self
        }
    }

    /// Shows no SSH key.
    pub fn without_key(self) -> Self {
        self.option("-oPubkeyAuthentication=no")
    }

    /// Passes `option` to the program: `-n` to sudo, for example.
    pub fn option(mut self, option: &str) -> Self {
        self.options.push(option.to_owned());
        self
    }

    /// With this environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes what fits this regular expression for the question for a code.
    pub fn prompt(self, prompt: &str) -> Self {
        Self {
            prompt: prompt.to_owned(),
            ..self
        }
    }

    /// Types `code` when asked, and gives up when asked again.
    pub fn code(self, code: &str) -> Login {
        self.codes(&[code])
    }

    /// Types one code after the other, each when asked, and gives up when asked again.
    pub fn codes(self, codes: &[&str]) -> Login {
        let start = Instant::now();
        let ran = self.run(codes);
        let command = in_shell(&self.argv());
        let code = ran.code.map_or("none".to_owned(), |code| code.to_string());
        Login {
            outcome: judge(&self.program, &self.user, &ran),
            transcript: format!(
                "$ {command}\n{}{}[exit code {code}]",
                ran.stdout, ran.stderr
            ),
            took: start.elapsed(),
        }
    }

    fn run(&self, codes: &[&str]) -> Ran {
        let argv = self.argv();
        // Asked again, sudo wants both again.
        let passwords: Vec<&str> = self.password.iter().map(String::as_str).collect();
        let passwords = passwords.repeat(codes.len().max(1));
        let mut program = match self.program {
            Way::Pam(_) => {
                let lines: String = codes.iter().map(|code| format!("{code}\n")).collect();
                Program::new(&self.namespace, &as_strs(&argv)).typing(lines)
            }
            Way::Ssh | Way::Sudo => {
                let (password_count, code_count) =
                    (passwords.len().to_string(), codes.len().to_string());
                let mut dialogue = vec!["expect", "/run/e2e/dialogue.exp", &self.prompt];
                dialogue.push(&password_count);
                dialogue.extend(passwords);
                dialogue.push(&code_count);
                dialogue.extend(codes);
                dialogue.extend(as_strs(&argv));
                Program::new(&self.namespace, &dialogue)
            }
        };
        if let Way::Sudo = self.program {
            program = program.by(&self.user);
        }
        for (name, value) in &self.environment {
            program = program.env(name, value);
        }
        program.run()
    }

    fn argv(&self) -> Vec<String> {
        let user = self.user.as_str();
        let options = as_strs(&self.options);
        let (before, after): (Vec<&str>, Vec<&str>) = match &self.program {
            Way::Ssh => (vec!["ssh", "-l", user], vec!["127.0.0.1", WHO]),
            Way::Sudo => (vec!["sudo", "-k"], vec!["--", "sh", "-c", WHO]),
            Way::Pam(service) => (vec!["pamtester"], vec![service, user, "authenticate"]),
        };
        [before, options, after]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect()
    }
}

impl PartialEq<Outcome> for Login {
    fn eq(&self, outcome: &Outcome) -> bool {
        self.outcome == *outcome
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} after {:?}:\n{}\n",
            self.outcome, self.took, self.transcript
        )
    }
}

/// `argv` as one would type it.
fn in_shell(argv: &[String]) -> String {
    let quoted = argv
        .iter()
        .map(|word| match word.contains([' ', '"', '$']) {
            true => format!("'{word}'"),
            false => word.clone(),
        });
    quoted.collect::<Vec<_>>().join(" ")
}

fn as_strs(strings: &[String]) -> Vec<&str> {
    strings.iter().map(String::as_str).collect()
}

/// Reads from what the program said, not only from its exit code, whether it refused: a
/// broken connection or a missing right is not a refused login.
pub(crate) fn judge(program: &Way, user: &str, ran: &Ran) -> Outcome {
    let (welcome, refusals): (String, &[&str]) = match program {
        Way::Ssh => (
            format!("let in as {user}"),
            &["Permission denied (", "Too many authentication failures"],
        ),
        Way::Sudo => (
            "let in as root".to_owned(),
            &[
                "incorrect password attempt",
                "a password is required",
                "no password was provided",
                "sudo: PAM authentication error",
                "sudo: account validation failure",
            ],
        ),
        Way::Pam(_) => (
            "pamtester: successfully authenticated".to_owned(),
            &["pamtester: "],
        ),
    };
    let said = |text: &str| ran.stdout.contains(text) || ran.stderr.contains(text);
    match ran.code {
        Some(0) if said(&welcome) => LetIn,
        Some(1 | 255) if !said(&welcome) && refusals.iter().any(|text| said(text)) => Refused,
        _ => Outcome::Neither,
    }
}
