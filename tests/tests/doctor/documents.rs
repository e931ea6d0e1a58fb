//! docs/doctor.md explains what the doctor says, all of it, and nothing else.

use std::collections::BTreeSet;
use std::fs;

use proauth_e2e::repository;

use crate::rows::ROWS;

/// Where its sentences stand.
const MESSAGES: [&str; 4] = [
    "proauthd/src/messages/doctor.rs",
    "proauthd/rollout/src/messages/doctor_pam.rs",
    "proauthd/rollout/src/messages/doctor_sshd.rs",
    "proauthd/rollout/src/messages/doctor_system.rs",
];

#[test]
fn every_finding_is_in_the_table_and_the_table_has_no_other() {
    let said: BTreeSet<String> = MESSAGES
        .iter()
        .flat_map(|path| ids(&read(path), '"'))
        .collect();
    assert!(said.len() > 60, "{}", said.len());
    assert_eq!(said, explained());
}

#[test]
fn the_corpus_speaks_of_findings_that_there_are() {
    let explained = explained();
    for row in ROWS {
        assert!(explained.contains(row.id), "{}", row.id);
    }
}

fn explained() -> BTreeSet<String> {
    let guide = read("docs/doctor.md");
    let rows = guide.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| ids(row.split(" | ").next().unwrap_or_default(), '`'))
        .collect()
}

/// What stands between two `quotes` and looks like `part.name`.
fn ids(text: &str, quote: char) -> Vec<String> {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let is_id = |text: &&str| {
        text.split_once('.')
            .is_some_and(|(part, name)| is_word(part) && is_word(name))
    };
    text.split(quote).filter(is_id).map(str::to_owned).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).expect(path)
}
