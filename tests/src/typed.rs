//! What users type, said before anybody knows the code of that moment.

use std::sync::OnceLock;

use crate::Authenticator;

/// Something that is typed where a code is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Typed {
    /// The code of the present step.
    Right,
    /// The code so many steps after the present one, or before it.
    Step(i64),
    /// A code of no step within a day.
    Wrong,
    /// The code of the present step with a space in its middle, as apps show it.
    Spaced,
    /// The code of the present step, cut or lengthened to so many digits.
    Digits(usize),
    /// This recovery code, counted from zero.
    Recovery(usize),
    /// The same in capitals and without dashes.
    Shouted(usize),
    /// The emergency code.
    Emergency,
    /// This.
    Text(&'static str),
    /// This, and a code right after it.
    After(&'static str, &'static Typed),
}

/// What a user has at hand.
#[derive(Debug)]
pub struct AtHand {
    /// Their app.
    pub authenticator: Authenticator,
    /// Their recovery codes.
    pub recovery_codes: Vec<String>,
    /// What the help desk has read out.
    pub emergency_code: Option<String>,
    wrong: OnceLock<String>,
}

impl AtHand {
    /// An app, and these recovery codes.
    #[must_use]
    pub fn new(authenticator: Authenticator, recovery_codes: Vec<String>) -> Self {
        Self {
            authenticator,
            recovery_codes,
            emergency_code: None,
            wrong: OnceLock::new(),
        }
    }

    /// What they type at this moment.
    ///
    /// # Panics
    /// If they do not have it.
    #[must_use]
    pub fn types(&self, typed: Typed) -> String {
        let app = &self.authenticator;
        match typed {
            Typed::Right => app.code(),
            Typed::Step(steps) => app.code_in_steps(steps),
            Typed::Wrong => self.wrong.get_or_init(|| app.wrong_code()).clone(),
            Typed::Spaced => {
                let code = app.code();
                let (left, right) = code.split_at(code.len() / 2);
                format!("{left} {right}")
            }
            Typed::Digits(count) => app
                .code()
                .chars()
                .chain(std::iter::repeat('0'))
                .take(count)
                .collect(),
            Typed::Recovery(number) => self.recovery_codes[number].clone(),
            Typed::Shouted(number) => self.recovery_codes[number].replace('-', "").to_uppercase(),
            Typed::Emergency => self.emergency_code.clone().expect("one was made"),
            Typed::Text(text) => text.to_owned(),
            Typed::After(text, code) => format!("{text}{}", self.types(*code)),
        }
    }
}
