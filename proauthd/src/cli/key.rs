//! The second part of an enrollment: the key goes into an app, and a first code proves it.

use proauth_interface::{Error, Progress};
use serde_json::json;

use super::ask::Asker;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output;
use super::screen::{NoQr, Screen, say, wrapped};
use super::typed::{is_person, read_line_until};

/// How often a person may try the first code.
const TRIES: usize = 3;

/// Lines beside the QR code: the question.
const QUESTION: usize = 1;

/// Columns before the key, where there is room for them.
const INDENT: &str = "  ";

/// Shows the key.
///
/// # Errors
/// If nobody reads it.
pub fn show(progress: &Progress, json: bool) -> Result<(), Failure> {
    if json {
        return output::line(json!({ "uri": progress.key_uri, "secret": progress.secret }));
    }
    let screen = Screen::here();
    say("Scan this with an authenticator app, or type this key into it (time-based):")?;
    in_groups(&progress.secret, screen.columns())
        .iter()
        .try_for_each(output::line)?;
    match screen.qr(&progress.key_uri, QUESTION) {
        Ok(code) => code.iter().try_for_each(output::line),
        Err(NoQr::NotHere) => Ok(()),
        Err(NoQr::TooLarge) => {
            say("(The terminal is too small for the QR code: enlarge it, or use the key.)")
        }
    }
}

/// Asks for the first code until it is right; a script has one try. Gives the recovery codes.
///
/// # Errors
/// If it never is, or a signal comes first.
pub fn confirm(
    asker: &Asker,
    interrupt: &mut Interrupt,
    user: &str,
) -> Result<Vec<String>, Failure> {
    let tries = if is_person() { TRIES } else { 1 };
    for left in (0..tries).rev() {
        let code = read_line_until(asker, interrupt, "First code: ")?;
        // Not to be interrupted: who is enrolled must see the recovery codes.
        match asker.try_ask(async |daemon| daemon.confirm_enrollment(user, &code).await)? {
            Err(Error::CodeRejected(sentence)) if left > 0 => output::note(sentence),
            codes => return Ok(codes?),
        }
    }
    Err(Failure::No("nothing was enrolled; start again".into()))
}

/// The key in groups of four, as apps show and take it.
fn in_groups(secret: &str, columns: usize) -> Vec<String> {
    let characters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = characters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    let groups = groups.join(" ");
    match INDENT.len() + groups.len() <= columns {
        true => vec![format!("{INDENT}{groups}")],
        false => wrapped(&groups, columns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stands_in_groups_that_no_terminal_breaks() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let groups = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        assert_eq!(in_groups(secret, 80), [format!("  {groups}")]);
        assert_eq!(in_groups(secret, 40), [groups]);
        let (first, second) = groups.split_at(groups.len() / 2);
        assert_eq!(in_groups(secret, 20), [first.trim(), second.trim()]);
    }
}
