//! The configuration: files become a [`Config`] that is right, or one sentence with file, line
//! and column.

mod raw;
mod raw_identity;
mod value;

use std::io;
use std::path::{Path, PathBuf};

use proauth_core::identity::Policy;
use proauth_core::login::NotEnrolled;
use proauth_core::totp::{Algorithm, Parameters};

use raw::RawConfig;

/// Where the configuration is unless `--config` says otherwise.
pub const DEFAULT_PATH: &str = "/etc/proauth/proauthd.toml";

/// Everything an administrator can set; what is not set has its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `store.path`: the database.
    pub store: PathBuf,
    /// `key.path`: the master key.
    pub key: PathBuf,
    /// `totp`: how new authenticators make their codes.
    pub parameters: Parameters,
    /// `totp.issuer`: what the app shows beside the account.
    pub issuer: String,
    /// `login.not_enrolled`.
    pub not_enrolled: NotEnrolled,
    /// `login.max_failures`: consecutive wrong codes after which only known sources count.
    pub max_failures: u32,
    /// `login.lockers`: PAM services that run as the user.
    pub lockers: Vec<String>,
    /// `enrollment.self_enroll`: how people enroll by themselves.
    pub self_enroll: SelfEnroll,
    /// `enrollment.require_ticket`: whether that needs a ticket in any case.
    pub require_ticket: bool,
    /// `identity`: whom to ask who somebody is.
    pub identity: Identity,
    /// `hooks.on_event`: the program to run when something happened.
    pub on_event: Option<PathBuf>,
}

/// How people enroll by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelfEnroll {
    /// By signing in with the identity provider.
    Identity,
    /// By a ticket alone.
    Ticket,
    /// Not at all: root enrolls them.
    No,
}

/// The identity provider, and what is made of its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who may have which account; also names the issuer.
    pub policy: Policy,
    /// As whom we ask for signing in on another device.
    pub device: Client,
    /// As whom we ask for signing in with a browser on this machine.
    pub browser: Client,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The proxy to the issuer; empty: none.
    pub proxy: String,
    /// Certificates in place of the system's; empty: those.
    pub ca_file: String,
    /// Claim of the name.
    pub user_claim: String,
    /// Claim that vouches for the name; empty: not looked at.
    pub verified_claim: String,
    /// Claim of the organisation's domain; empty: not looked at.
    pub domain_claim: String,
    /// Claim of the subject.
    pub subject_claim: String,
}

/// A client that was registered with the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id; empty: none was registered.
    pub id: String,
    /// The file with its secret; empty: in a credential, or none.
    pub secret_file: String,
}

/// Why a configuration is not used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {error}; check the path and its permissions", path = .0.display(), error = .1)]
    Unreadable(PathBuf, io::Error),
    /// A file has a mistake.
    #[error("{path}:{line}:{column}: {message}; correct the line and try again", path = .path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// Counted from one, in characters.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Two keys, perhaps in different files, do not go together.
    #[error("the configuration contradicts itself: {0}")]
    Contradiction(String),
}

/// A configuration and the files that it came from.
#[derive(Debug)]
pub struct Loaded {
    /// What they say.
    pub config: Config,
    /// The files that were read, in order.
    pub files: Vec<PathBuf>,
    /// What is allowed, but not advised.
    pub warnings: Vec<&'static str>,
}

/// Loads the file at `path` (the default one where that is `None`, which may then be absent) and
/// the `*.toml` files in the folder named like it with `.d` added, by name; later ones win.
///
/// # Errors
/// [`ConfigError`], at the first mistake.
pub fn load(path: Option<&Path>) -> Result<Loaded, ConfigError> {
    load_with(path, None)
}

/// The same, as it would be with the text of a draft at its place among the files.
///
/// # Errors
/// Likewise.
pub fn load_with(path: Option<&Path>, draft: Option<(&Path, &str)>) -> Result<Loaded, ConfigError> {
    let main = path.unwrap_or(Path::new(DEFAULT_PATH));
    let mut files = Vec::new();
    let mut merged = RawConfig::default();
    if path.is_some() || is_there(main)? {
        files.push(main.to_owned());
    }
    let mut drop_ins = drop_ins(main)?;
    if let Some((place, _)) = draft {
        drop_ins.retain(|file| file != place);
        drop_ins.push(place.to_owned());
        drop_ins.sort();
    }
    files.extend(drop_ins);
    for file in &files {
        let raw = match draft {
            Some((place, text)) if place == file => parse(file, text)?,
            _ => read(file)?,
        };
        merged = merged.overridden_by(raw);
    }
    let config = merged.into_config()?;
    let warnings = warnings(&config);
    Ok(Loaded {
        config,
        files,
        warnings,
    })
}

/// Whether there is anything at `path`, be it a link to nowhere.
fn is_there(path: &Path) -> Result<bool, ConfigError> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(ConfigError::Unreadable(path.to_owned(), error)),
    }
}

fn drop_ins(main: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    let mut folder = main.as_os_str().to_owned();
    folder.push(".d");
    let folder = PathBuf::from(folder);
    let unreadable = |error| ConfigError::Unreadable(folder.clone(), error);
    let entries = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let paths: Result<Vec<_>, _> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    let mut paths = paths.map_err(unreadable)?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<RawConfig, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<RawConfig, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        ConfigError::Mistake {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: error.message().replace('\n', " "),
        }
    })
}

fn warnings(config: &Config) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    if config.parameters.algorithm != Algorithm::Sha1 {
        warnings.push("some authenticator apps ignore totp.algorithm and compute SHA1 codes");
    }
    if config.parameters.period.get() != 30 {
        warnings.push("some authenticator apps ignore totp.period and change codes every 30 s");
    }
    let rules = config.identity.policy.rules();
    if rules.must_be_hosted && rules.allowed_domains.is_empty() && !rules.users.is_empty() {
        warnings.push(
            "identity.allowed_domains is empty: the organisation of those in identity.users is not \
             looked at, and Google lets people register private accounts on any address",
        );
    }
    if !rules.must_be_verified && config.identity.user_claim == "email" {
        warnings.push(
            "identity.verified_claim is empty: with some issuers people choose their own email claim",
        );
    }
    if config.parameters.digits.get() != 6 {
        warnings.push("some authenticator apps ignore totp.digits and show 6 digits");
    }
    warnings
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
