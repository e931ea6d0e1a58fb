//! The lines for sshd: from the bytes of its configuration to its bytes.

use crate::block::block;
use crate::messages::Refused;

use super::pam::unprotected;
use super::words::FirstFactor;

/// The file of sshd that all others are read from.
pub const CONFIG: &str = "/etc/ssh/sshd_config";

/// The one that we make, where that is read early enough. sshd keeps the first value that it reads,
/// and reads such files by their names.
pub const DROP_IN: &str = "/etc/ssh/sshd_config.d/00-proauth.conf";

/// How its folder is included.
const INCLUDED: [&str; 4] = [
    "/etc/ssh/sshd_config.d/*.conf",
    "sshd_config.d/*.conf",
    "/etc/ssh/sshd_config.d/*",
    "sshd_config.d/*",
];

/// What sshd is told, each with its value.
#[must_use]
pub const fn settings(first_factor: FirstFactor) -> [(&'static str, &'static str); 4] {
    let methods = match first_factor {
        FirstFactor::Key => "publickey,keyboard-interactive",
        FirstFactor::Password => "keyboard-interactive",
    };
    [
        ("UsePAM", "yes"),
        ("KbdInteractiveAuthentication", "yes"),
        ("PasswordAuthentication", "no"),
        ("AuthenticationMethods", methods),
    ]
}

/// Our block.
#[must_use]
pub fn lines(first_factor: FirstFactor) -> Vec<u8> {
    let lines = settings(first_factor).map(|(keyword, value)| format!("{keyword} {value}"));
    block(&lines.each_ref().map(String::as_str), &[])
}

/// Whether `config` reads the folder of [`DROP_IN`] before anything that we say.
#[must_use]
pub fn reads_drop_ins_first(config: &[u8]) -> bool {
    let config = String::from_utf8_lossy(config);
    let lines = config.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split(|c: char| c.is_whitespace() || c == '=' || c == '"');
        let mut words = words.by_ref().filter(|word| !word.is_empty());
        let keyword = words.next().unwrap_or_default().to_ascii_lowercase();
        match keyword.as_str() {
            "include" if words.any(|pattern| INCLUDED.contains(&pattern)) => return true,
            // What another folder or file says first, we cannot overrule from ours.
            "include" | "match" | "challengeresponseauthentication" => return false,
            _ if is_ours(&keyword) => return false,
            _ => {}
        }
    }
    false
}

/// Whether `keyword`, in lower case, is one that we set.
#[must_use]
pub fn is_ours(keyword: &str) -> bool {
    let ours = settings(FirstFactor::Key);
    let mut ours = ours.iter().map(|(ours, _)| ours.to_ascii_lowercase());
    ours.any(|ours| ours == keyword)
}

/// `text`, which lies at `path`, with our block at its top, in place of any that we wrote before.
/// One that is as it should be already stays where it is.
///
/// # Errors
/// If our blocks are not whole.
pub fn protected(path: &str, text: &[u8], first_factor: FirstFactor) -> Result<Vec<u8>, Refused> {
    let rest = unprotected(path, text)?;
    Ok([lines(first_factor), rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::BEGIN;

    #[test]
    fn a_folder_that_is_read_first_takes_our_file() {
        for (config, first) in [
            ("Include /etc/ssh/sshd_config.d/*.conf\nUsePAM no\n", true),
            ("# x\n\nPort 22\n  include sshd_config.d/*.conf\n", true),
            ("UsePAM no\nInclude /etc/ssh/sshd_config.d/*.conf\n", false),
            ("Match all\nInclude /etc/ssh/sshd_config.d/*.conf\n", false),
            (
                "Include /srv/x\nInclude /etc/ssh/sshd_config.d/*.conf\n",
                false,
            ),
            (
                "PASSWORDAUTHENTICATION=no\nInclude sshd_config.d/*.conf\n",
                false,
            ),
            ("#Include /etc/ssh/sshd_config.d/*.conf\n", false),
            ("", false),
        ] {
            assert_eq!(reads_drop_ins_first(config.as_bytes()), first, "{config}");
        }
    }

    #[test]
    fn our_block_stands_first_and_once() {
        let config = b"Port 2222\nUsePAM no\n";
        let once = protected("x", config, FirstFactor::Key).unwrap();
        assert!(once.starts_with(BEGIN.as_bytes()));
        assert!(once.ends_with(config));
        assert_eq!(protected("x", &once, FirstFactor::Key).unwrap(), once);
        let other = protected("x", &once, FirstFactor::Password).unwrap();
        assert!(!String::from_utf8(other).unwrap().contains("publickey"));
    }
}
