//! The user's authenticator app: `oathtool`, with what a QR code told it.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::Clock;

/// An authenticator that has been told a secret. It computes nothing itself: `oathtool` does.
#[derive(Clone)]
pub struct Authenticator {
    /// The secret in base32.
    pub secret: String,
    /// The `otpauth` URI that told it.
    pub uri: String,
    /// Seconds of a step.
    pub period: u64,
    digits: String,
    algorithm: String,
    clock: Clock,
}

impl Authenticator {
    /// One that has scanned `uri`, and shows codes for the time of `clock`.
    ///
    /// # Panics
    /// If `uri` is not one for TOTP with a secret.
    #[must_use]
    pub fn scan(uri: &str, clock: &Clock) -> Self {
        let (_label, query) = uri
            .strip_prefix("otpauth://totp/")
            .and_then(|rest| rest.split_once('?'))
            .unwrap_or_else(|| panic!("not an otpauth URI: {uri}"));
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        Self {
            secret: value("secret").expect("the URI has a secret").to_owned(),
            uri: uri.to_owned(),
            period: value("period")
                .unwrap_or("30")
                .parse()
                .expect("a period is a number"),
            digits: value("digits").unwrap_or("6").to_owned(),
            algorithm: value("algorithm").unwrap_or("SHA1").to_owned(),
            clock: clock.clone(),
        }
    }

    /// The code of the present step, whether it was used or not.
    #[must_use]
    pub fn code(&self) -> String {
        self.code_at(self.clock.now())
    }

    /// A code that was never used before: moves the clock to the next step, and gives its code.
    #[must_use]
    pub fn fresh_code(&self) -> String {
        self.clock.advance(self.period);
        self.code()
    }

    /// The code so many steps after the present one, or before it.
    #[must_use]
    pub fn code_in_steps(&self, steps: i64) -> String {
        let shift = steps * i64::try_from(self.period).expect("a period is short");
        self.code_at(
            self.clock
                .now()
                .checked_add_signed(shift)
                .expect("after 1970"),
        )
    }

    /// A code that is right at no time within a day.
    ///
    /// # Panics
    /// Never: there are more codes than steps in two days.
    #[must_use]
    pub fn wrong_code(&self) -> String {
        let day = 24 * 60 * 60;
        let near = self.codes(self.clock.now() - day, 2 * day / self.period);
        let len = near[0].len();
        (0..)
            .map(|number| format!("{number:0len$}"))
            .find(|code| !near.contains(code))
            .expect("there is one")
    }

    /// The code at a Unix time.
    ///
    /// # Panics
    /// If `oathtool` does not give one.
    #[must_use]
    pub fn code_at(&self, time: u64) -> String {
        self.codes(time, 0).remove(0)
    }

    /// The code at a Unix time, and those of so many steps after it.
    fn codes(&self, time: u64, more: u64) -> Vec<String> {
        let mut oathtool = Command::new("oathtool")
            .arg(format!("--totp={}", self.algorithm.to_lowercase()))
            .arg(format!("--digits={}", self.digits))
            .arg(format!("--time-step-size={}s", self.period))
            .arg(format!("--now=@{time}"))
            .arg(format!("--window={more}"))
            .args(["--base32", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("oathtool (package oathtool) starts");
        let mut stdin = oathtool.stdin.take().expect("it is piped");
        writeln!(stdin, "{}", self.secret).expect("oathtool reads the secret");
        drop(stdin);
        let output = oathtool.wait_with_output().expect("oathtool ends");
        assert!(
            output.status.success(),
            "oathtool gives no code for {}",
            self.uri
        );
        let codes = String::from_utf8(output.stdout).expect("a code is ASCII");
        codes.lines().map(str::to_owned).collect()
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authenticator({})", self.uri)
    }
}
