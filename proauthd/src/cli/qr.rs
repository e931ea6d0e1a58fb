//! A QR code as characters: two modules to a character, black on white on any terminal.

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// Black on white of the colour cube, which themes leave alone; the 16 named colours they change.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// Modules that fit the height of a terminal of 24 lines above a prompt.
const HEIGHT: usize = 46;

/// A line of a QR code.
pub struct Line {
    /// The columns it takes on the screen.
    pub columns: usize,
    text: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The lines of a QR code of `text`.
///
/// Low error correction: a screen has no dirt on it, and fewer modules are larger. The quiet zone
/// is the four modules of ISO/IEC 18004 where that fits 24 lines, and less, but never none, where
/// it does not.
///
/// # Errors
/// If the text is too long for a QR code.
pub fn lines(text: &str) -> Result<Vec<Line>, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    let width = code.width();
    let quiet = (HEIGHT.saturating_sub(width) / 2).clamp(1, 4);
    let modules = code.to_colors();
    let dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(quiet).filter(|at| *at < width);
        let module = inside(x)
            .zip(inside(y))
            .and_then(|(x, y)| modules.get(y * width + x));
        module == Some(&Color::Dark)
    };
    let side = width + 2 * quiet;
    let row = |y: usize| {
        let characters: String = (0..side)
            .map(|x| match (dark(x, y), dark(x, y + 1)) {
                (false, false) => ' ',
                (true, false) => '▀',
                (false, true) => '▄',
                (true, true) => '█',
            })
            .collect();
        Line {
            columns: side,
            text: format!("{BLACK_ON_WHITE}{characters}{RESET}"),
        }
    };
    Ok((0..side).step_by(2).map(row).collect())
}
