//! `tests/hosts/scripted_host.c`: a program that makes the calls of libpam that it is told to.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ChildStdout};

use crate::ran::Program;
use crate::{PamCode, World};

/// Where it is in the world.
const PROGRAM: &str = "/run/e2e/scripted_host";

/// The module that fills and shows `PAM_AUTHTOK`, which only modules can.
const TOKEN: &str = "/run/e2e/token_module";

/// The running program.
#[derive(Debug)]
pub struct ScriptedHost {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// What it tells of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A module says something, as `PAM_ERROR_MSG` or as `PAM_TEXT_INFO`.
    Says {
        /// Which of the two.
        error: bool,
        /// What.
        text: String,
    },
    /// A module asks for something, and waits for an answer.
    Asks {
        /// Whether the answer may be seen.
        echo: bool,
        /// What.
        text: String,
    },
    /// The call returned.
    Returned {
        /// This.
        code: PamCode,
        /// After so many microseconds, were libpam to wait.
        delay: u32,
    },
    /// The program died of this signal, if of any.
    Died(Option<i32>),
}

impl World {
    /// Starts that program as root.
    #[must_use]
    pub fn scripted_host(&self) -> ScriptedHost {
        ScriptedHost::spawn(&self.scripted_host_program())
    }

    /// Starts it as `user`.
    #[must_use]
    pub fn scripted_host_by(&self, user: &str) -> ScriptedHost {
        ScriptedHost::spawn(&self.scripted_host_program().by(user))
    }

    /// Starts it as root with the clock of the world, for modules that look at the clock
    /// themselves.
    #[must_use]
    pub fn scripted_host_on_the_clock(&self) -> ScriptedHost {
        let program = self.scripted_host_program();
        let environment = self.clock.environment();
        let on_the_clock = environment
            .iter()
            .fold(program, |program, (name, value)| program.env(name, value));
        ScriptedHost::spawn(&on_the_clock)
    }

    /// The module that fills (`ask`) and shows (`show`) `PAM_AUTHTOK`, for a PAM file.
    #[must_use]
    pub fn token_module(&self) -> &'static str {
        if !self.path(TOKEN).exists() {
            assert_eq!(
                self.compile("token_module", &["-shared", "-fPIC", "-lpam"]),
                TOKEN
            );
        }
        TOKEN
    }

    fn scripted_host_program(&self) -> Program {
        if !self.path(PROGRAM).exists() {
            assert_eq!(self.compile("scripted_host", &["-lpam"]), PROGRAM);
        }
        self.program(&[PROGRAM])
    }
}

impl ScriptedHost {
    fn spawn(program: &Program) -> Self {
        let mut process = program.spawn();
        Self {
            stdin: process.stdin.take().expect("it is piped"),
            stdout: BufReader::new(process.stdout.take().expect("it is piped")),
            process,
        }
    }

    /// `pam_start_confdir`, and whether there is a conversation function.
    pub fn start_confdir(&mut self, service: &str, user: &str, directory: &str, asks: bool) {
        let [service, user, directory] = [service, user, directory].map(hex);
        let null = if asks { "" } else { " null" };
        self.tell(&format!(
            "pam_start_confdir {service} {user} {directory}{null}"
        ));
    }

    /// `pam_set_item`; `item` is `user`, `tty` or `rhost`.
    pub fn set_item(&mut self, item: &str, value: &str) {
        self.tell(&format!("pam_set_item {item} {}", hex(value)));
    }

    /// `pam_putenv`, as sshd does.
    pub fn putenv(&mut self, variable: &str) {
        self.tell(&format!("pam_putenv {}", hex(variable)));
    }

    /// `pam_authenticate`, perhaps with `PAM_SILENT`.
    pub fn authenticate(&mut self, silent: bool) {
        let flags = if silent { 0x8000 } else { 0 };
        self.tell(&format!("pam_authenticate {flags}"));
    }

    /// `pam_acct_mgmt`.
    pub fn acct_mgmt(&mut self) {
        self.tell("pam_acct_mgmt 0");
    }

    /// `pam_end`.
    pub fn end(&mut self) {
        self.tell("pam_end");
    }

    /// Answers its question.
    pub fn types(&mut self, text: &str) {
        self.tell(&format!("types {}", hex(text)));
    }

    /// Answers its question with a NULL pointer.
    pub fn replies_null(&mut self) {
        self.tell("replies-null");
    }

    /// Lets the conversation fail.
    pub fn hangs_up(&mut self) {
        self.tell("hangs-up");
    }

    /// What it tells next.
    ///
    /// # Panics
    /// If that makes no sense.
    pub fn hear(&mut self) -> Heard {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("it speaks ASCII");
        let words: Vec<&str> = line.trim_end_matches('\n').split(' ').collect();
        match words[..] {
            ["says", style, text] => Heard::Says {
                error: style == "3",
                text: unhex(text),
            },
            ["asks", style, text] => Heard::Asks {
                echo: style == "2",
                text: unhex(text),
            },
            ["returned", code, delay] => Heard::Returned {
                code: PamCode(code.parse().expect("a number")),
                delay: delay.parse().expect("a number"),
            },
            [""] => Heard::Died(self.process.wait().expect("it is a child").signal()),
            _ => panic!("the scripted host says {line:?}"),
        }
    }

    fn tell(&mut self, line: &str) {
        // One that has died says so when it is heard.
        let _ = writeln!(self.stdin, "{line}");
    }
}

impl Drop for ScriptedHost {
    fn drop(&mut self) {
        // `nsenter`; the program itself ends when nobody writes to it any more.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16);
    let bytes: Result<Vec<u8>, _> = digits.chunks(2).map(byte).collect();
    String::from_utf8_lossy(&bytes.expect("hexadecimal")).into_owned()
}
