//! `proauthd enroll`: binds an authenticator to an account.

use clap::Args;
use proauth_interface::{EnrollRequest, Error, How, Progress, Purpose};
use serde_json::json;
use terminal_size::{Height, Width, terminal_size};

use super::ask::{Asker, is_person, read_line};
use super::failure::Failure;
use super::{Common, output, qr, recovery_codes};

/// How often a person may try the first code.
const TRIES: usize = 3;

/// Bind an authenticator to an account
#[derive(Debug, Args)]
#[command(after_help = "Example: proauthd enroll --user alice --offline\n\n\
    Without a terminal, the first code is read from stdin, after the key has been printed.")]
pub struct Enroll {
    /// Account to enroll
    #[arg(long, value_name = "USER")]
    user: String,
    /// Do not sign in with an identity provider (as root; the only way so far)
    #[arg(long, required = true)]
    offline: bool,
}

impl Enroll {
    /// Shows a new secret, and binds it once its first code is right.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let asker = Asker::connect(common)?;
        let user = self.user.as_str();
        let request = EnrollRequest {
            user: user.to_owned(),
            how: How::Offline.to_wire(),
            purpose: Purpose::New.to_wire(),
            ..EnrollRequest::default()
        };
        let reply = asker.ask(async |daemon| daemon.start_enrollment(&request).await)?;
        if let Err(unseen) = show_secret(&reply, common.json) {
            forget(&asker, user);
            return Err(match unseen {
                Failure::OutputClosed => Failure::No("nobody read the key; start again".into()),
                unseen => unseen,
            });
        }
        let codes = confirm(&asker, user)?;
        if common.json {
            return output::line(json!({ "enrolled": true, "recovery_codes": codes }));
        }
        output::line(format_args!(
            "{user} is enrolled. This first code is used up."
        ))?;
        recovery_codes::show(&codes)
    }
}

fn show_secret(reply: &Progress, json: bool) -> Result<(), Failure> {
    if json {
        return output::line(json!({ "uri": reply.key_uri, "secret": reply.secret }));
    }
    output::line("Scan this with an authenticator app, or type this key into it (time-based):")?;
    output::line(format_args!("  {}", in_groups(&reply.secret)))?;
    match qr::lines(&reply.key_uri) {
        Ok(lines) if fits(&lines) => lines.iter().try_for_each(output::line),
        _ => {
            output::line("(The terminal is too small for the QR code: enlarge it, or use the key.)")
        }
    }
}

/// Whether a QR code and the question after it fit the terminal; where there is none, they do.
fn fits(lines: &[qr::Line]) -> bool {
    let columns = lines.first().map_or(0, |line| line.columns);
    terminal_size().is_none_or(|(Width(width), Height(height))| {
        columns <= usize::from(width) && lines.len() < usize::from(height)
    })
}

/// Asks for the first code until it is right; a script has one try.
fn confirm(asker: &Asker, user: &str) -> Result<Vec<String>, Failure> {
    let tries = if is_person() { TRIES } else { 1 };
    for left in (0..tries).rev() {
        let code = match read_line("First code: ") {
            Ok(code) => code,
            Err(missing) => {
                forget(asker, user);
                return Err(missing);
            }
        };
        match asker.try_ask(async |daemon| daemon.confirm_enrollment(user, &code).await)? {
            Err(Error::CodeRejected(sentence)) if left > 0 => eprint_line(&sentence),
            Err(error) => {
                forget(asker, user);
                return Err(error.into());
            }
            Ok(recovery_codes) => return Ok(recovery_codes),
        }
    }
    Err(Failure::No("nothing was enrolled; start again".into()))
}

/// The daemon would forget it by itself, in a while.
fn forget(asker: &Asker, user: &str) {
    let _ = asker.ask(async |daemon| daemon.cancel_enrollment(user).await);
}

fn eprint_line(sentence: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

/// The key in groups of four, as apps show and take it.
fn in_groups(secret: &str) -> String {
    let characters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = characters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}
