//! What a command says when it fails: one sentence, safe to print.

use crate::Ran;

impl Ran {
    /// The one sentence on stderr that says what happened and what to do next.
    ///
    /// # Panics
    /// If there is none, or more, or something in it that could steer a terminal.
    #[must_use]
    pub fn sentence(&self) -> &str {
        let line = self.stderr.strip_suffix('\n');
        let sentence = line.and_then(|line| line.strip_prefix("proauthd: "));
        let sentence = sentence.unwrap_or_else(|| panic!("not a sentence: {self:?}"));
        assert!(
            !sentence.contains(char::is_control),
            "control characters: {self:?}"
        );
        assert!(
            (1..=400).contains(&sentence.chars().count()),
            "no sentence is so long: {self:?}"
        );
        sentence
    }
}
