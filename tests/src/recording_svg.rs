//! A film as one SVG: each line of the screen stands there once for each time that it is to be seen,
//! and CSS shows it then.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::recording::Picture;
use crate::screen::Cell;

/// Width and height of a cell; two lines are four modules of a QR code.
const CELL: (f32, f32) = (8.4, 16.8);
/// Around the screen, and the height of what is above and below it.
const MARGIN: f32 = 18.0;
const BAR: f32 = 40.0;
const CAPTION: f32 = 44.0;

/// By which neighbours overlap, so that no line is seen between them.
const SEAM: f32 = 0.8;

/// The window, whatever the page around it looks like.
const STYLE: &str = "\
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
font-size:14px;white-space:pre;fill:#d8dee9}\
.c{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:15px;fill:#8fbcbb}\
.t{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:13px;fill:#7b8494}\
.h{visibility:hidden}";

/// From which picture to which, that one not included.
type Span = (usize, usize);

/// The film. See [`Recording::svg`](crate::Recording::svg).
pub(crate) fn svg(pictures: &[Picture], title: &str, (columns, lines): (u32, u32)) -> String {
    let film = Film::of(pictures);
    let width = columns as f32 * CELL.0 + 2.0 * MARGIN;
    let height = BAR + lines as f32 * CELL.1 + CAPTION;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n"
    );
    let content = film.content(width, height);
    let _ = writeln!(svg, "<style>{STYLE}{}</style>", film.style());
    svg.push_str(&window(title, width, height));
    svg.push_str(&content);
    svg.push_str("</svg>\n");
    svg
}

fn window(title: &str, width: f32, height: f32) -> String {
    let mut window = format!(
        "<rect x=\".5\" y=\".5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"10\" fill=\"#20242e\" stroke=\"#4c566a\"/>\n",
        width - 1.0,
        height - 1.0
    );
    for (number, colour) in ["#bf616a", "#ebcb8b", "#a3be8c"].iter().enumerate() {
        let x = 20 + 20 * number;
        let _ = write!(
            window,
            "<circle cx=\"{x}\" cy=\"18\" r=\"6\" fill=\"{colour}\"/>"
        );
    }
    let _ = writeln!(
        window,
        "<text class=\"t\" x=\"{:.0}\" y=\"22\" text-anchor=\"middle\">{title}</text>",
        width / 2.0
    );
    window
}

/// When each picture begins, and what is shown how long.
struct Film<'p> {
    pictures: &'p [Picture],
    /// In milliseconds, and the end of the last one.
    begins: Vec<u32>,
    /// A class for each span that does not last to the end and from the beginning.
    classes: BTreeMap<Span, usize>,
}

impl<'p> Film<'p> {
    fn of(pictures: &'p [Picture]) -> Self {
        let mut film = Self {
            pictures,
            begins: vec![0],
            classes: BTreeMap::new(),
        };
        let mut end = 0;
        for picture in pictures {
            end += picture.duration;
            film.begins.push(end);
        }
        let spans = (film.lines().into_keys().map(|(span, _)| span))
            .chain(
                film.runs(|picture| picture.cursor)
                    .into_iter()
                    .map(|run| run.0),
            )
            .chain(
                film.runs(|picture| &picture.caption)
                    .into_iter()
                    .map(|run| run.0),
            );
        let spans: Vec<Span> = spans.collect();
        for span in spans
            .into_iter()
            .filter(|span| *span != (0, pictures.len()))
        {
            let next = film.classes.len();
            film.classes.entry(span).or_insert(next);
        }
        film
    }

    /// The lines of the screen, by when and where they are to be seen.
    fn lines(&self) -> BTreeMap<(Span, usize), &'p [Cell]> {
        let height = self
            .pictures
            .iter()
            .map(|picture| picture.screen.lines().len());
        let mut lines = BTreeMap::new();
        for row in 0..height.max().unwrap_or(0) {
            let line = |picture: &'p Picture| {
                let cells = picture.screen.lines().get(row);
                seen(cells.map(Vec::as_slice).unwrap_or_default())
            };
            for (span, cells) in self.runs(line) {
                if !cells.is_empty() {
                    lines.insert((span, row), cells);
                }
            }
        }
        lines
    }

    /// What `part` of the pictures is, each for as long as it stays the same.
    fn runs<T: PartialEq>(&self, part: impl Fn(&'p Picture) -> T) -> Vec<(Span, T)> {
        let mut runs: Vec<(Span, T)> = Vec::new();
        for (number, picture) in self.pictures.iter().enumerate() {
            let now = part(picture);
            match runs.last_mut() {
                Some((span, last)) if *last == now => span.1 = number + 1,
                _ => runs.push(((number, number + 1), now)),
            }
        }
        runs
    }

    /// Everything that moves.
    fn content(&self, width: f32, height: f32) -> String {
        let mut content = String::new();
        for ((span, row), cells) in self.lines() {
            let _ = write!(content, "<g{}>", self.class(span, ""));
            draw(&mut content, cells, BAR + row as f32 * CELL.1);
            content.push_str("</g>\n");
        }
        for (span, (column, row)) in self.runs(|picture| picture.cursor) {
            let x = MARGIN + column as f32 * CELL.0;
            let y = BAR + row as f32 * CELL.1 + 1.0;
            let _ = writeln!(
                content,
                "<rect{} x=\"{x:.1}\" y=\"{y:.1}\" width=\"8\" height=\"15\" fill=\"#88c0d0\" opacity=\".7\"/>",
                self.class(span, "")
            );
        }
        for (span, caption) in self.runs(|picture| &picture.caption) {
            let _ = writeln!(
                content,
                "<text{} x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
                self.class(span, "c"),
                width / 2.0,
                height - 16.0,
                escaped(caption)
            );
        }
        content
    }

    /// The attribute that shows something in that span; without animation, what is seen at the end.
    fn class(&self, span: Span, other: &str) -> String {
        let timed = self.classes.get(&span).map(|number| format!("k{number}"));
        let hidden = (span.1 != self.pictures.len()).then(|| "h".to_owned());
        let other = (!other.is_empty()).then(|| other.to_owned());
        let all: Vec<String> = other.into_iter().chain(timed).chain(hidden).collect();
        match all.is_empty() {
            true => String::new(),
            false => format!(" class=\"{}\"", all.join(" ")),
        }
    }

    /// When each class is to be seen.
    fn style(&self) -> String {
        let end = self.begins.last().copied().unwrap_or(0);
        let mut style = String::from("@media(prefers-reduced-motion:no-preference){");
        for (&(from, to), number) in &self.classes {
            let percent = |picture: usize| {
                let begin = self.begins.get(picture).copied().unwrap_or(end);
                format!("{:.2}%", f64::from(begin) * 100.0 / f64::from(end))
            };
            let (hidden, visible) = ("visibility:hidden", "visibility:visible");
            let before = if from > 0 {
                format!("0%{{{hidden}}}")
            } else {
                String::new()
            };
            let after = match to == self.pictures.len() {
                true => format!("100%{{{visible}}}"),
                false => format!("{},100%{{{hidden}}}", percent(to)),
            };
            let _ = write!(
                style,
                "\n@keyframes k{number}{{{before}{}{{{visible}}}{after}}}\
                 .k{number}{{animation:k{number} {end}ms step-end infinite}}",
                percent(from)
            );
        }
        style.push('}');
        style
    }
}

/// A line without the end of it that looks like nothing.
fn seen(cells: &[Cell]) -> &[Cell] {
    let is_seen = |cell: &Cell| cell.character != ' ' || cell.background.is_some();
    let end = cells.iter().rposition(is_seen).map_or(0, |last| last + 1);
    &cells[..end]
}

/// Draws a line whose upper edge is at `y`: what is behind the letters, half blocks as rectangles,
/// and letters, each run of one colour at the place of its first cell.
fn draw(svg: &mut String, cells: &[Cell], y: f32) {
    let mut first = 0;
    for run in cells.chunk_by(|one, next| {
        (one.foreground, one.background) == (next.foreground, next.background)
    }) {
        draw_run(svg, run, (MARGIN + first as f32 * CELL.0, y));
        first += run.len();
    }
}

fn draw_run(svg: &mut String, run: &[Cell], (x, y): (f32, f32)) {
    let Some(cell) = run.first() else { return };
    if let Some(background) = cell.background {
        let width = run.len() as f32 * CELL.0;
        let _ = write!(
            svg,
            "<path fill=\"{}\" d=\"M{x:.1} {y:.1}h{width:.1}v{:.1}h-{width:.1}z\"/>",
            colour(background),
            CELL.1 + SEAM
        );
    }
    let foreground = cell.foreground.map(colour);
    let blocks = blocks(run, x, y);
    if !blocks.is_empty() {
        let fill = foreground.clone().unwrap_or_else(|| "#d8dee9".to_owned());
        let _ = write!(svg, "<path fill=\"{fill}\" d=\"{blocks}\"/>");
    }
    let letters: String = run
        .iter()
        .map(|cell| if is_block(cell) { ' ' } else { cell.character })
        .collect();
    let start = letters.len() - letters.trim_start().len();
    let letters = letters.trim();
    if letters.is_empty() {
        return;
    }
    let fill = foreground
        .map(|colour| format!(" style=\"fill:{colour}\""))
        .unwrap_or_default();
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\"{fill}>{}</text>",
        x + start as f32 * CELL.0,
        y + 12.6,
        letters.chars().count() as f32 * CELL.0,
        escaped(letters)
    );
}

fn is_block(cell: &Cell) -> bool {
    matches!(cell.character, '█' | '▀' | '▄')
}

/// The blocks among the cells, as a path; neighbours of one kind in one piece.
fn blocks(run: &[Cell], x: f32, y: f32) -> String {
    let half = CELL.1 / 2.0;
    let mut path = String::new();
    let mut first = 0;
    for same in run.chunk_by(|one, next| one.character == next.character) {
        let (top, height) = match same.first().map(|cell| cell.character) {
            Some('█') => (0.0, CELL.1),
            Some('▀') => (0.0, half),
            Some('▄') => (half, half),
            _ => {
                first += same.len();
                continue;
            }
        };
        let width = same.len() as f32 * CELL.0;
        let x = x + first as f32 * CELL.0;
        let _ = write!(
            path,
            "M{x:.1} {:.1}h{width:.1}v{:.1}h-{width:.1}z",
            y + top,
            height + SEAM / 2.0
        );
        first += same.len();
    }
    path
}

/// The colours of a shell's prompt, and those of a QR code.
fn colour(number: u8) -> String {
    let named = match number {
        1 | 9 => "#bf616a",
        2 | 10 => "#a3be8c",
        3 | 11 => "#ebcb8b",
        4 | 12 => "#81a1c1",
        5 | 13 => "#b48ead",
        6 | 14 => "#88c0d0",
        0 | 16 => "#000",
        15 | 231 => "#fff",
        _ => "#d8dee9",
    };
    named.to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
