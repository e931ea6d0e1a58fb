//! Completions for shells, from the definitions behind `--help`.

use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;

use crate::cli;

/// The scripts, by their place below the folder.
pub fn all() -> [(&'static str, String); 3] {
    [
        ("completions/bash/proauthd", script(Shell::Bash)),
        ("completions/zsh/_proauthd", script(Shell::Zsh)),
        ("completions/fish/proauthd.fish", script(Shell::Fish)),
    ]
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    let mut definition = hinted(cli::definition());
    clap_complete::generate(shell, &mut definition, "proauthd", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Tells the shells which values are users and which are files, by the names of the values.
fn hinted(command: Command) -> Command {
    let command = command.mut_args(|argument| match hint(&argument) {
        Some(hint) => argument.value_hint(hint),
        None => argument,
    });
    command.mut_subcommands(hinted)
}

fn hint(argument: &Arg) -> Option<ValueHint> {
    match argument.get_value_names()?.first()?.as_str() {
        "USER" => Some(ValueHint::Username),
        "FILE" => Some(ValueHint::FilePath),
        _ => None,
    }
}
