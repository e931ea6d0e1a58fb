//! Enrolling by signing in with the identity provider, as an ordinary user would.

use crate::enrolling::Enrolling;
use crate::{Browser, Clock, Offer, Ran, World};

/// An enrollment that waits for somebody to sign in.
#[derive(Debug)]
#[must_use]
pub struct SignIn {
    /// Where to do that.
    pub uri: String,
    /// What to type there; empty for `--browser`.
    pub code: String,
    enrolling: Enrolling,
    clock: Clock,
}

impl World {
    /// `user` runs `proauthd enroll` with `arguments`, and waits to be told where to sign in.
    ///
    /// # Panics
    /// If that does not come, with what came instead.
    pub fn sign_in(&self, user: &str, arguments: &[&str]) -> SignIn {
        self.sign_in_typing(user, arguments, &[])
    }

    /// The same, but types `lines` first.
    ///
    /// # Panics
    /// If that does not come, with what came instead.
    pub fn sign_in_typing(&self, user: &str, arguments: &[&str], lines: &[&str]) -> SignIn {
        let enroll = [&["enroll", "--json"], arguments].concat();
        let mut enrolling = Enrolling::start(&self.proauthd(&enroll).by(user));
        for line in lines {
            enrolling.type_line(line);
        }
        let Some(told) = enrolling.line_with("sign_in_uri") else {
            panic!("nobody was asked to sign in: {:?}", enrolling.end());
        };
        let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
        SignIn {
            uri: text("sign_in_uri"),
            code: text("sign_in_code"),
            enrolling,
            clock: self.clock.clone(),
        }
    }

    /// `user` runs `proauthd enroll` with `arguments`, and is refused before anybody signs in.
    ///
    /// # Panics
    /// If it does not end.
    pub fn enroll_in_vain(&self, user: &str, arguments: &[&str]) -> Ran {
        let enroll = [&["enroll", "--json"], arguments].concat();
        Enrolling::start(&self.proauthd(&enroll).by(user)).end()
    }
}

impl SignIn {
    /// `login` signs in, on the phone or in the browser that was asked for.
    ///
    /// # Panics
    /// If the pages are not as expected.
    pub fn by(self, browser: &mut Browser, login: &str) -> Self {
        if self.code.is_empty() {
            browser.open(&self.uri);
            browser.sign_in(login);
            browser.consent();
        } else {
            browser.sign_in_for_device(&self.uri, &self.code, login);
        }
        self
    }

    /// Waits for the key.
    ///
    /// # Panics
    /// If it does not come, with what came instead.
    pub fn offer(self) -> Offer {
        self.enrolling.offer(&self.clock)
    }

    /// Waits for the end, which comes without a key.
    ///
    /// # Panics
    /// If it does not come.
    pub fn end(self) -> Ran {
        self.enrolling.end()
    }
}
