//! Whether another sshd runs, with a configuration of its own.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::messages::doctor_sshd as say;
use crate::sshd::CONFIG;
use crate::{Finding, Host};

const ROOT: u32 = 0;

/// Those of root's that listen, with `-f` and another file.
pub fn look(host: &Host) -> Vec<Finding> {
    let entries = fs::read_dir(host.path("/proc")).into_iter().flatten();
    let files = entries.filter_map(|entry| {
        let folder = entry.ok()?.path();
        let is_roots = fs::metadata(&folder).ok()?.uid() == ROOT;
        let line = fs::read(folder.join("cmdline")).ok().filter(|_| is_roots)?;
        configuration(&String::from_utf8_lossy(&line))
    });
    let mut files: Vec<String> = files.collect();
    files.sort();
    files.dedup();
    files.iter().map(|file| say::second(file)).collect()
}

/// The other configuration of an sshd that was started so. While it listens, it shows its arguments
/// in a title: `sshd: /usr/sbin/sshd -D -f FILE [listener] 0 of 10-100 startups`.
fn configuration(line: &str) -> Option<String> {
    let line = line.strip_prefix("sshd: ").unwrap_or(line);
    let mut words = line.split(['\0', ' ']).filter(|word| !word.is_empty());
    words.next().filter(|program| program.ends_with("/sshd"))?;
    let words: Vec<&str> = words.collect();
    // One connection, and no more: a try, or a unit of a socket.
    if words.contains(&"-i") {
        return None;
    }
    let at = words.iter().position(|word| word.starts_with("-f"))?;
    let file = match words.get(at)?.strip_prefix("-f")? {
        "" => words.get(at + 1)?,
        file => file,
    };
    let file: String = file.chars().filter(|c| !c.is_control()).collect();
    (file != CONFIG).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sshd_with_another_configuration_is_found() {
        for (line, file) in [
            (
                "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups",
                None,
            ),
            (
                "sshd: /usr/sbin/sshd -D -f /etc/ssh/two [listener] 0 of 10-100 startups",
                Some("/etc/ssh/two"),
            ),
            ("/usr/sbin/sshd\0-f/etc/ssh/two\0", Some("/etc/ssh/two")),
            ("/usr/sbin/sshd\0-f\0/etc/ssh/sshd_config\0", None),
            ("/usr/sbin/sshd\0-i\0-f\0/run/x\0", None),
            ("vi\0-f\0/etc/ssh/two\0", None),
            ("sshd: alice [priv]", None),
        ] {
            assert_eq!(configuration(line).as_deref(), file, "{line}");
        }
    }
}
