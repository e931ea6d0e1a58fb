//! Enrolling by signing in with the identity provider, as an ordinary user would.

use std::thread::JoinHandle;
use std::time::SystemTime;

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
        let begun = self.try_sign_in(user, arguments, lines);
        begun.unwrap_or_else(|ran| panic!("nobody was asked to sign in: {ran:?}"))
    }

    /// The same, which may end before anybody can sign in.
    ///
    /// # Errors
    /// How it ended then.
    ///
    /// # Panics
    /// If it neither ends nor says where to sign in.
    pub fn try_sign_in(
        &self,
        user: &str,
        arguments: &[&str],
        lines: &[&str],
    ) -> Result<SignIn, Ran> {
        let enroll = [&["enroll", "--json"], arguments].concat();
        let mut enrolling = Enrolling::start(self.proauthd(&enroll).by(user));
        for line in lines {
            enrolling.type_line(line);
        }
        let Some(told) = enrolling.line_with("sign_in") else {
            return Err(enrolling.end());
        };
        let text = |key: &str| told["sign_in"][key].as_str().unwrap_or_default().to_owned();
        Ok(SignIn {
            uri: text("uri"),
            code: text("code"),
            enrolling,
            clock: self.clock.clone(),
        })
    }

    /// `user` runs `proauthd enroll` with `arguments`, and is refused before anybody signs in.
    ///
    /// # Panics
    /// If somebody can.
    pub fn enroll_in_vain(&self, user: &str, arguments: &[&str]) -> Ran {
        match self.try_sign_in(user, arguments, &[]) {
            Err(ran) => ran,
            Ok(sign_in) => panic!("it is not refused: {sign_in:?}"),
        }
    }

    /// The same, but expects a key at once, for nobody has to sign in.
    ///
    /// # Panics
    /// If none comes.
    pub fn offer_to(&self, user: &str, arguments: &[&str], lines: &[&str]) -> Offer {
        let enroll = [&["enroll", "--json"], arguments].concat();
        let mut enrolling = Enrolling::start(self.proauthd(&enroll).by(user));
        for line in lines {
            enrolling.type_line(line);
        }
        enrolling.offer(&self.clock)
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

    /// Notes when the key comes, while something else is done.
    ///
    /// # Panics
    /// If no thread can be started.
    #[must_use]
    pub fn watch_for_key(&self) -> JoinHandle<SystemTime> {
        self.enrolling.watch_for_key()
    }

    /// Waits for the key.
    ///
    /// # Panics
    /// If it does not come, with what came instead.
    pub fn offer(self) -> Offer {
        self.enrolling.offer(&self.clock)
    }

    /// Sends the program `signal`, by name: `INT` is Ctrl-C.
    ///
    /// # Panics
    /// If it does not start.
    pub fn signal(&self, signal: &str) {
        self.enrolling.signal(signal);
    }

    /// Waits for the end, which comes without a key.
    ///
    /// # Panics
    /// If it does not come.
    pub fn end(self) -> Ran {
        self.enrolling.end()
    }
}
