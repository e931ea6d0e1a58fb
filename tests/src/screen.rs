//! What a terminal shows, and a picture of it.

use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Size of a cell of a [`Screen::picture`], in pixels.
const CELL: (usize, usize) = (8, 16);

/// What a terminal shows: cells with their colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen(Vec<Vec<Cell>>);

/// A character, and its colours where the program chose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) character: char,
    pub(crate) foreground: Option<u8>,
    pub(crate) background: Option<u8>,
}

/// Red, green, blue.
type Rgb = [u8; 3];

/// How a terminal shows what the program left to it.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Text without a colour.
    pub foreground: Rgb,
    /// Where nothing is.
    pub background: Rgb,
    /// The colours 0 and 8, that are called black.
    pub blacks: [Rgb; 2],
    /// The colours 7 and 15, that are called white.
    pub whites: [Rgb; 2],
}

impl Theme {
    /// Solarized dark, in which "black" and "white" are neither.
    pub const DARK: Self = Self {
        foreground: [0x83, 0x94, 0x96],
        background: [0x00, 0x2b, 0x36],
        blacks: [[0x07, 0x36, 0x42], [0x00, 0x2b, 0x36]],
        whites: [[0xee, 0xe8, 0xd5], [0xfd, 0xf6, 0xe3]],
    };

    /// Black on white, with "white" as a dark grey that can be read there.
    pub const LIGHT: Self = Self {
        foreground: [0x00, 0x00, 0x00],
        background: [0xff, 0xff, 0xff],
        blacks: [[0x00, 0x00, 0x00], [0x55, 0x55, 0x55]],
        whites: [[0x66, 0x66, 0x66], [0x88, 0x88, 0x88]],
    };

    /// The colour with this number of the usual 256.
    fn colour(&self, number: u8) -> Rgb {
        match number {
            0 => self.blacks[0],
            8 => self.blacks[1],
            7 => self.whites[0],
            15 => self.whites[1],
            1..=14 => [0x80; 3],
            16..=231 => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let cube = number - 16;
                [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
            }
            232.. => [8 + 10 * (number - 232); 3],
        }
    }
}

impl Screen {
    /// Reads what `tmux capture-pane -e` prints: lines of text with colours (SGR).
    ///
    /// # Panics
    /// If it holds an escape sequence of another kind.
    #[must_use]
    pub fn parse(captured: &str) -> Self {
        let (mut foreground, mut background) = (None, None);
        let mut lines = Vec::new();
        for line in captured.lines() {
            let mut cells = Vec::new();
            let mut rest = line.chars();
            while let Some(character) = rest.next() {
                if character == '\u{1b}' {
                    let sequence: String = rest.by_ref().take_while(|&c| c != 'm').collect();
                    let sequence = sequence.strip_prefix('[').expect("colours only");
                    choose(sequence, &mut foreground, &mut background);
                } else if !character.is_control() {
                    cells.push(Cell {
                        character,
                        foreground,
                        background,
                    });
                }
            }
            lines.push(cells);
        }
        Self(lines)
    }

    /// The same, as if the program had chosen no colours.
    #[must_use]
    pub fn without_colours(mut self) -> Self {
        for cell in self.0.iter_mut().flatten() {
            (cell.foreground, cell.background) = (None, None);
        }
        self
    }

    /// The text of each line.
    #[must_use]
    pub fn text(&self) -> Vec<String> {
        let text = |line: &Vec<Cell>| line.iter().map(|cell| cell.character).collect();
        self.0.iter().map(text).collect()
    }

    /// Its cells, line by line.
    pub(crate) fn lines(&self) -> &[Vec<Cell>] {
        &self.0
    }

    /// The QR codes in a picture of it, as `zbarimg` reads them, that is written to `file`.
    ///
    /// # Panics
    /// If the file cannot be written.
    #[must_use]
    pub fn scan(&self, theme: &Theme, file: &Path) -> Vec<String> {
        self.picture(theme, file);
        let zbarimg = Command::new("zbarimg")
            .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
            .arg(file)
            .output()
            .expect("zbarimg (package zbar-tools) starts");
        let text = String::from_utf8(zbarimg.stdout).expect("a URI is ASCII");
        text.lines().map(str::to_owned).collect()
    }

    /// Writes it to `file` as a picture (PPM), as a terminal of that `theme` shows it.
    ///
    /// Half blocks are rectangles, as terminals draw them; letters are a blot.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn picture(&self, theme: &Theme, file: &Path) {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0).max(80);
        let (width, height) = (columns * CELL.0, self.0.len() * CELL.1);
        let mut picture = format!("P6\n{width} {height}\n255\n").into_bytes();
        for y in 0..height {
            for x in 0..width {
                let cell = self.0[y / CELL.1].get(x / CELL.0);
                picture.extend(pixel(cell, (x % CELL.0, y % CELL.1), theme));
            }
        }
        let mut file = std::fs::File::create(file).expect("the picture can be written");
        file.write_all(&picture)
            .expect("the picture can be written");
    }
}

/// Does what an SGR sequence says.
fn choose(sequence: &str, foreground: &mut Option<u8>, background: &mut Option<u8>) {
    let mut numbers = sequence
        .split([';', ':'])
        .map(|number| number.parse().unwrap_or(0u8));
    while let Some(number) = numbers.next() {
        match number {
            0 => (*foreground, *background) = (None, None),
            30..=37 => *foreground = Some(number - 30),
            40..=47 => *background = Some(number - 40),
            90..=97 => *foreground = Some(number - 90 + 8),
            100..=107 => *background = Some(number - 100 + 8),
            39 => *foreground = None,
            49 => *background = None,
            38 | 48 => {
                assert_eq!(numbers.next(), Some(5), "one of 256 colours: {sequence}");
                let chosen = numbers.next();
                *(if number == 38 {
                    &mut *foreground
                } else {
                    &mut *background
                }) = chosen;
            }
            // Bold and the like.
            _ => {}
        }
    }
}

fn pixel(cell: Option<&Cell>, (x, y): (usize, usize), theme: &Theme) -> Rgb {
    let Some(cell) = cell else {
        return theme.background;
    };
    let upper = y < CELL.1 / 2;
    let is_ink = match cell.character {
        ' ' => false,
        '█' => true,
        '▀' => upper,
        '▄' => !upper,
        _letter => (2..6).contains(&x) && (4..12).contains(&y),
    };
    let (colour, default) = if is_ink {
        (cell.foreground, theme.foreground)
    } else {
        (cell.background, theme.background)
    };
    colour.map_or(default, |number| theme.colour(number))
}
