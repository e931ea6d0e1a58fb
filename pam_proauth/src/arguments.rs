//! The arguments of the module, as they stand in a PAM file. Both phases understand all of them,
//! so that one set may stand in both lines.
//!
//! A line that is not understood denies: what its writer meant to be strict must not be lax.

use std::ffi::CStr;
use std::time::Duration;

use pam::module::PamHandle;
use proauth_interface::names;

use crate::ffi::{self, Level};
use crate::first_factor::FirstFactor;
use crate::{messages, values};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// The arguments that take no value.
const FLAGS: [&str; 9] = [
    "debug",
    "echo",
    "forward_pass",
    "need_code",
    "nodelay",
    "nullok",
    "quiet",
    "try_first_pass",
    "use_first_pass",
];

/// The arguments, understood and with their defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// `bus=ADDRESS`: where the daemon is asked.
    pub bus: String,
    /// `timeout=SECONDS`: how long one question to the daemon may take, connect included.
    pub timeout: Duration,
    /// `first_factor=…`: one of these must have been shown before us; none is required if empty.
    pub first_factors: Vec<FirstFactor>,
    /// `not_enrolled=deny`: whatever the daemon's policy allows.
    pub deny_not_enrolled: bool,
    /// `try_first_pass`, `use_first_pass`.
    pub first_pass: FirstPass,
    /// `forward_pass`: password and code are entered together; the password is handed on.
    pub forward_pass: bool,
    /// `max_tries=N`: how often we ask in one call.
    pub max_tries: u32,
    /// `prompt=TEXT`: instead of our own prompt.
    pub prompt: Option<String>,
    /// `echo`: what is typed can be seen.
    pub echo: bool,
    /// `quiet`: we say nothing but our prompt.
    pub quiet: bool,
    /// `nodelay`: no pause after a wrong code.
    pub nodelay: bool,
    /// `nullok`: nothing; other modules have it.
    pub nullok: bool,
    /// `need_code`: the account phase refuses whom our `auth` has not let in.
    pub need_code: bool,
    /// `debug`: more lines in the log.
    pub debug: bool,
}

/// What to do with what was entered for the modules before us (`PAM_AUTHTOK`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstPass {
    /// Nothing; we ask.
    Ignore,
    /// Look for a code in it; we ask if there is none, or a wrong one.
    Try,
    /// Look for a code in it, and never ask.
    Use,
}

/// Why the arguments are not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentError {
    /// Not UTF-8.
    NotText,
    /// No argument of that name, or one that takes no value, or one that needs a value.
    Unknown(String),
    /// Given twice.
    Repeated(&'static str),
    /// The value does not fit: the argument, and what it takes.
    BadValue(&'static str, &'static str),
    /// Two that say the opposite.
    Contradiction(&'static str, &'static str),
}

impl Arguments {
    /// Reads the arguments of our line, and complains in the log of what does nothing.
    pub fn read(pamh: &PamHandle, arguments: &[&CStr]) -> Result<Self, ArgumentError> {
        let arguments = Self::parse(arguments)?;
        if arguments.nullok {
            ffi::syslog(pamh, Level::Warning, messages::NULLOK);
        }
        Ok(arguments)
    }

    /// Reads the arguments of a line.
    pub fn parse(arguments: &[&CStr]) -> Result<Self, ArgumentError> {
        let mut given = Given::default();
        for argument in arguments {
            given.add(argument.to_str().map_err(|_| ArgumentError::NotText)?)?;
        }
        given.refuse_both("try_first_pass", "use_first_pass")?;
        // It would show a password.
        given.refuse_both("echo", "forward_pass")?;
        Ok(Self {
            first_pass: given.first_pass(),
            forward_pass: given.has("forward_pass"),
            echo: given.has("echo"),
            quiet: given.has("quiet"),
            nodelay: given.has("nodelay"),
            nullok: given.has("nullok"),
            need_code: given.has("need_code"),
            debug: given.has("debug"),
            bus: given.bus.unwrap_or_else(|| names::SYSTEM_BUS.to_owned()),
            timeout: given.timeout.unwrap_or(DEFAULT_TIMEOUT),
            first_factors: given.first_factors.unwrap_or_default(),
            deny_not_enrolled: given.deny_not_enrolled.is_some(),
            max_tries: given.max_tries.unwrap_or(1),
            prompt: given.prompt,
        })
    }
}

#[derive(Default)]
struct Given {
    flags: Vec<&'static str>,
    bus: Option<String>,
    timeout: Option<Duration>,
    first_factors: Option<Vec<FirstFactor>>,
    deny_not_enrolled: Option<()>,
    max_tries: Option<u32>,
    prompt: Option<String>,
}

impl Given {
    fn add(&mut self, argument: &str) -> Result<(), ArgumentError> {
        if let Some(flag) = FLAGS.iter().find(|flag| **flag == argument) {
            return self.add_flag(flag);
        }
        match argument.split_once('=') {
            Some(("bus", value)) => set(&mut self.bus, "bus", values::bus(value)?),
            Some(("timeout", value)) => set(&mut self.timeout, "timeout", values::timeout(value)?),
            Some(("prompt", value)) => set(&mut self.prompt, "prompt", values::prompt(value)?),
            Some(("max_tries", value)) => {
                set(&mut self.max_tries, "max_tries", values::tries(value)?)
            }
            Some(("first_factor", value)) => set(
                &mut self.first_factors,
                "first_factor",
                values::first_factors(value)?,
            ),
            Some(("not_enrolled", value)) => set(
                &mut self.deny_not_enrolled,
                "not_enrolled",
                values::deny(value)?,
            ),
            _ => Err(ArgumentError::Unknown(argument.to_owned())),
        }
    }

    fn add_flag(&mut self, flag: &'static str) -> Result<(), ArgumentError> {
        if self.has(flag) {
            return Err(ArgumentError::Repeated(flag));
        }
        self.flags.push(flag);
        Ok(())
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    fn refuse_both(&self, one: &'static str, other: &'static str) -> Result<(), ArgumentError> {
        if self.has(one) && self.has(other) {
            return Err(ArgumentError::Contradiction(one, other));
        }
        Ok(())
    }

    fn first_pass(&self) -> FirstPass {
        if self.has("use_first_pass") {
            FirstPass::Use
        } else if self.has("try_first_pass") {
            FirstPass::Try
        } else {
            FirstPass::Ignore
        }
    }
}

fn set<T>(place: &mut Option<T>, name: &'static str, value: T) -> Result<(), ArgumentError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(ArgumentError::Repeated(name)),
    }
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
