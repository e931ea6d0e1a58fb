//! A row of the table: an evil, and what is to come of it.

use proauth_e2e::{HostileIssuer, World};
use proauth_interface::{Claims, Grant, IdentityError, Provider, SignIn};
use serde_json::{Value, json};

use crate::client::{Client, provider};

/// An issuer, and what is to come of a sign-in there.
#[derive(Debug, Clone)]
pub struct Row {
    case: &'static str,
    knobs: Value,
    how: SignIn,
    tls: bool,
    mend: fn(&mut Provider),
    wanted: Wanted,
}

/// What is to come of it.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// alice signs in, and this holds of her claims and of what she was shown.
    In(fn(&Claims, &Grant) -> bool),
    /// It is refused with this error, and a sentence with these words.
    Refused(&'static str, &'static str),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    LetIn,
    /// At which call, with which error, and what the sentence is.
    Refused {
        call: &'static str,
        error: &'static str,
        sentence: String,
    },
}

/// A row that was run.
#[derive(Debug)]
pub struct Judged {
    case: &'static str,
    pub outcome: Outcome,
    /// Whether that, and what it came with, is as wanted.
    fits: bool,
}

impl Row {
    /// An evil of `knobs`, met on another device, that is to be refused.
    pub fn evil(
        case: &'static str,
        knobs: Value,
        error: &'static str,
        words: &'static str,
    ) -> Self {
        Self {
            case,
            knobs,
            how: SignIn::Device,
            tls: false,
            mend: |_| {},
            wanted: Wanted::Refused(error, words),
        }
    }

    /// An issuer that is odd, but lets alice in.
    pub fn odd(case: &'static str, knobs: Value, holds: fn(&Claims, &Grant) -> bool) -> Self {
        Self {
            wanted: Wanted::In(holds),
            ..Self::evil(case, knobs, "", "")
        }
    }

    /// The same with a browser.
    pub fn in_a_browser(self) -> Self {
        let how = SignIn::Browser;
        Self { how, ..self }
    }

    /// The same over TLS.
    pub fn over_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    /// The same, asked for in another way.
    pub fn asked(self, mend: fn(&mut Provider)) -> Self {
        Self { mend, ..self }
    }

    /// The row as it is, but with an issuer that is a good one.
    pub fn without_its_evil(self) -> Self {
        let knobs = json!({});
        Self { knobs, ..self }
    }

    /// Runs it.
    pub fn judge(&self, world: &World) -> Judged {
        let issuer = if self.tls {
            HostileIssuer::start_tls(world, &self.knobs)
        } else {
            HostileIssuer::start(world, &self.knobs)
        };
        let mut provider = provider(issuer.address());
        (self.mend)(&mut provider);
        let client = Client::find(world);
        let (outcome, fits) = match client.start(&provider, self.how) {
            Err(error) => self.refused("Start", &error),
            Ok(grant) => {
                if self.how == SignIn::Browser {
                    let (status, page) = issuer.visit(&grant.uri);
                    assert_ne!(status, 0, "{}: {page}", self.case);
                }
                match client.wait(grant.id) {
                    Err(error) => self.refused("Wait", &error),
                    Ok(claims) => (Outcome::LetIn, self.fits(&claims, &grant)),
                }
            }
        };
        Judged {
            case: self.case,
            outcome,
            fits,
        }
    }

    fn fits(&self, claims: &Claims, grant: &Grant) -> bool {
        match self.wanted {
            Wanted::In(holds) => holds(claims, grant),
            Wanted::Refused(..) => false,
        }
    }

    fn refused(&self, call: &'static str, error: &IdentityError) -> (Outcome, bool) {
        let (error, sentence) = parts(error);
        let clean = !sentence.chars().any(char::is_control) && sentence.chars().count() < 1000;
        let fits = match self.wanted {
            Wanted::Refused(kind, words) => clean && kind == error && sentence.contains(words),
            Wanted::In(_) => false,
        };
        let outcome = Outcome::Refused {
            call,
            error,
            sentence,
        };
        (outcome, fits)
    }
}

impl Judged {
    /// Whether what came of it is what was to come.
    pub fn is_right(&self) -> bool {
        self.fits
    }
}

/// The name of an error, and its sentence.
pub fn parts(error: &IdentityError) -> (&'static str, String) {
    let (name, sentence) = match error {
        IdentityError::ZBus(error) => return ("none of ours", error.to_string()),
        IdentityError::NotAuthorized(sentence) => ("NotAuthorized", sentence),
        IdentityError::TooMany(sentence) => ("TooMany", sentence),
        IdentityError::NoSuchGrant(sentence) => ("NoSuchGrant", sentence),
        IdentityError::Denied(sentence) => ("Denied", sentence),
        IdentityError::Expired(sentence) => ("Expired", sentence),
        IdentityError::Misconfigured(sentence) => ("Misconfigured", sentence),
        IdentityError::Unreachable(sentence) => ("Unreachable", sentence),
        IdentityError::Untrusted(sentence) => ("Untrusted", sentence),
    };
    (name, sentence.clone())
}

/// The rows, to be read by people.
pub fn table(judged: &[Judged]) -> String {
    let lines = judged.iter().map(|one| {
        let mark = if one.is_right() { " " } else { "!" };
        let (stopped, seen) = match &one.outcome {
            Outcome::LetIn => ("not stopped".to_owned(), "signed in"),
            Outcome::Refused {
                call,
                error,
                sentence,
            } => (format!("{call}: {error}"), sentence.as_str()),
        };
        format!("{mark} {:<52} | {stopped:<20} | {seen}\n", one.case)
    });
    let head = format!(
        "  {:<52} | {:<20} | what people see\n",
        "case", "where stopped"
    );
    [head].into_iter().chain(lines).collect()
}
