//! proauthd(8): the definitions behind `--help`, and what docs/cli.md says of all commands.

use clap::{Arg, Command};

use super::markdown;
use super::module::see_also;
use super::roff::{Page, bold, italic, plain};

const DOCUMENT: &str = include_str!("../../../docs/cli.md");

/// Sections of the document that `--help` has not, or in a sentence only.
const SECTIONS: [(&str, &str); 3] = [
    ("Exit status", "Exit codes"),
    ("Who may", "Who may"),
    ("The log", "The log"),
];

const FILES: [(&str, &str); 4] = [
    (
        "/etc/proauth/proauthd.toml",
        "the configuration: proauthd.toml(5)",
    ),
    (
        "/etc/proauth/proauthd.key",
        "the key that seals the records, where it is no credential of systemd",
    ),
    ("/var/lib/proauth/proauth.db", "the sealed records"),
    (
        "/usr/share/doc/proauth",
        "the documents, and examples for PAM, sshd and sudo",
    ),
];

/// The page; `definition` is that of the whole program.
pub fn page(mut definition: Command, date: &str) -> String {
    definition.build();
    let about = definition
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut page = Page::new("proauthd", 8, date, "two-factor login for Linux servers");
    page.section("Synopsis");
    page.paragraph(&format!(
        "{} [{}] {} [{}]",
        bold("proauthd"),
        italic("OPTIONS"),
        italic("COMMAND"),
        italic("OPTIONS")
    ));
    page.section("Description");
    page.paragraph(&format!("{}.", plain(&about)));
    page.section("Options");
    definition
        .get_arguments()
        .for_each(|argument| write_argument(&mut page, argument));
    page.section("Commands");
    for command in definition.get_subcommands() {
        write_command(&mut page, command, "proauthd");
    }
    for (title, heading) in SECTIONS {
        page.section(title);
        let text = markdown::section(DOCUMENT, heading);
        markdown::write(&mut page, text.unwrap_or_default());
    }
    page.section("Files");
    for (file, what) in FILES {
        page.item(&[bold(file)]);
        page.item_paragraph(&plain(what));
    }
    see_also(
        &mut page,
        "pam_proauth(8), proauthd.toml(5), journalctl(1), systemctl(1)",
    );
    page.finish()
}

/// A command, or those below it; `above` is what is typed before its name.
fn write_command(page: &mut Page, command: &Command, above: &str) {
    let name = format!("{above} {}", command.get_name());
    if command.has_subcommands() && !is_help(command) {
        let below = command.get_subcommands();
        below
            .filter(|below| !is_help(below))
            .for_each(|below| write_command(page, below, &name));
        return;
    }
    page.subsection(&bold(&name));
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        page.paragraph(&format!("{}.", plain(&about.to_string())));
    }
    if is_help(command) {
        return;
    }
    let usage = command.clone().render_usage().to_string();
    page.example(&usage.replace("Usage: ", "").replace("\n       ", "\n"));
    let arguments = command.get_arguments();
    arguments
        .filter(|argument| !argument.is_global_set() && argument.get_id() != "help")
        .for_each(|argument| write_argument(page, argument));
    if let Some(notes) = command.get_after_help() {
        write_notes(page, &notes.to_string());
    }
}

/// Whether it is clap's own, which has all others below it.
fn is_help(command: &Command) -> bool {
    command.get_name() == "help"
}

/// An option with its value, or an argument, and what it is for.
fn write_argument(page: &mut Page, argument: &Arg) {
    let short = argument.get_short().map(|short| bold(&format!("-{short}")));
    let long = argument.get_long().map(|long| bold(&format!("--{long}")));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let takes_values = argument.get_action().takes_values();
    let values = argument.get_value_names().filter(|_| takes_values);
    let values = values.unwrap_or_default().iter().map(|value| italic(value));
    let term: Vec<String> = std::iter::once(names.join(", ")).chain(values).collect();
    page.item(&[term.join(" ").trim_start().to_owned()]);

    let help = argument.get_help().map(ToString::to_string);
    let mut help = plain(&help.unwrap_or_default());
    if let Some(default) = argument
        .get_default_values()
        .first()
        .filter(|_| takes_values)
    {
        help = format!("{help}; {} if left out", bold(&default.to_string_lossy()));
    }
    page.item_paragraph(&help);
    for value in argument
        .get_possible_values()
        .iter()
        .filter(|_| takes_values)
    {
        let what = value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        page.another_line(&format!("{}: {}", bold(value.get_name()), plain(&what)));
    }
}

/// What stands below the options: paragraphs, and examples, whose lines are indented or follow the
/// word.
fn write_notes(page: &mut Page, notes: &str) {
    for part in notes.split("\n\n") {
        if let Some(example) = part.strip_prefix("Example: ") {
            page.paragraph("Example:");
            page.example(example);
        } else if let Some((title, lines)) = part.split_once(":\n  ") {
            page.paragraph(&format!("{}:", plain(title)));
            page.example(&lines.replace("\n  ", "\n"));
        } else {
            page.paragraph(&plain(part));
        }
    }
}
