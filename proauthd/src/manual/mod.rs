//! Man pages and shell completions, from what is written down already: the definitions behind
//! `--help`, the shipped configuration, and the documents of the module and the commands.
//!
//! Compiled with the feature `manual` only, which no release has: `packaging/manual` runs
//! `proauthd manual FOLDER DATE` of such a build.

mod commands;
mod completions;
mod configuration;
mod markdown;
mod module;
mod roff;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli;

/// Where to write, and the date that the pages show.
#[derive(Debug)]
pub struct Errand {
    folder: PathBuf,
    date: String,
}

/// What `proauthd manual FOLDER DATE` asks for; nothing where another command was given.
pub fn asked() -> Option<Errand> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != "manual" {
        return None;
    }
    let folder = arguments.next()?.into();
    let date = arguments.next()?;
    Some(Errand { folder, date })
}

/// Writes `man/` and `completions/` below the folder.
pub fn write(errand: &Errand) -> ExitCode {
    let files = pages(&errand.date).into_iter().chain(completions::all());
    for (name, text) in files {
        if let Err(error) = write_file(&errand.folder.join(name), &text) {
            eprintln!("proauthd manual: {name} cannot be written: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The man pages, by their place below the folder.
fn pages(date: &str) -> [(&'static str, String); 3] {
    [
        ("man/proauthd.8", commands::page(cli::definition(), date)),
        ("man/pam_proauth.8", module::page(date)),
        ("man/proauthd.toml.5", configuration::page(date)),
    ]
}

fn write_file(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
}
