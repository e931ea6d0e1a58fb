//! File names with wildcards, as `Include` has them: glob(7).

use std::path::{Path, PathBuf};

use crate::Host;

/// The files on `host` whose path fits `pattern`, sorted.
pub fn files(host: &Host, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = found.iter().flat_map(|at| within(host, at, part)).collect();
    }
    found
}

fn within(host: &Host, folder: &Path, part: &str) -> Vec<PathBuf> {
    if !part.contains(['*', '?', '[']) {
        let path = folder.join(part);
        return Vec::from_iter(host.path(&path).exists().then_some(path));
    }
    let entries = std::fs::read_dir(host.path(folder)).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with('.') == part.starts_with('.'))
        .filter(|name| fits(part, name))
        .collect();
    names.sort();
    names.iter().map(|name| folder.join(name)).collect()
}

/// Whether `name` fits `pattern`; sshd's own patterns for hosts and users are the same but for
/// brackets.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => name.is_empty(),
        Some('*') => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .any(|at| fits(rest.as_str(), name.get(at..).unwrap_or_default())),
        Some(wanted) => {
            let mut letters = name.chars();
            let Some(letter) = letters.next() else {
                return false;
            };
            let one = |pattern: &str| fits(pattern, letters.as_str());
            match wanted {
                '?' => one(rest.as_str()),
                '[' => match set(rest.as_str()) {
                    Some((set, rest)) => in_set(set, letter) && one(rest),
                    None => letter == '[' && one(rest.as_str()),
                },
                wanted => wanted == letter && one(rest.as_str()),
            }
        }
    }
}

/// What stands in brackets, and what follows them. A `]` that comes first is a letter like others,
/// and one of a class does not end the set.
fn set(rest: &str) -> Option<(&str, &str)> {
    let mut at = rest.find(|c| !matches!(c, '!' | '^'))?;
    at += usize::from(rest.get(at..)?.starts_with(']'));
    loop {
        let tail = rest.get(at..)?;
        if tail.starts_with("[:")
            && let Some(length) = tail.find(":]")
        {
            at += length + 2;
            continue;
        }
        let letter = tail.chars().next()?;
        if letter == ']' {
            return Some((rest.get(..at)?, tail.get(1..)?));
        }
        at += letter.len_utf8();
    }
}

/// The classes that isalpha(3) and its kin know, in the C locale.
fn in_class(name: &str, letter: char) -> bool {
    match name {
        "alpha" => letter.is_ascii_alphabetic(),
        "digit" => letter.is_ascii_digit(),
        "alnum" => letter.is_ascii_alphanumeric(),
        "upper" => letter.is_ascii_uppercase(),
        "lower" => letter.is_ascii_lowercase(),
        "punct" => letter.is_ascii_punctuation(),
        "xdigit" => letter.is_ascii_hexdigit(),
        "space" => letter.is_ascii_whitespace() || letter == '\u{b}',
        "blank" => matches!(letter, ' ' | '\t'),
        "cntrl" => letter.is_ascii_control(),
        "graph" => letter.is_ascii_graphic(),
        "print" => letter.is_ascii_graphic() || letter == ' ',
        _ => false,
    }
}

fn in_set(set: &str, letter: char) -> bool {
    let (negated, set) = match set.strip_prefix(['!', '^']) {
        Some(set) => (true, set),
        None => (false, set),
    };
    let (mut rest, mut plain, mut is_of_class) = (set, String::new(), false);
    while let Some((before, after)) = rest.split_once("[:")
        && let Some((name, after)) = after.split_once(":]")
    {
        plain.push_str(before);
        is_of_class |= in_class(name, letter);
        rest = after;
    }
    plain.push_str(rest);
    let letters: Vec<char> = plain.chars().collect();
    let in_range =
        |three: &[char]| matches!(three, [from, '-', to] if (*from..=*to).contains(&letter));
    let found = is_of_class || letters.contains(&letter) || letters.windows(3).any(in_range);
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_mean_what_they_mean_to_glob() {
        for (pattern, name, is) in [
            ("*.conf", "00-a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("?-*", "0-x", true),
            ("[0-4]*", "3x", true),
            ("[!0-4]*", "3x", false),
            ("[[:alpha:]]*.conf", "a.conf", true),
            ("[[:alpha:]_0-4]*", "3x", true),
            ("[![:digit:]]*", "3x", false),
            ("[]a]x", "]x", true),
            ("[", "[", true),
            ("a", "a", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), is, "{pattern} {name}");
        }
    }

    #[test]
    fn files_come_sorted_and_hidden_ones_only_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("d")).unwrap();
        for name in ["b.conf", "a.conf", ".c.conf", "d.txt"] {
            std::fs::write(folder.path().join("d").join(name), "").unwrap();
        }
        let host = Host::under(folder.path());
        let found = files(&host, "/d/*.conf");
        assert_eq!(found, [Path::new("/d/a.conf"), Path::new("/d/b.conf")]);
        assert!(files(&host, "/none/*").is_empty());
    }
}
