//! Whether sudo asks PAM at all: sudoers(5), as far as it decides that.

use std::fs;

use crate::messages::doctor_system as say;
use crate::pam::{Files, Phase, has_ours, stack};
use crate::{Finding, Host};

const SUDOERS: &str = "/etc/sudoers";

/// Longer than anybody works without looking up.
const LONG: f64 = 60.0;

/// As deep as includes are followed.
const DEPTH: usize = 8;

/// Everything about sudo, where it asks for codes.
pub fn look(host: &Host) -> Vec<Finding> {
    let files = Files::of(host);
    let asks = stack(&files, "sudo", Phase::Auth).is_ok_and(|stack| has_ours(&stack));
    if !asks {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if !read(host, SUDOERS, 0, &mut lines) {
        return vec![say::sudoers_unreadable()];
    }
    let mut findings: Vec<Finding> = lines
        .iter()
        .filter_map(|(at, line)| judge(at, line))
        .collect();
    if findings.is_empty() {
        findings.push(say::sudo_right());
    }
    findings
}

/// Lines with their places; false if there is something that may not be read.
fn read(host: &Host, file: &str, depth: usize, out: &mut Vec<(String, String)>) -> bool {
    let Ok(text) = host.read(file) else {
        return depth > 0 && !host.path(file).exists();
    };
    let mut open = String::new();
    let mut is_whole = true;
    for (number, line) in (1..).zip(String::from_utf8_lossy(&text).lines()) {
        if let Some(part) = line.strip_suffix('\\') {
            open.push_str(part);
            continue;
        }
        let line = std::mem::take(&mut open) + line;
        let line = line.trim();
        match included(line) {
            Some(Included::File(name)) if depth < DEPTH => {
                is_whole &= read(host, &name, depth + 1, out);
            }
            Some(Included::Folder(name)) if depth < DEPTH => {
                for file in folder(host, &name) {
                    is_whole &= read(host, &file, depth + 1, out);
                }
            }
            Some(_) => {}
            None => out.push((format!("{file}:{number}"), uncommented(line).to_owned())),
        }
    }
    is_whole
}

enum Included {
    File(String),
    Folder(String),
}

/// The old form begins with the sign of a comment.
fn included(line: &str) -> Option<Included> {
    let line = line.strip_prefix(['#', '@'])?;
    let (word, name) = line.split_once(char::is_whitespace)?;
    let name = name.trim().trim_matches('"').to_owned();
    match word {
        "include" => Some(Included::File(name)),
        "includedir" => Some(Included::Folder(name)),
        _ => None,
    }
}

/// sudo passes over names with a dot, and copies of editors.
fn folder(host: &Host, name: &str) -> Vec<String> {
    let entries = fs::read_dir(host.path(name)).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| !name.contains('.') && !name.ends_with('~'))
        .collect();
    names.sort();
    names.iter().map(|file| format!("{name}/{file}")).collect()
}

/// A `#` before digits is a uid.
fn uncommented(line: &str) -> &str {
    let begins = |(at, _): &(usize, &str)| {
        let next = line.get(at + 1..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|letter| letter.is_ascii_digit())
    };
    let comment = line.match_indices('#').find(begins);
    comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

fn judge(at: &str, line: &str) -> Option<Finding> {
    if !line.starts_with("Defaults") {
        return line.contains("NOPASSWD:").then(|| say::no_password(at));
    }
    let mut settings = line.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    if settings.clone().any(|word| word == "!authenticate") {
        return Some(say::no_authentication(at));
    }
    // White space may stand around the sign.
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let value = line.split("timestamp_timeout=").nth(1).map(|rest| {
        let end = rest.find(',').unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest).trim_matches('"').to_owned()
    });
    if settings.any(|word| word == "!timestamp_timeout") {
        return None;
    }
    let value = value?;
    match value.parse::<f64>() {
        Ok(minutes) if minutes < 0.0 => Some(say::stamp_for_ever(at)),
        Ok(minutes) if minutes > LONG => Some(say::stamp_long(at, &value)),
        _ => None,
    }
}
