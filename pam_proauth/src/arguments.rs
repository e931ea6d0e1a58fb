//! The arguments of the module, as they stand in a PAM file.
//!
//! A line that is not understood denies: what its writer meant to be strict must not be lax.

use std::ffi::CStr;
use std::time::Duration;

use proauth_interface::names;
use zbus::address::transport::{Transport, UnixSocket};

use crate::first_factor::FirstFactor;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
const LONGEST_TIMEOUT: u64 = 60;

/// The arguments, understood and with their defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// `bus=ADDRESS`: where the daemon is asked.
    pub bus: String,
    /// `timeout=SECONDS`: how long one question to the daemon may take, connect included.
    pub timeout: Duration,
    /// `prompt=TEXT`: instead of our own prompt.
    pub prompt: Option<String>,
    /// `debug`: more lines in the log.
    pub debug: bool,
    /// `first_factor=…`: one of these must have been shown before us; none is required if empty.
    pub first_factors: Vec<FirstFactor>,
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
}

impl Arguments {
    /// Reads the arguments of a line.
    pub fn parse(arguments: &[&CStr]) -> Result<Self, ArgumentError> {
        let mut given = Given::default();
        for argument in arguments {
            given.add(argument.to_str().map_err(|_| ArgumentError::NotText)?)?;
        }
        Ok(Self {
            bus: given.bus.unwrap_or_else(|| names::SYSTEM_BUS.to_owned()),
            timeout: given.timeout.unwrap_or(DEFAULT_TIMEOUT),
            prompt: given.prompt,
            debug: given.debug.is_some(),
            first_factors: given.first_factors.unwrap_or_default(),
        })
    }
}

#[derive(Default)]
struct Given {
    bus: Option<String>,
    timeout: Option<Duration>,
    prompt: Option<String>,
    debug: Option<()>,
    first_factors: Option<Vec<FirstFactor>>,
}

impl Given {
    fn add(&mut self, argument: &str) -> Result<(), ArgumentError> {
        if argument == "debug" {
            return set(&mut self.debug, "debug", ());
        }
        match argument.split_once('=') {
            Some(("bus", value)) => set(&mut self.bus, "bus", bus(value)?),
            Some(("timeout", value)) => set(&mut self.timeout, "timeout", timeout(value)?),
            Some(("prompt", value)) => set(&mut self.prompt, "prompt", prompt(value)?),
            Some(("first_factor", value)) => set(
                &mut self.first_factors,
                "first_factor",
                first_factors(value)?,
            ),
            _ => Err(ArgumentError::Unknown(argument.to_owned())),
        }
    }
}

fn set<T>(place: &mut Option<T>, name: &'static str, value: T) -> Result<(), ArgumentError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(ArgumentError::Repeated(name)),
    }
}

/// Only a socket of this machine: other addresses start threads (to resolve a name), start
/// programs, or are looked up in the environment; and one with a place in the file system, since
/// anybody may take an abstract name while the bus is down. Lists and escapes are not understood by zbus.
fn bus(value: &str) -> Result<String, ArgumentError> {
    if !value.contains([';', '%']) && zbus::Address::try_from(value).is_ok_and(is_local) {
        Ok(value.to_owned())
    } else {
        Err(ArgumentError::BadValue("bus", "unix:path=/PATH"))
    }
}

fn is_local(address: zbus::Address) -> bool {
    let Transport::Unix(socket) = address.transport() else {
        return false;
    };
    match socket.path() {
        UnixSocket::File(path) => path.is_absolute(),
        _ => false,
    }
}

fn timeout(value: &str) -> Result<Duration, ArgumentError> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(seconds @ 1..=LONGEST_TIMEOUT) if digits => Ok(Duration::from_secs(seconds)),
        _ => Err(ArgumentError::BadValue("timeout", "seconds from 1 to 60")),
    }
}

fn prompt(value: &str) -> Result<String, ArgumentError> {
    if value.is_empty() || value.contains(char::is_control) {
        return Err(ArgumentError::BadValue(
            "prompt",
            "a text without control characters",
        ));
    }
    Ok(value.to_owned())
}

fn first_factors(value: &str) -> Result<Vec<FirstFactor>, ArgumentError> {
    let mut factors = Vec::new();
    for name in value.split(',') {
        match FirstFactor::from_name(name) {
            Some(factor) if !factors.contains(&factor) => factors.push(factor),
            _ => {
                let takes = "publickey, password, or both with a comma between them";
                return Err(ArgumentError::BadValue("first_factor", takes));
            }
        }
    }
    Ok(factors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&CStr]) -> Result<Arguments, ArgumentError> {
        Arguments::parse(arguments)
    }

    #[test]
    fn without_arguments_the_fixed_system_bus_is_asked_for_five_seconds() {
        let arguments = parse(&[]).unwrap();
        assert_eq!(arguments.bus, "unix:path=/run/dbus/system_bus_socket");
        assert_eq!(arguments.timeout, Duration::from_secs(5));
        assert_eq!(arguments.prompt, None);
        assert!(!arguments.debug);
        assert!(arguments.first_factors.is_empty());
    }

    #[test]
    fn every_argument_is_read() {
        let arguments = parse(&[
            c"bus=unix:path=/tmp/bus,guid=0123456789abcdef0123456789abcdef",
            c"timeout=60",
            c"prompt=Your code = ",
            c"debug",
            c"first_factor=publickey,password",
        ])
        .unwrap();
        assert_eq!(
            arguments.bus,
            "unix:path=/tmp/bus,guid=0123456789abcdef0123456789abcdef"
        );
        assert_eq!(arguments.timeout, Duration::from_secs(60));
        assert_eq!(arguments.prompt.as_deref(), Some("Your code = "));
        assert!(arguments.debug);
        assert_eq!(
            arguments.first_factors,
            [FirstFactor::PublicKey, FirstFactor::Password]
        );
    }

    #[test]
    fn an_unknown_argument_is_refused() {
        for argument in [
            c"Debug", c"debug=1", c"nullok", c"", c"=", c"timeout", c"bus", c" debug",
        ] {
            let name = argument.to_str().unwrap().to_owned();
            assert_eq!(parse(&[argument]), Err(ArgumentError::Unknown(name)));
        }
    }

    #[test]
    fn an_argument_given_twice_is_refused_even_with_the_same_value() {
        assert_eq!(
            parse(&[c"debug", c"debug"]),
            Err(ArgumentError::Repeated("debug"))
        );
        assert_eq!(
            parse(&[c"timeout=5", c"timeout=5"]),
            Err(ArgumentError::Repeated("timeout"))
        );
        assert_eq!(
            parse(&[c"first_factor=publickey", c"first_factor=password"]),
            Err(ArgumentError::Repeated("first_factor"))
        );
    }

    #[test]
    fn an_argument_that_is_not_utf8_is_refused() {
        assert_eq!(parse(&[c"prompt=\xff"]), Err(ArgumentError::NotText));
    }

    #[test]
    fn a_timeout_is_a_plain_number_from_1_to_60() {
        for value in [c"timeout=1", c"timeout=60", c"timeout=07"] {
            assert!(parse(&[value]).is_ok(), "{value:?}");
        }
        for value in [
            c"timeout=",
            c"timeout=0",
            c"timeout=61",
            c"timeout=+5",
            c"timeout=-5",
            c"timeout=5s",
            c"timeout=1.5",
            c"timeout= 5",
            c"timeout=99999999999999999999",
        ] {
            assert!(parse(&[value]).is_err(), "{value:?}");
        }
    }

    #[test]
    fn only_a_socket_of_this_machine_is_taken_for_the_bus() {
        assert!(parse(&[c"bus=unix:path=/run/bus"]).is_ok());
        for value in [
            c"bus=unix:abstract=bus",
            c"bus=",
            c"bus=/run/bus",
            c"bus=unix:path=bus",
            c"bus=unix:runtime=yes",
            c"bus=unix:tmpdir=/tmp",
            c"bus=tcp:host=localhost,port=1",
            c"bus=unixexec:path=/bin/sh",
            c"bus=autolaunch:",
            c"bus=unix:path=/a;tcp:host=b,port=1",
            c"bus=unix:path=/%zz",
        ] {
            assert!(parse(&[value]).is_err(), "{value:?}");
        }
    }

    #[test]
    fn a_prompt_is_a_text_that_can_be_shown() {
        assert!(parse(&[c"prompt=Number please: "]).is_ok());
        for value in [c"prompt=", c"prompt=\x1b[2J", c"prompt=a\nb"] {
            assert!(parse(&[value]).is_err(), "{value:?}");
        }
    }

    #[test]
    fn a_first_factor_is_a_known_one_named_once() {
        assert!(parse(&[c"first_factor=password"]).is_ok());
        for value in [
            c"first_factor=",
            c"first_factor=publickey,",
            c"first_factor=publickey, password",
            c"first_factor=password,password",
            c"first_factor=Password",
            c"first_factor=none",
        ] {
            assert!(parse(&[value]).is_err(), "{value:?}");
        }
    }
}
