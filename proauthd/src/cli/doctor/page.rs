//! The page: a heading for each part, a line for each finding, and under it what to do.

use proauth_rollout::doctor::Part;
use proauth_rollout::{Finding, Level};
use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::screen::{Screen, wrapped};

/// Before what a finding says.
const MARGIN: usize = 8;

/// Lines longer than this are hard to read.
const WIDEST: usize = 80;

/// Prints it, without what is green if `quiet`.
///
/// # Errors
/// If nobody reads it.
pub fn print(parts: &[Part], as_json: bool, quiet: bool) -> Result<(), Failure> {
    if as_json {
        return output::line(json(parts));
    }
    let screen = Screen::here();
    let columns = screen.columns().min(WIDEST);
    let lines = page(parts, columns, quiet);
    lines.iter().try_for_each(|(level, line)| match level {
        Some(level) if screen.rewrites() => output::line(coloured(*level, line)),
        _ => output::line(line),
    })
}

/// A line; with the level whose word it begins with, if it does.
type Line = (Option<Level>, String);

fn page(parts: &[Part], columns: usize, quiet: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for part in parts {
        let shown = |finding: &&Finding| match finding.level {
            Level::Unknown => false,
            Level::Green => !quiet,
            Level::Yellow | Level::Red => true,
        };
        let shown: Vec<&Finding> = part.findings.iter().filter(shown).collect();
        if shown.is_empty() {
            continue;
        }
        lines.push((None, part.title.to_owned()));
        lines.extend(shown.iter().flat_map(|finding| described(finding, columns)));
    }
    lines.extend(unknown(parts, columns));
    lines.push((None, summary(parts)));
    lines
}

fn described(finding: &Finding, columns: usize) -> Vec<Line> {
    let width = columns.saturating_sub(MARGIN);
    let mut lines: Vec<Line> = Vec::new();
    for line in wrapped(&finding.what, width) {
        let (level, word) = match lines.is_empty() {
            true => (Some(finding.level), finding.level.word()),
            false => (None, ""),
        };
        lines.push((level, format!("{word:<MARGIN$}{line}")));
    }
    if finding.level != Level::Green {
        let fix = wrapped(&finding.fix, width.saturating_sub(2));
        let sign = |at: usize| if at == 0 { "->" } else { "  " };
        let fix = fix.iter().enumerate();
        lines.extend(fix.map(|(at, line)| (None, format!("{:MARGIN$}{} {line}", "", sign(at)))));
    }
    lines
}

/// What could not be found out, once for each way to find it out.
fn unknown(parts: &[Part], columns: usize) -> Vec<Line> {
    let all = parts.iter().flat_map(|part| &part.findings);
    let all: Vec<&Finding> = all.filter(|f| f.level == Level::Unknown).collect();
    let mut fixes: Vec<&str> = all.iter().map(|finding| finding.fix.as_str()).collect();
    fixes.sort_unstable();
    fixes.dedup();
    let one = |fix: &str| {
        let with = all.iter().filter(|finding| finding.fix == fix);
        let whats: Vec<&str> = with.map(|finding| finding.what.as_str()).collect();
        let joined = Finding::unknown("", format!("not seen: {}", whats.join("; ")), fix);
        described(&joined, columns)
    };
    fixes.into_iter().flat_map(one).collect()
}

fn summary(parts: &[Part]) -> String {
    let findings = || parts.iter().flat_map(|part| &part.findings);
    let count = |level| findings().filter(|finding| finding.level == level).count();
    format!(
        "{} red, {} yellow, {} green",
        count(Level::Red),
        count(Level::Yellow),
        count(Level::Green)
    )
}

/// The word in its colour; the colours are those of the terminal (ECMA-48, SGR).
fn coloured(level: Level, line: &str) -> String {
    let colour = match level {
        Level::Green => 32,
        Level::Yellow => 33,
        Level::Red => 31,
        Level::Unknown => 36,
    };
    let word = level.word();
    match line.strip_prefix(word) {
        Some(rest) => format!("\x1b[{colour}m{word}\x1b[m{rest}"),
        None => line.to_owned(),
    }
}

fn json(parts: &[Part]) -> Value {
    let findings = parts.iter().flat_map(|part| {
        part.findings.iter().map(|finding| {
            json!({
                "part": part.title,
                "id": finding.id,
                "level": finding.level.word(),
                "what": finding.what,
                "fix": finding.fix,
            })
        })
    });
    let findings: Vec<Value> = findings.collect();
    let worst = parts
        .iter()
        .flat_map(|part| &part.findings)
        .map(|f| f.level)
        .max();
    json!({ "level": worst.unwrap_or(Level::Green).word(), "findings": findings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Vec<Part> {
        let long = "this is a sentence that is too long for one line of sixty columns, by far";
        vec![Part {
            title: "PAM",
            findings: vec![
                Finding::green("a.b", "right"),
                Finding::red(
                    "a.c",
                    long,
                    "do this, and that, and something else, and then that",
                ),
                Finding::unknown("a.d", "the key", "run it as root"),
                Finding::unknown("a.e", "the records", "run it as root"),
            ],
        }]
    }

    #[test]
    fn the_page_fits_sixty_columns_and_says_what_to_do() {
        let lines: Vec<String> = page(&parts(), 60, false).into_iter().map(|l| l.1).collect();
        assert_eq!(
            lines,
            [
                "PAM",
                "green   right",
                "red     this is a sentence that is too long for one line of",
                "        sixty columns, by far",
                "        -> do this, and that, and something else, and then",
                "           that",
                "unknown not seen: the key; the records",
                "        -> run it as root",
                "1 red, 0 yellow, 1 green",
            ]
        );
        assert!(lines.iter().all(|line| line.chars().count() <= 60));
    }

    #[test]
    fn what_is_green_can_be_left_out() {
        let lines = page(&parts(), 60, true);
        assert!(lines.iter().all(|(level, _)| *level != Some(Level::Green)));
    }

    #[test]
    fn programs_are_told_the_worst_level() {
        let json = json(&parts());
        assert_eq!(json["level"], "red");
        assert_eq!(json["findings"][1]["id"], "a.c");
    }
}
