//! File names with wildcards, as `Include` has them: glob(7) without its classes by name.

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
                '[' => match rest.as_str().split_once(']') {
                    Some((set, rest)) => in_set(set, letter) && one(rest),
                    None => letter == '[' && one(rest.as_str()),
                },
                wanted => wanted == letter && one(rest.as_str()),
            }
        }
    }
}

fn in_set(set: &str, letter: char) -> bool {
    let (negated, set) = match set.strip_prefix(['!', '^']) {
        Some(set) => (true, set),
        None => (false, set),
    };
    let letters: Vec<char> = set.chars().collect();
    let in_range =
        |three: &[char]| matches!(three, [from, '-', to] if (*from..=*to).contains(&letter));
    let found = letters.contains(&letter) || letters.windows(3).any(in_range);
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
