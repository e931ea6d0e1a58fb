//! The identity provider: what is asked about it, and the file that says so to the daemon.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use proauth_rollout::replace::replace;
use serde_json::Value;

use super::super::failure::Failure;
use super::person::{Person, Question};
use super::{Setup, secret_file};
use crate::config::{self, Identity};
use crate::messages;

/// What is written; it may be edited, and is written again only when somebody answers again.
pub const FILE: &str = "/etc/proauth/proauthd.toml.d/50-setup.toml";

/// Where docs/google.md puts the secret.
const SECRET_FILE: &str = "/etc/proauth/device-client-secret";

/// As which the process runs that speaks to the provider.
pub const ACCOUNT: &str = "proauth-idp";

/// Whether signing in is possible here at all.
pub fn is_installed() -> bool {
    matches!(nix::unistd::User::from_name(ACCOUNT), Ok(Some(_)))
}

/// What was said on the command line.
pub struct Wanted {
    issuer: Option<String>,
    client_id: Option<String>,
    secret_file: Option<String>,
    domain: Option<String>,
}

impl Wanted {
    /// That of these arguments.
    pub fn of(setup: &Setup) -> Self {
        let secret_file = setup.client_secret_file.as_ref();
        Self {
            issuer: setup.issuer.clone(),
            client_id: setup.client_id.clone(),
            secret_file: secret_file.map(|file| file.to_string_lossy().into_owned()),
            domain: setup.domain.clone(),
        }
    }

    /// Whether anything was said.
    pub fn is_any(&self) -> bool {
        let Self {
            issuer,
            client_id,
            secret_file,
            domain,
        } = self;
        [issuer, client_id, secret_file, domain]
            .iter()
            .any(|said| said.is_some())
    }
}

/// What the daemon is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    issuer: String,
    client_id: String,
    /// Empty where there is none.
    secret_file: String,
    domain: String,
}

/// Asks for what was not said; proposes what is configured now.
///
/// # Errors
/// If nobody can be asked, or somebody leaves.
pub fn ask(person: &mut Person, wanted: &Wanted, now: &Identity) -> Result<Answers, Failure> {
    let is_said = |text: &String| !text.is_empty();
    let question = Question {
        flag: "--issuer",
        given: wanted.issuer.clone(),
        about: messages::SETUP_ISSUER,
        prompt: "Issuer",
        proposal: Some(now.policy.rules().issuer.clone()),
    };
    let issuer = person.ask(&question, |text| Ok(issuer(text)))?;
    let question = Question {
        flag: "--client-id",
        given: wanted.client_id.clone(),
        about: messages::SETUP_CLIENT,
        prompt: "Client id",
        proposal: Some(now.device.id.clone()).filter(is_said),
    };
    let client_id = person.ask(&question, |text| Ok(word(text, "client id")))?;
    let configured = Some(now.device.secret_file.clone()).filter(is_said);
    let usual = || Some(SECRET_FILE.to_owned()).filter(|file| Path::new(file).exists());
    let question = Question {
        flag: "--client-secret-file",
        given: wanted.secret_file.clone(),
        about: messages::SETUP_SECRET,
        prompt: "File with the secret, or -",
        proposal: configured.or_else(usual),
    };
    let secret_file = person.ask(&question, |text| Ok(secret_file::check(text)))?;
    let domains = &now.policy.rules().allowed_domains;
    let question = Question {
        flag: "--domain",
        given: wanted.domain.clone(),
        about: messages::SETUP_DOMAIN,
        prompt: "Domain",
        proposal: domains.first().map(ToString::to_string),
    };
    let domain = person.ask(&question, |text| Ok(domain(text)))?;
    Ok(Answers {
        issuer,
        client_id,
        secret_file,
        domain,
    })
}

/// Has the daemon know it: checked before, and durable. The inner error is a sentence about what
/// does not fit.
///
/// # Errors
/// If it cannot be written, or the daemon does not read it.
pub fn put(answers: &Answers) -> Result<Result<(), String>, Failure> {
    let text = text(answers);
    let file = Path::new(FILE);
    if let Err(mistake) = config::load_with(None, Some((file, &text))) {
        return Ok(Err(mistake.to_string()));
    }
    let failed = |error| Failure::Unable(messages::setup_not_written(FILE, &error));
    if let Some(folder) = file.parent() {
        let mut folders = DirBuilder::new();
        folders.recursive(true).mode(0o755);
        folders.create(folder).map_err(failed)?;
        // Whatever the umask is.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder, open).map_err(failed)?;
    }
    replace(file, text.as_bytes()).map_err(failed)?;
    let reload = proauth_rollout::run(&["systemctl", "reload", "proauthd"], 60);
    match reload {
        Ok(ran) if ran.is_success() => Ok(Ok(())),
        Ok(ran) => Err(Failure::Unable(messages::setup_not_reloaded(
            &ran.complaint(),
        ))),
        Err(error) => Err(Failure::Unable(messages::setup_not_reloaded(
            &error.to_string(),
        ))),
    }
}

fn text(answers: &Answers) -> String {
    let Answers {
        issuer,
        client_id,
        secret_file,
        domain,
    } = answers;
    let [issuer, client_id, secret_file, domain] =
        [issuer, client_id, secret_file, domain].map(|text| quoted(text));
    format!(
        "# Written by `proauthd setup`; it may be edited. See proauthd.toml(5).\n\
         [identity]\n\
         issuer = {issuer}\n\
         device_client_id = {client_id}\n\
         device_client_secret_file = {secret_file}\n\
         allowed_domains = [{domain}]\n\
         \n\
         [identity.templates]\n\
         {domain} = \"{{local_part}}\"\n"
    )
}

/// As a basic string of TOML, which is one of JSON where no control characters are in it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn issuer(text: &str) -> Result<String, String> {
    let issuer = word(text, "issuer")?;
    match issuer.strip_prefix("https://") {
        Some(rest) if !rest.is_empty() => Ok(issuer),
        _ => Err(messages::setup_bad_issuer()),
    }
}

fn domain(text: &str) -> Result<String, String> {
    let domain = text.trim_start_matches('@').to_ascii_lowercase();
    let is_label = |label: &str| {
        let mut characters = label.chars();
        !label.is_empty() && characters.all(|c| c.is_alphanumeric() || c == '-')
    };
    match domain.contains('.') && domain.split('.').all(is_label) {
        true => Ok(domain),
        false => Err(messages::setup_bad_domain()),
    }
}

/// One word, as it stands in a file.
fn word(text: &str, what: &str) -> Result<String, String> {
    let is_word = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    match is_word {
        true => Ok(text.to_owned()),
        false => Err(messages::setup_not_a_word(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        Answers {
            issuer: "https://accounts.google.com".into(),
            client_id: "1234-abc.apps.googleusercontent.com".into(),
            secret_file: "/etc/proauth/a \"quoted\" \\ name".into(),
            domain: "example.com".into(),
        }
    }

    #[test]
    fn what_is_written_means_what_was_answered() {
        let folder = tempfile::TempDir::new().unwrap();
        let main = folder.path().join("proauthd.toml");
        std::fs::write(&main, "").unwrap();
        let draft = folder.path().join("proauthd.toml.d/50-setup.toml");
        let text = text(&answers());
        let loaded = config::load_with(Some(&main), Some((&draft, &text))).unwrap();
        let identity = loaded.config.identity;
        assert_eq!(identity.device.id, answers().client_id);
        assert_eq!(identity.device.secret_file, answers().secret_file);
        assert_eq!(identity.policy.rules().allowed_domains.len(), 1);
    }

    #[test]
    fn an_issuer_a_domain_and_a_word_are_known_by_their_form() {
        assert!(issuer("https://sso.example.com/realms/staff").is_ok());
        for wrong in ["", "http://sso.example.com", "https://", "https://a b"] {
            assert!(issuer(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(domain("@Example.COM").unwrap(), "example.com");
        for wrong in [
            "",
            "example",
            "alice@example.com",
            "a..b",
            "a b.c",
            "*.example.com",
        ] {
            assert!(domain(wrong).is_err(), "{wrong:?}");
        }
        assert!(word("a\u{7}b", "client id").is_err());
    }
}
