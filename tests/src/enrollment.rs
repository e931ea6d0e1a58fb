//! Enrolling through the command line, as an administrator's script would.

use std::io::{BufRead, BufReader, Read, Write};

use crate::{Authenticator, World};

impl World {
    /// Enrolls `user` and hands out the authenticator. Its present code is used up.
    ///
    /// # Panics
    /// If the daemon does not want to.
    #[must_use]
    pub fn enroll(&self, user: &str) -> Authenticator {
        let program = self.proauthd(&["enroll", "--user", user, "--offline", "--json"]);
        let mut enroll = program.spawn();
        let mut stdout = BufReader::new(enroll.stdout.take().expect("it is piped"));
        let mut stderr = enroll.stderr.take().expect("it is piped");
        let mut said = String::new();
        stdout.read_line(&mut said).expect("it speaks UTF-8");
        let offered: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|_| {
            stderr.read_to_string(&mut said).expect("it speaks UTF-8");
            panic!("proauthd enroll: {said}")
        });
        let uri = offered["uri"]
            .as_str()
            .expect("enroll --json prints the URI");
        let authenticator = Authenticator::scan(uri, &self.clock);
        assert_eq!(
            offered["secret"],
            authenticator.secret.as_str(),
            "two different secrets"
        );

        let mut stdin = enroll.stdin.take().expect("it is piped");
        writeln!(stdin, "{}", authenticator.code()).expect("enroll reads the code");
        drop(stdin);
        stdout.read_to_string(&mut said).expect("it speaks UTF-8");
        stderr.read_to_string(&mut said).expect("it speaks UTF-8");
        let status = enroll.wait().expect("a child can be waited for");
        assert!(status.success(), "proauthd enroll: {said}");
        authenticator
    }
}
