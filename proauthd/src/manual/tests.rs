//! The pages have all that they are made from, and the programs that read them find no fault.

use std::path::Path;
use std::process::Command;

use super::{completions, configuration, pages};
use crate::cli;

const DATE: &str = "2026-11-23";

/// The page of this name, as its reader sees it.
fn page(name: &str) -> String {
    let pages = pages(DATE);
    let (_, page) = pages.iter().find(|(file, _)| *file == name).expect(name);
    ["\\fB", "\\fI", "\\fR"]
        .iter()
        .fold(page.replace("\\-", "-"), |page, font| {
            page.replace(font, "")
        })
}

#[test]
fn every_command_and_option_of_help_stands_in_the_page() {
    let page = page("man/proauthd.8");
    let mut definition = cli::definition();
    definition.build();
    let seen = assert_described(&page, &definition, "proauthd");
    assert!(
        seen > 60,
        "only {seen} commands and options were looked for"
    );
}

/// Looks for a command, its options and the commands below it; how many they were.
fn assert_described(page: &str, command: &clap::Command, name: &str) -> usize {
    let longs = command.get_arguments().filter_map(clap::Arg::get_long);
    let options: Vec<&str> = longs.collect();
    for option in &options {
        assert!(page.contains(&format!("--{option}")), "{name} --{option}");
    }
    let with_values = command
        .get_arguments()
        .filter(|argument| argument.get_action().takes_values());
    for value in with_values.flat_map(clap::Arg::get_possible_values) {
        assert!(
            page.contains(&format!("\n{}:", value.get_name())),
            "{name} {value:?}"
        );
    }
    let below = command.get_subcommands();
    let mut seen = 1 + options.len();
    for command in below.filter(|command| command.get_name() != "help") {
        let name = format!("{name} {}", command.get_name());
        assert!(page.contains(&name), "{name}");
        let about = command.get_about().expect("it says what it is for");
        assert!(
            command.has_subcommands() || page.contains(&about.to_string()),
            "{about}"
        );
        seen += assert_described(page, command, &name);
    }
    seen
}

#[test]
fn what_the_document_of_the_commands_says_of_all_of_them_stands_in_the_page() {
    let page = page("man/proauthd.8");
    for said in [
        "the daemon or the bus cannot be reached",
        "PROAUTH_EVENT",
        "config check",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn every_key_of_the_shipped_configuration_stands_in_the_page_with_its_default() {
    let page = page("man/proauthd.toml.5");
    let keys = configuration::SHIPPED
        .lines()
        .filter_map(|line| line.strip_prefix('#'));
    let keys: Vec<&str> = keys
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .collect();
    assert!(keys.len() > 25, "{keys:?}");
    for key in keys {
        let (name, _) = key.split_once(" = ").expect("a key has a value");
        assert!(page.contains(&format!("\n{name}\n")), "{name}");
        assert!(page.contains(key), "{key}");
    }
}

#[test]
fn every_argument_of_the_module_stands_in_its_page() {
    let page = page("man/pam_proauth.8");
    let source = include_str!("../../../pam_proauth/src/arguments.rs");
    let (_, names) = source.split_once("const FLAGS").expect("they have names");
    let (names, _) = names.split_once("];").expect("they end");
    let flags = names
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    let valued = source
        .split("Some((\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let arguments: Vec<&str> = flags.chain(valued).collect();
    assert!(arguments.len() > 13, "{arguments:?}");
    for argument in arguments {
        assert!(page.contains(&format!("\n{argument}")), "{argument}");
    }
}

#[test]
fn mandoc_finds_no_fault_in_the_pages() {
    let folder = tempfile::tempdir().expect("there is room");
    for (name, page) in pages(DATE) {
        let file = folder.path().join("page");
        std::fs::write(&file, page).expect("there is room");
        check("mandoc", &["-T", "lint", "-W", "warning"], &file, name);
    }
}

#[test]
fn bash_can_read_its_completions() {
    read_completions("bash");
}

#[test]
#[ignore = "needs zsh and fish: tests/run --full"]
fn zsh_and_fish_can_read_their_completions() {
    read_completions("zsh");
    read_completions("fish");
}

/// Lets a shell read the script that is made for it, without running it.
fn read_completions(shell: &str) {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("script");
    let scripts = completions::all();
    let (name, script) = scripts
        .iter()
        .find(|(name, _)| name.contains(shell))
        .expect(shell);
    assert!(
        script.contains("recovery-codes") && script.contains("any-identity"),
        "{script}"
    );
    std::fs::write(&file, script).expect("there is room");
    check(shell, &["-n"], &file, name);
}

/// Runs a program that says what is wrong with a file.
fn check(program: &str, options: &[&str], file: &Path, name: &str) {
    let output = Command::new(program).args(options).arg(file).output();
    let output = output.expect(program);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.is_empty(), "{name}: {said}");
}
