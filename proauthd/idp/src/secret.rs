//! The client secret: a credential of systemd, or else a file. Never an argument or a variable.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use oauth2::ClientSecret;
use proauth_interface::{IdentityError, Provider};

use crate::messages;

/// As long as a client secret may be, in bytes.
const LONGEST: u64 = 4096;

/// The folder of systemd's credentials. The one variable besides `NOTIFY_SOCKET` that this program
/// heeds: both come from the service manager.
pub fn credentials() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "systemd.exec(5), LoadCredential="
    )]
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

/// The client secret for `provider`, if it has one. `credentials` is the folder of systemd's; one
/// of them wins over a file.
///
/// # Errors
/// If what is there is no client secret.
pub fn read(
    provider: &Provider,
    credentials: Option<&Path>,
) -> Result<Option<ClientSecret>, IdentityError> {
    if let Some(path) = credential(&provider.client_secret_credential, credentials) {
        match read_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => return parse(found, &path).map(Some),
        }
    }
    if provider.client_secret_file.is_empty() {
        return Ok(None);
    }
    let path = Path::new(&provider.client_secret_file);
    parse(read_file(path), path).map(Some)
}

/// Where the credential `name` would be.
fn credential(name: &str, credentials: Option<&Path>) -> Option<PathBuf> {
    let is_name = !name.is_empty() && name != "." && name != ".." && !name.contains('/');
    is_name.then_some(credentials?.join(name))
}

fn parse(found: io::Result<String>, path: &Path) -> Result<ClientSecret, IdentityError> {
    let text = found.map_err(|error| messages::secret_unreadable(path, &error))?;
    let secret = text.trim_end_matches(['\n', '\r']);
    if secret.is_empty() || secret.contains(char::is_control) {
        return Err(messages::secret_malformed(path));
    }
    Ok(ClientSecret::new(secret.to_owned()))
}

/// A small regular file, and no symbolic link. `O_NONBLOCK`, so that a pipe is not waited for.
fn read_file(path: &Path) -> io::Result<String> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits())
        .open(path)?;
    let about = file.metadata()?;
    if !about.is_file() || about.len() > LONGEST {
        return Err(io::Error::other(
            "it is not a regular file of at most 4 KiB",
        ));
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn with(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in files {
                fs::write(folder.path().join(name), text).unwrap();
            }
            Self(folder)
        }

        fn read(&self, file: &str, credential: &str) -> Result<Option<String>, IdentityError> {
            let file = match file {
                "" => String::new(),
                name => self.0.path().join(name).to_str().unwrap().to_owned(),
            };
            let provider = Provider {
                client_secret_file: file,
                client_secret_credential: credential.to_owned(),
                ..Provider::default()
            };
            let secret = read(&provider, Some(self.0.path()))?;
            Ok(secret.map(|secret| secret.secret().clone()))
        }
    }

    #[test]
    fn a_credential_wins_over_a_file() {
        let folder = Folder::with(&[("file", "from file\n"), ("credential", "from systemd\n")]);
        let read = |file, credential| folder.read(file, credential).unwrap();
        assert_eq!(read("file", "credential").as_deref(), Some("from systemd"));
        assert_eq!(read("file", "absent").as_deref(), Some("from file"));
        assert_eq!(read("file", "").as_deref(), Some("from file"));
        assert_eq!(read("", "absent"), None);
    }

    #[test]
    fn a_secret_is_one_line() {
        let folder = Folder::with(&[
            ("empty", "\n"),
            ("two", "a\nb"),
            ("long", &"x".repeat(4097)),
        ]);
        for file in ["empty", "two", "long", "absent"] {
            let refused = folder.read(file, "").unwrap_err();
            assert!(matches!(refused, IdentityError::Misconfigured(_)), "{file}");
        }
    }

    #[test]
    fn neither_links_nor_folders_nor_pipes_are_read() {
        let folder = Folder::with(&[("file", "secret")]);
        let at = |name: &str| folder.0.path().join(name);
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        nix::unistd::mkfifo(&at("pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();
        for name in ["link", "folder", "pipe"] {
            assert!(folder.read(name, "").is_err(), "{name}");
            assert!(folder.read("", name).is_err(), "{name} as a credential");
        }
        assert_eq!(folder.read("", "../file").unwrap(), None, "only names");
    }
}
