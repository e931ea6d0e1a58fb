//! Google, played on a booted machine that has no Node.js: by a process outside that shares its
//! network.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::google::{CA, CERTIFY, HOSTS, hosts};
use crate::{Booted, repository};

/// The issuer. Dropping it ends it.
#[derive(Debug)]
pub struct PlayedGoogle(Child);

impl Booted {
    /// Lets the issuer play Google there, with [`CA`] as its authority's certificate, without
    /// anything being installed there.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn play_google_outside(&self) -> PlayedGoogle {
        let place = self.path("/run/issuer");
        std::fs::create_dir_all(&place).expect("the machine can be written to");
        let place = place.display().to_string();
        let certify = CERTIFY.replace("/run/e2e", &place);
        let authority = format!("{place}/ca.pem");
        let mut openssl = Command::new("sh");
        openssl.args(["-c", &certify, &authority]).args(HOSTS);
        assert!(openssl.status().expect("sh starts").success());
        let install =
            format!("install -D -m 644 /run/issuer/ca.pem {CA} && echo \"$0\" >>/etc/hosts");
        self.sh(&install, &[&hosts()]);

        let mut issuer = self.outside("node");
        let issuer = issuer
            .arg(repository().join("tests/issuers/google.mjs"))
            .args(["--certificate", &format!("{place}/issuer.pem")])
            .args(["--key", &format!("{place}/issuer.key")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut issuer = PlayedGoogle(issuer.expect("nsenter (package util-linux) starts"));
        let said = issuer.0.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        assert!(
            lines.any(|line| line == "ready"),
            "it does not start: above"
        );
        issuer
    }
}

impl Drop for PlayedGoogle {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
