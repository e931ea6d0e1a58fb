//! The values of arguments: what fits, and what is meant by it.

use std::str::FromStr;
use std::time::Duration;

use zbus::address::transport::{Transport, UnixSocket};

use crate::arguments::ArgumentError;
use crate::first_factor::FirstFactor;

const LONGEST_TIMEOUT: u64 = 60;
const MOST_TRIES: u32 = 10;

/// Only a socket of this machine: other addresses start threads (to resolve a name), start
/// programs, or are looked up in the environment; and one with a place in the file system, since
/// anybody may take an abstract name while the bus is down. Lists and escapes are not understood
/// by zbus.
pub fn bus(value: &str) -> Result<String, ArgumentError> {
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

/// Seconds.
pub fn timeout(value: &str) -> Result<Duration, ArgumentError> {
    match number(value) {
        Some(seconds @ 1..=LONGEST_TIMEOUT) => Ok(Duration::from_secs(seconds)),
        _ => Err(ArgumentError::BadValue("timeout", "seconds from 1 to 60")),
    }
}

/// How often to ask.
pub fn tries(value: &str) -> Result<u32, ArgumentError> {
    match number(value) {
        Some(tries @ 1..=MOST_TRIES) => Ok(tries),
        _ => Err(ArgumentError::BadValue(
            "max_tries",
            "a number from 1 to 10",
        )),
    }
}

fn number<N: FromStr>(value: &str) -> Option<N> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

/// Policy is the daemon's; an argument cannot loosen it.
pub fn deny(value: &str) -> Result<(), ArgumentError> {
    match value {
        "deny" => Ok(()),
        _ => Err(ArgumentError::BadValue("not_enrolled", "deny")),
    }
}

/// What an application can show.
pub fn prompt(value: &str) -> Result<String, ArgumentError> {
    if value.is_empty() || value.contains(char::is_control) {
        return Err(ArgumentError::BadValue(
            "prompt",
            "a text without control characters",
        ));
    }
    Ok(value.to_owned())
}

/// One or more, none twice.
pub fn first_factors(value: &str) -> Result<Vec<FirstFactor>, ArgumentError> {
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
