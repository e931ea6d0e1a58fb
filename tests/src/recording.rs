//! A film of a terminal: what its screen shows, picture by picture.

use std::time::{Duration, Instant};

use crate::{DEADLINE, Screen, Terminal, recording_svg};

/// How long a picture stays in which somebody types.
const KEYSTROKE: u32 = 70;

/// A film of one terminal.
#[derive(Debug)]
pub struct Recording<'t, 'w> {
    terminal: &'t Terminal<'w>,
    pictures: Vec<Picture>,
    caption: String,
}

/// What is to be seen, and for how long.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) screen: Screen,
    /// Column and line.
    pub(crate) cursor: (usize, usize),
    /// What happens outside of the terminal, or is not to be seen there.
    pub(crate) caption: String,
    /// In milliseconds.
    pub(crate) duration: u32,
}

impl<'t, 'w> Recording<'t, 'w> {
    /// Of what is to come on this terminal.
    #[must_use]
    pub fn of(terminal: &'t Terminal<'w>) -> Self {
        Self {
            terminal,
            pictures: Vec::new(),
            caption: String::new(),
        }
    }

    /// What stands below the pictures from now on.
    pub fn caption(&mut self, text: &str) {
        text.clone_into(&mut self.caption);
    }

    /// What the screen shows now, for so many milliseconds.
    pub fn show(&mut self, duration: u32) {
        self.pictures.push(Picture {
            screen: self.terminal.screen(),
            cursor: self.terminal.cursor(),
            caption: self.caption.clone(),
            duration,
        });
    }

    /// Types a text that can be seen, key by key, and Return.
    ///
    /// # Panics
    /// If it does not come to the screen.
    pub fn type_line(&mut self, text: &str) {
        let start = self.terminal.last_line().trim_end().to_owned();
        for end in 1..=text.len() {
            let typed = text.get(..end).expect("commands are ASCII");
            self.terminal
                .type_text(typed.get(end - 1..).unwrap_or_default());
            self.wait_for_line(&start, typed);
            self.show(KEYSTROKE);
        }
        self.show(4 * KEYSTROKE);
        self.terminal.press("Enter");
    }

    /// Waits until the line of the cursor is `start`, perhaps a space, and `typed`.
    fn wait_for_line(&self, start: &str, typed: &str) {
        let begin = Instant::now();
        loop {
            let line = self.terminal.last_line();
            let rest = line.strip_prefix(start).unwrap_or_default();
            if rest.trim() == typed.trim() {
                return;
            }
            assert!(begin.elapsed() < DEADLINE, "{typed:?} is not in {line:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The film as an SVG of `title`, with room for so many columns and lines. It ends with its last
    /// picture, which is also all that is shown to who wants no movement.
    #[must_use]
    pub fn svg(&self, title: &str, size: (u32, u32)) -> String {
        recording_svg::svg(&self.pictures, title, size)
    }
}
