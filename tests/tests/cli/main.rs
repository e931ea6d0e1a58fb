//! The command line does what docs/cli.md says of it.

use proauth_e2e::repository;

mod exit_codes;
mod json;
mod output;

/// The text of docs/cli.md between the heading `## name` and the next.
fn section(name: &str) -> String {
    let docs = repository().join("docs/cli.md");
    let docs = std::fs::read_to_string(docs).expect("docs/cli.md can be read");
    let (_, rest) = docs
        .split_once(&format!("\n## {name}\n"))
        .unwrap_or_else(|| panic!("docs/cli.md has no section {name}"));
    let end = rest.find("\n## ").unwrap_or(rest.len());
    rest[..end].to_owned()
}

/// The cells of the lines of the first table in `text`, below its head.
fn table(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with('|'));
    let rows = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.map(cells).collect()
}
