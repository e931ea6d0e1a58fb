//! What the documents refer to is there: files, headings, examples, arguments of the module.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proauth_e2e::repository;

/// Where packages put the examples, and what the recipes call it.
const EXAMPLES: [&str; 2] = ["/usr/share/doc/proauth/examples/", "EXAMPLES/"];

#[test]
fn every_link_of_a_document_leads_to_a_file_and_a_heading_that_are_there() {
    let mut links = 0;
    for document in documents() {
        let folder = document.parent().expect("it is in a folder");
        for link in links_of(&text(&document)) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => document.clone(),
                file => folder.join(file),
            };
            let shown = document.display();
            assert!(target.exists(), "{shown}: {link} is not there");
            assert!(
                heading.is_empty() || headings_of(&text(&target)).contains(heading),
                "{shown}: {link} has no such heading"
            );
            links += 1;
        }
    }
    assert!(links > 80, "{links}");
}

#[test]
fn every_example_that_a_document_installs_is_there() {
    let mut examples = 0;
    for document in documents() {
        let text = text(&document);
        let words = text.split(|c: char| c.is_whitespace() || c == '`');
        for word in words {
            let name = EXAMPLES.iter().find_map(|place| word.strip_prefix(place));
            if let Some(name) = name.filter(|name| !name.starts_with('{')) {
                let file = repository().join("config").join(name);
                assert!(file.exists(), "{}: {word}", document.display());
                examples += 1;
            }
        }
    }
    assert!(examples > 8, "{examples}");
}

#[test]
fn every_line_for_pam_in_a_document_has_arguments_that_the_module_knows() {
    let known = text(&repository().join("pam_proauth/src/arguments.rs"));
    let mut lines = 0;
    for document in documents() {
        for line in text(&document).lines().map(str::trim_start) {
            let is_pam = line.starts_with("auth ") || line.starts_with("account ");
            let Some((_, arguments)) = line.split_once("pam_proauth.so").filter(|_| is_pam) else {
                continue;
            };
            // `[arguments]` stands for any.
            let arguments = arguments.split_whitespace();
            for argument in arguments.filter(|argument| *argument != "[arguments]") {
                let name = argument.split('=').next().unwrap_or_default();
                let shown = document.display();
                assert!(known.contains(&format!("\"{name}\"")), "{shown}: {line}");
            }
            lines += 1;
        }
    }
    assert!(lines > 20, "{lines}");
}

#[test]
fn every_film_is_small_and_does_not_move_for_who_wants_no_movement() {
    let films = fs::read_dir(repository().join("docs/images")).expect("it is there");
    let films: Vec<PathBuf> = films
        .map(|film| film.expect("it can be read").path())
        .collect();
    assert!(films.len() >= 2, "{films:?}");
    for film in films {
        let svg = text(&film);
        roxmltree::Document::parse(&svg).expect("it is XML");
        assert!(
            svg.len() < 100_000,
            "{}: {} bytes",
            film.display(),
            svg.len()
        );
        let (still, moving) = svg
            .split_once("@media(prefers-reduced-motion:no-preference)")
            .expect("it says when it moves");
        assert!(!still.contains("animation") && moving.contains("animation"));
    }
}

/// The documents for people, in the root and in docs.
fn documents() -> Vec<PathBuf> {
    let folders = ["", "docs", "docs/decisions"].map(|folder| repository().join(folder));
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("it is there"));
    let files = files.map(|file| file.expect("it can be read").path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "md"))
        .collect()
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Where the links of a document lead, those to other sites left out.
fn links_of(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next());
    let targets = targets.filter(|target| !target.contains("://"));
    targets.map(str::to_owned).collect()
}

/// The headings of a document, as links name them.
fn headings_of(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let name = |heading: &str| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(name).collect()
}
