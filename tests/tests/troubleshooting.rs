//! The sentences that docs/google.md explains are those that are printed.

use std::fs;

use proauth_e2e::repository;

/// Where sentences for people stand.
const MESSAGES: [&str; 3] = [
    "proauthd/src/messages/enrollment.rs",
    "proauthd/idp/src/messages.rs",
    "proauthd/idp/src/refusals.rs",
];

#[test]
fn every_sentence_of_the_troubleshooting_table_is_one_that_we_print() {
    let read = |path: &str| fs::read_to_string(repository().join(path)).expect(path);
    let printed = MESSAGES.map(|path| unwrapped(&read(path))).concat();
    let guide = read("docs/google.md");
    let (_, table) = guide.split_once("| it says |").expect("the table is there");
    let sentences: Vec<&str> = table.lines().filter_map(quoted).collect();
    assert!(sentences.len() > 8, "{sentences:?}");
    for sentence in sentences {
        assert!(printed.contains(sentence), "nobody prints {sentence:?}");
    }
}

/// The sentence in the first column of a row; rows about what others print have none.
fn quoted(row: &str) -> Option<&str> {
    let column = row.strip_prefix("| ")?.split(" | ").next()?;
    column.strip_prefix('`')?.split('`').next()
}

/// Rust's literals over several lines, in one.
fn unwrapped(source: &str) -> String {
    let mut lines = source.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start())
}
