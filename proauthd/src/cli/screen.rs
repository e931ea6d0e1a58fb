//! What the terminal at hand can show. It decides how something looks, never what is done.

use std::io::{self, IsTerminal};

use terminal_size::{Height, Width, terminal_size};

use super::failure::Failure;
use super::{output, qr};

/// Columns to write for where there is no terminal.
const COLUMNS: usize = 80;

/// The terminal, or what is there in place of one.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns and lines; `None` where nothing is a terminal.
    size: Option<(usize, usize)>,
    is_terminal: bool,
    is_dumb: bool,
    has_blocks: bool,
}

/// Why there is no QR code.
pub enum NoQr {
    /// It would not be one on this screen.
    NotHere,
    /// It would, if the terminal were larger.
    TooLarge,
}

impl Screen {
    /// That of standard output.
    pub fn here() -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self {
            size: size(),
            is_terminal,
            is_dumb: match variable("TERM").as_str() {
                "" => is_terminal,
                term => term == "dumb",
            },
            has_blocks: is_utf8(&["LC_ALL", "LC_CTYPE", "LANG"].map(variable)),
        }
    }

    /// How long a line may be.
    pub fn columns(self) -> usize {
        self.size.map_or(COLUMNS, |(columns, _)| columns)
    }

    /// Whether a line can be written again.
    pub fn rewrites(self) -> bool {
        self.is_terminal && !self.is_dumb
    }

    /// The QR code of `text`, if it can be seen as a whole together with `beside` other lines.
    ///
    /// # Errors
    /// Why not.
    pub fn qr(self, text: &str, beside: usize) -> Result<Vec<qr::Line>, NoQr> {
        if self.is_dumb || !self.has_blocks {
            return Err(NoQr::NotHere);
        }
        let code = qr::lines(text).map_err(|_| NoQr::TooLarge)?;
        let wide = code.first().map_or(0, |line| line.columns);
        let fits = self
            .size
            .is_none_or(|(columns, lines)| wide <= columns && code.len() + beside <= lines);
        if fits { Ok(code) } else { Err(NoQr::TooLarge) }
    }
}

/// Writes `text` without breaking its words.
///
/// # Errors
/// If nobody reads it.
pub fn say(text: &str) -> Result<(), Failure> {
    let lines = wrapped(text, Screen::here().columns());
    lines.iter().try_for_each(output::line)
}

/// `text` in lines of at most so many columns. A word that is longer stays whole: a terminal
/// breaks it where it ends, and it can still be copied in one piece.
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn size() -> Option<(usize, usize)> {
    let (Width(columns), Height(lines)) = terminal_size()?;
    Some((usize::from(columns), usize::from(lines)))
}

/// Whether the first of these variables that says anything says UTF-8 (locale(7)).
fn is_utf8(locales: &[String]) -> bool {
    let locale = locales.iter().find(|locale| !locale.is_empty());
    locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

fn variable(name: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "it is only about what the caller's own terminal shows"
    )]
    std::env::var(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Screen = Screen {
        size: Some((80, 24)),
        is_terminal: true,
        is_dumb: false,
        has_blocks: true,
    };

    #[test]
    fn words_are_never_broken_and_lines_are_as_long_as_can_be() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two", 6), ["one", "two"]);
        assert_eq!(wrapped("a-very-long-word b", 4), ["a-very-long-word", "b"]);
        assert_eq!(wrapped("", 4), [""; 0]);
    }

    #[test]
    fn the_first_variable_that_says_anything_names_the_characters() {
        let says = |locales: [&str; 3]| is_utf8(&locales.map(str::to_owned));
        assert!(says(["", "", "de_DE.UTF-8"]) && says(["", "C.utf8", "C"]));
        assert!(!says(["", "", ""]) && !says(["POSIX", "", "C.UTF-8"]));
    }

    #[test]
    fn a_qr_code_is_shown_only_where_the_whole_of_it_can_be_seen() {
        let uri = "https://www.google.com/device";
        let lines = TERMINAL.qr(uri, 4).ok().map(|code| code.len());
        assert_eq!(lines, Some(17));
        for (size, beside) in [((80, 20), 4), ((32, 24), 4), ((80, 24), 8)] {
            let small = Screen {
                size: Some(size),
                ..TERMINAL
            };
            assert!(matches!(small.qr(uri, beside), Err(NoQr::TooLarge)));
        }
        let dumb = Screen {
            is_dumb: true,
            ..TERMINAL
        };
        let ascii = Screen {
            has_blocks: false,
            ..TERMINAL
        };
        for screen in [dumb, ascii] {
            assert!(matches!(screen.qr(uri, 4), Err(NoQr::NotHere)));
        }
    }
}
