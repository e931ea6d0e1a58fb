//! Logins on a booted machine, and enrolling for them.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::attempt::{CODE_PROMPT, WHO, Way, judge};
use crate::install::PASSWORD_HASH;
use crate::{Authenticator, Booted, Clock, Device, Login, PASSWORD, Ran};

/// Runs a program on a terminal, and types at it.
const DIALOGUE: [&str; 2] = ["expect", "/checkout/tests/src/dialogue.exp"];

impl Booted {
    /// Adds users who know [`PASSWORD`], may log in with alice's key, and may use sudo.
    pub fn add_users(&self, users: &[&str]) {
        let script = r#"
            hash=$0
            for user; do
                useradd --create-home --shell /bin/bash --groups sudo --password "$hash" "$user"
                install -d -m 0700 -o "$user" "/home/$user/.ssh"
                install -m 0600 -o "$user" /home/alice/.ssh/authorized_keys "/home/$user/.ssh/"
            done
        "#;
        self.sh(script, &[&[PASSWORD_HASH], users].concat());
    }

    /// Enrolls `user` as root does, and gives the device.
    ///
    /// # Panics
    /// If the daemon does not want to.
    #[must_use]
    pub fn enroll(&self, user: &str) -> Device {
        let argv = ["proauthd", "enroll", "--user", user, "--offline", "--json"];
        let mut enroll = self
            .command(None, &argv)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("nsenter (package util-linux) starts");
        let mut lines = BufReader::new(enroll.stdout.take().expect("it is piped")).lines();
        let mut line = || -> Value {
            let line = lines.next().expect("it says something, or why not: above");
            serde_json::from_str(&line.expect("it is UTF-8")).expect("JSON")
        };
        let uri = line();
        let uri = uri["uri"].as_str().expect("it prints the URI");
        let mut device = Device::new(Authenticator::scan(uri, &Clock::real()));
        let mut stdin = enroll.stdin.take().expect("it is piped");
        writeln!(stdin, "{}", device.first_code()).expect("it reads the code");
        assert_eq!(line()["enrolled"], true);
        assert!(enroll.wait().expect("it is a child").success());
        device
    }

    /// A login of `user` over SSH, with alice's key, who types `codes` when asked.
    pub fn ssh(&self, user: &str, codes: &[&str]) -> Login {
        self.log_in(Way::Ssh, "alice", user, codes)
    }

    /// `sudo` of `user`, who knows the password and types `codes` when asked.
    pub fn sudo(&self, user: &str, codes: &[&str]) -> Login {
        self.log_in(Way::Sudo, user, user, codes)
    }

    fn log_in(&self, way: Way, by: &str, user: &str, codes: &[&str]) -> Login {
        let start = std::time::Instant::now();
        let program: &[&str] = match way {
            Way::Ssh => &["ssh", "-l", user, "localhost", WHO],
            _ => &["sudo", "-k", "--", "sh", "-c", WHO],
        };
        let passwords = vec![PASSWORD; codes.len().max(1)];
        let (password_count, code_count) = (passwords.len().to_string(), codes.len().to_string());
        let typed: [&[&str]; 4] = [&[&password_count], &passwords, &[&code_count], codes];
        let argv = [&DIALOGUE, &[CODE_PROMPT][..], &typed.concat(), program].concat();
        let output = self.run(Some(by), &argv);
        let ran = Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        Login {
            outcome: judge(&way, user, &ran),
            transcript: format!("{program:?} of {user}\n{}{}", ran.stdout, ran.stderr),
            took: start.elapsed(),
        }
    }
}
