//! The file with the secret of a client: one that the process reads which speaks to the provider.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::User;

use super::identity::ACCOUNT;
use crate::messages;

/// What stands for no file.
const NONE: &str = "-";

/// The path as the configuration has it, empty for none; a sentence where it would not be read.
pub fn check(text: &str) -> Result<String, String> {
    if text == NONE {
        return Ok(String::new());
    }
    let path = Path::new(text);
    if !path.is_absolute() || text.contains(char::is_control) {
        return Err(messages::setup_bad_secret_path());
    }
    match fs::metadata(path) {
        Ok(about) if !about.is_file() => Err(messages::setup_bad_secret_path()),
        Ok(about) if about.len() == 0 => Err(messages::setup_secret_empty(text)),
        Ok(about) if is_open_to_others(&about) => Err(messages::setup_secret_closed(text)),
        Ok(about) if !can_be_read(&about) => Err(messages::setup_secret_closed(text)),
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(messages::setup_no_secret(text)),
    }
}

fn is_open_to_others(about: &Metadata) -> bool {
    about.mode() & 0o007 != 0
}

/// By that account; folders above it are not looked at.
fn can_be_read(about: &Metadata) -> bool {
    let Ok(Some(reader)) = User::from_name(ACCOUNT) else {
        return false;
    };
    let as_owner = about.uid() == reader.uid.as_raw() && about.mode() & 0o400 != 0;
    let as_group = about.gid() == reader.gid.as_raw() && about.mode() & 0o040 != 0;
    as_owner || as_group
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_with_a_secret_is_told_from_what_is_none() {
        assert_eq!(check("-").unwrap(), "");
        for wrong in ["", "secret", "/etc", "/etc/\u{1b}secret"] {
            assert_eq!(check(wrong), Err(messages::setup_bad_secret_path()));
        }
        let missing = "/nowhere/secret";
        assert_eq!(check(missing), Err(messages::setup_no_secret(missing)));
        let file = tempfile::NamedTempFile::new().unwrap();
        let empty = file.path().to_str().unwrap();
        assert_eq!(check(empty), Err(messages::setup_secret_empty(empty)));
        fs::write(file.path(), "secret").unwrap();
        // Its group is not that of the account.
        assert_eq!(check(empty), Err(messages::setup_secret_closed(empty)));
    }
}
