//! The sentences that docs/troubleshooting.md and docs/google.md explain are those that are printed,
//! and those that keep somebody out are explained.

use std::fs;

use proauth_e2e::repository;

/// Where sentences for people stand.
const MESSAGES: [&str; 22] = [
    "pam_proauth/src/messages.rs",
    "proauthd/src/messages.rs",
    "proauthd/src/messages/enrollment.rs",
    "proauthd/src/messages/protect.rs",
    "proauthd/src/messages/rekey.rs",
    "proauthd/src/messages/setup.rs",
    "proauthd/src/audit.rs",
    "proauthd/src/daemon/name_services.rs",
    "proauthd/src/cli/failure.rs",
    "proauthd/src/cli/sign_in.rs",
    "proauthd/src/cli/drain.rs",
    "proauthd/src/config/mod.rs",
    "proauthd/src/daemon/serve.rs",
    "proauthd/src/store/mod.rs",
    "proauthd/src/store/open.rs",
    "proauthd/src/store/key.rs",
    "proauthd/idp/src/messages.rs",
    "proauthd/idp/src/refusals.rs",
    "proauthd/rollout/src/messages/protect.rs",
    "proauthd/rollout/src/messages/roll_back.rs",
    "proauthd/rollout/src/state/mod.rs",
    "packaging/pam/pam-remove",
];

/// What the daemon says when it does not start.
const STARTING: [&str; 3] = [
    "proauthd/src/daemon/serve.rs",
    "proauthd/src/store/open.rs",
    "proauthd/src/store/key.rs",
];

#[test]
fn every_sentence_of_the_table_about_google_is_one_that_we_print() {
    let guide = read("docs/google.md");
    let (_, table) = guide.split_once("| it says |").expect("the table is there");
    assert!(assert_printed(table) > 8);
}

#[test]
fn every_sentence_of_the_troubleshooting_tables_is_one_that_we_print() {
    assert!(assert_printed(&read("docs/troubleshooting.md")) > 70);
}

#[test]
fn whatever_keeps_the_daemon_from_starting_is_explained() {
    let guide = read("docs/troubleshooting.md");
    let sources = STARTING.map(|path| unwrapped(&read(path))).concat();
    let errors = sources.split("#[error(").skip(1).filter_map(literal);
    let errors: Vec<&str> = errors.map(telling_part).collect();
    assert!(errors.len() > 15, "{errors:?}");
    for error in errors {
        assert!(guide.contains(error), "{error:?} is not explained");
    }
}

#[test]
fn whatever_the_module_says_is_explained() {
    let guide = read("docs/troubleshooting.md");
    let source = unwrapped(&read("pam_proauth/src/messages.rs"));
    let (_, complaints) = source.split_once("pub fn complaint").expect("it is there");
    let (complaints, _) = complaints.split_once("fn cause").expect("they end");
    let mut explained = 0;
    for text in complaints.split('"').skip(1).step_by(2) {
        let text = telling_part(text.trim_end_matches('\\'));
        assert!(
            text.len() < 6 || guide.contains(text),
            "{text:?} is not explained"
        );
        explained += 1;
    }
    assert!(explained > 12, "{explained}");
}

/// Looks for what stands in the first columns of tables as printed, in what is printed; how many
/// sentences that were. What others print stands in quotes there.
fn assert_printed(tables: &str) -> usize {
    let printed = MESSAGES.map(|path| unwrapped(&read(path))).concat();
    let mut sentences = 0;
    for sentence in tables.lines().filter_map(first_column).flat_map(quoted) {
        let sentence = sentence.strip_prefix("denied: ").unwrap_or(sentence);
        for part in sentence.split('…') {
            assert!(printed.contains(part), "nobody prints {part:?}");
        }
        sentences += 1;
    }
    sentences
}

fn first_column(row: &str) -> Option<&str> {
    row.strip_prefix("| ")?.split(" | ").next()
}

/// What stands between grave accents; in the table about Google, the provider's word comes after
/// ours, in brackets.
fn quoted(column: &str) -> impl Iterator<Item = &str> {
    let ours = column.split(" (`").next().unwrap_or_default();
    ours.split('`').skip(1).step_by(2)
}

/// The first literal of a piece of source.
fn literal(source: &str) -> Option<&str> {
    let (before, rest) = source.split_once('"')?;
    before.trim().is_empty().then(|| rest.split('"').next())?
}

/// The longest part of a sentence without a placeholder, up to what is to be done about it.
fn telling_part(sentence: &str) -> &str {
    let sentence = sentence.strip_prefix("denied: ").unwrap_or(sentence);
    let what = sentence.split([';', ':']).next().unwrap_or_default();
    let parts = what.split(['{', '}']).step_by(2);
    let longest = parts.max_by_key(|part| part.len()).unwrap_or_default();
    longest.trim_matches([' ', '('])
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).expect(path)
}

/// Literals over several lines, in one.
fn unwrapped(source: &str) -> String {
    let mut lines = source.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start())
}
