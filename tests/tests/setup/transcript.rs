//! What a terminal has shown, as a document shows it: without what is another one each time.

use std::fs;
use std::path::PathBuf;

use proauth_e2e::repository;

/// Where the transcript stands, between the fences of its only block of language `text`.
pub const DOCUMENT: &str = "docs/setup.md";

/// Set to write the document in place of comparing it.
const WRITE: &str = "PROAUTH_WRITE_TRANSCRIPT";

/// Fences of the block.
const FENCES: [&str; 2] = ["```text\n", "```\n"];

/// Compares `shown` with what `document` shows; or writes it there, where that is asked for.
///
/// # Panics
/// If it differs.
pub fn hold(shown: &str, document: &str) {
    let path: PathBuf = repository().join(document);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
    let (before, rest) = text.split_once(FENCES[0]).expect("a block begins");
    let (told, after) = rest.split_once(FENCES[1]).expect("it ends");
    let shown = regular(shown);
    if std::env::var_os(WRITE).is_some() {
        let text = [before, FENCES[0], &shown, FENCES[1], after].concat();
        fs::write(&path, text).unwrap_or_else(|error| panic!("{document}: {error}"));
    } else {
        assert_eq!(
            told, shown,
            "{document}: if that is right, run with {WRITE}=1"
        );
    }
}

/// What stands for a QR code.
const QR: &str = "  (the same, as a QR code)";

/// How the lines of one begin: in its colours.
const QR_COLOURS: &str = "\u{1b}[38;5;16;48;5;231m";

/// What stands for a key.
const KEY: &str = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";

/// What stands for recovery codes.
const RECOVERY_CODES: [&str; 10] = [
    "x3vk-9gqa-m4td",
    "7h2n-wq0c-z5ry",
    "p8sj-4kd2-v6fe",
    "b1mz-t7xa-9gqn",
    "e5rw-0hcy-k3pd",
    "q9af-j2vt-8snx",
    "m6yd-c4bk-1zhw",
    "0tgp-r5ne-x7jv",
    "z2xc-8wfm-d9ka",
    "v4qh-s1yb-6rte",
];

/// The screen's lines, in which keys, codes, times and sizes are always the same.
fn regular(shown: &str) -> String {
    let begin = shown.find("This leads to").expect("it begins");
    let mut lines: Vec<String> = Vec::new();
    for line in shown[begin..].replace("\r\n", "\n").split('\n') {
        if line.starts_with("Connection to ") {
            break;
        }
        // What is written over a line stands behind a return; the last of it may be nothing.
        let mut states: Vec<String> = line.split('\r').map(regular_line).collect();
        states.retain(|state| !line.contains('\r') || !state.is_empty());
        states.dedup();
        if lines.last().map(String::as_str) == Some(QR) {
            states.retain(|state| state != QR);
        }
        lines.extend(states);
    }
    let text = lines.join("\n").trim_end().to_owned() + "\n";
    let numbered = |text: String, code: &&str| text.replacen("xxxx-xxxx-xxxx", code, 1);
    RECOVERY_CODES.iter().fold(text, numbered)
}

fn regular_line(line: &str) -> String {
    if line.starts_with(QR_COLOURS) {
        return QR.to_owned();
    }
    let line = without_colours(line);
    let words: Vec<&str> = line.trim_end().split(' ').collect();
    let is_group = |word: &&&str| is_like(word, "AAAA");
    if words.iter().filter(is_group).count() == KEY.split(' ').count() {
        return format!("  {KEY}");
    }
    let words = words.into_iter().map(regular_word);
    words.collect::<Vec<_>>().join(" ")
}

/// `text` without what begins with an escape and ends with a letter (ECMA-48).
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let end = piece.find(|c: char| c.is_ascii_alphabetic());
        text + end.map_or("", |end| &piece[end + 1..])
    })
}

fn regular_word(word: &str) -> String {
    let forms = [
        ("000000", "123456"),
        ("aaaa-aaaa-aaaa", "xxxx-xxxx-xxxx"),
        ("0:00", "9:59"),
        ("10:00", "9:59"),
        ("0000-00-00T00:00:00Z", "2026-11-23T06:00:00Z"),
        ("0000-00-00T00:00:00Z.", "2026-11-23T06:10:00Z."),
        // Free space in MB.
        ("0000", "9000"),
        ("00000", "9000"),
    ];
    let form = forms.iter().find(|(form, _)| is_like(word, form));
    form.map_or_else(|| word.to_owned(), |(_, same)| (*same).to_owned())
}

/// Whether `word` has the form `form`, in which 0 stands for any digit, A for what keys are made of,
/// and a for what recovery codes are made of.
fn is_like(word: &str, form: &str) -> bool {
    let fits = |(c, form): (char, char)| match form {
        '0' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase() || ('2'..='7').contains(&c),
        'a' => c.is_ascii_lowercase() || c.is_ascii_digit(),
        other => c == other,
    };
    word.len() == form.len() && word.chars().zip(form.chars()).all(fits)
}
