//! The first part of an enrollment: somebody signs in with the identity provider.

use std::pin::pin;
use std::time::Duration;

use proauth_interface::{Daemon, How, Progress, Purpose, Stage};
use serde_json::json;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::ask::{Asker, answer};
use super::countdown::{Countdown, Wording};
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output;
use super::screen::{Screen, wrapped};

const SECOND: Duration = Duration::from_secs(1);

/// Lines that have to be seen together with the QR code: the three steps, and the time left.
const STEPS: usize = 4;

const WORDING: Wording = Wording {
    waiting: "Waiting for the sign-in",
    leaving: "Ctrl-C cancels",
};

/// What is signed in for.
#[derive(Debug, Clone, Copy)]
pub struct Errand {
    /// By what it is proven.
    pub how: How,
    /// What comes of it.
    pub purpose: Purpose,
    /// Whether anybody may sign in.
    pub any_identity: bool,
}

/// Shows where to sign in and waits until somebody has; then there is a secret.
///
/// # Errors
/// If nobody signs in, or somebody else, or a signal comes first.
pub fn sign_in(
    asker: &Asker,
    interrupt: &mut Interrupt,
    begun: &Progress,
    errand: Errand,
    json: bool,
) -> Result<Progress, Failure> {
    let screen = Screen::here();
    if json {
        output::line(as_json(begun))?;
    } else {
        show(begun, errand, screen)?;
    }
    let mut countdown = Countdown::new(WORDING, begun.expires_in, (!json).then_some(screen));
    let signed_in = asker.until(interrupt, async |daemon| {
        wait(daemon, &begun.user, &mut countdown).await
    });
    // Where a signal came, what was typed stands in that line.
    let ended = match signed_in {
        Err(Failure::Interrupted(_)) => Ok(()),
        _ => countdown.end(),
    };
    signed_in.and_then(|progress| ended.map(|()| progress))
}

/// What an enrollment by this version of the interface never answers.
pub fn unknown_answer() -> Failure {
    Failure::Unable("the daemon answered something unknown; update this program".into())
}

async fn wait(daemon: &Daemon, user: &str, countdown: &mut Countdown) -> Result<Progress, Failure> {
    let mut seconds = interval(SECOND);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    seconds.tick().await;
    loop {
        countdown.show()?;
        let progress = news(daemon, user, countdown, &mut seconds).await?;
        match Stage::from_wire(progress.stage) {
            Some(Stage::Secret) => return Ok(progress),
            Some(Stage::SignIn) => countdown.set(progress.expires_in),
            None => return Err(unknown_answer()),
        }
    }
}

/// The answer to one question, which takes some seconds.
async fn news(
    daemon: &Daemon,
    user: &str,
    countdown: &mut Countdown,
    seconds: &mut Interval,
) -> Result<Progress, Failure> {
    let mut news = pin!(answer(daemon.wait_enrollment(user)));
    loop {
        tokio::select! {
            progress = &mut news => return Ok(progress??),
            _ = seconds.tick() => countdown.tick()?,
        }
    }
}

fn as_json(begun: &Progress) -> serde_json::Value {
    json!({ "sign_in": {
        "uri": begun.sign_in_uri,
        "complete_uri": begun.complete_uri,
        "code": begun.sign_in_code,
        "expires_in": begun.expires_in,
        "user": begun.user,
        "host": begun.host,
        "origin": begun.origin,
    }})
}

fn show(begun: &Progress, errand: Errand, screen: Screen) -> Result<(), Failure> {
    let columns = screen.columns();
    let steps = match errand.how {
        How::Browser => steps_here(begun, errand),
        _ => steps_elsewhere(begun, errand, columns),
    };
    let lines = warning(begun, errand, columns).into_iter().chain(steps);
    lines.into_iter().try_for_each(output::line)?;
    if errand.how == How::Browser {
        // It leads back to this machine, where a phone cannot follow.
        return Ok(());
    }
    let uri = match begun.complete_uri.as_str() {
        "" => &begun.sign_in_uri,
        complete => complete,
    };
    match screen.qr(uri, STEPS) {
        Ok(code) => code.iter().try_for_each(output::line),
        Err(_) => Ok(()),
    }
}

/// What a sign-in would do, for whoever was talked into one.
fn warning(begun: &Progress, errand: Errand, columns: usize) -> Vec<String> {
    let Progress {
        user, host, origin, ..
    } = begun;
    let does = match errand.purpose {
        Purpose::New => format!("binds an authenticator to {user} on {host}"),
        Purpose::Replace => format!("replaces the authenticator of {user} on {host}"),
        Purpose::Add => format!("binds one more authenticator to {user} on {host}"),
    };
    let asked = match origin.as_str() {
        "" => String::new(),
        origin => format!(" (asked for from {origin})"),
    };
    let mut lines = wrapped(&output::plain(&format!("This {does}{asked}.")), columns);
    lines.extend(wrapped("Only go on if you started this yourself.", columns));
    lines.push(String::new());
    lines
}

fn steps_elsewhere(begun: &Progress, errand: Errand, columns: usize) -> Vec<String> {
    let Progress {
        sign_in_uri,
        sign_in_code,
        ..
    } = begun;
    let mut lines = one_or_two("1. Open", sign_in_uri, columns);
    lines.extend(one_or_two("2. Type", sign_in_code, columns));
    lines.extend(wrapped(&format!("3. {}", owner(errand)), columns));
    lines
}

/// An address of a browser on this machine is long: it has a line, or more, of its own.
fn steps_here(begun: &Progress, errand: Errand) -> Vec<String> {
    vec![
        "1. Open in a browser on this machine:".to_owned(),
        begun.sign_in_uri.clone(),
        format!("2. {}", owner(errand)),
    ]
}

const fn owner(errand: Errand) -> &'static str {
    if errand.any_identity {
        "Sign in; whoever does is accepted."
    } else {
        "Sign in as the owner of this account."
    }
}

/// `what` beside its step, or below it, so that it can be copied in one piece.
fn one_or_two(step: &str, what: &str, columns: usize) -> Vec<String> {
    let one = format!("{step}    {what}");
    if one.chars().count() <= columns {
        vec![one]
    } else {
        vec![format!("{step}:"), what.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERRAND: Errand = Errand {
        how: How::Configured,
        purpose: Purpose::New,
        any_identity: false,
    };

    fn begun() -> Progress {
        Progress {
            user: "alice".into(),
            host: "web1".into(),
            origin: "192.0.2.7".into(),
            sign_in_uri: "https://www.google.com/device".into(),
            sign_in_code: "ABCD-EFGH".into(),
            ..Progress::default()
        }
    }

    fn text(begun: &Progress, errand: Errand, columns: usize) -> Vec<String> {
        let mut lines = warning(begun, errand, columns);
        lines.extend(steps_elsewhere(begun, errand, columns));
        lines
    }

    #[test]
    fn who_reads_it_learns_who_asks_for_what_and_what_to_do() {
        let expected = [
            "This binds an authenticator to alice on web1 (asked for from 192.0.2.7).",
            "Only go on if you started this yourself.",
            "",
            "1. Open    https://www.google.com/device",
            "2. Type    ABCD-EFGH",
            "3. Sign in as the owner of this account.",
        ];
        assert_eq!(text(&begun(), ERRAND, 80), expected);
    }

    #[test]
    fn in_40_columns_the_address_and_the_code_stay_in_one_piece() {
        let begun = Progress {
            sign_in_uri: "https://login.example.com/realms/staff/device".into(),
            ..begun()
        };
        let lines = text(&begun, ERRAND, 40);
        assert!(lines.contains(&begun.sign_in_uri), "{lines:?}");
        assert!(lines.contains(&"2. Type    ABCD-EFGH".to_owned()));
        let wide = |line: &&String| line.len() > 40 && **line != begun.sign_in_uri;
        assert_eq!(lines.iter().find(wide), None);
    }

    #[test]
    fn a_login_from_nowhere_in_particular_is_no_riddle() {
        let begun = Progress {
            origin: String::new(),
            ..begun()
        };
        let lines = text(&begun, ERRAND, 80);
        assert_eq!(
            lines.first().map(String::as_str),
            Some("This binds an authenticator to alice on web1.")
        );
    }

    #[test]
    fn json_has_all_that_a_program_needs_to_show() {
        let begun = Progress {
            expires_in: 900,
            ..begun()
        };
        let expected = json!({ "sign_in": {
            "uri": "https://www.google.com/device", "complete_uri": "", "code": "ABCD-EFGH",
            "expires_in": 900, "user": "alice", "host": "web1", "origin": "192.0.2.7",
        }});
        assert_eq!(as_json(&begun), expected);
    }
}
