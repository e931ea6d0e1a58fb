//! Where log lines go: to journald with their fields, where there is one; else to stderr.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. Whoever runs the process by hand reads it on the terminal.
pub fn start() {
    let journal = if io::stderr().is_terminal() {
        None
    } else {
        journal()
    };
    let stderr = journal.is_none().then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(false)
            .with_target(false)
    });
    let lines = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(journal)
        .with(stderr);
    // Only a second start in one process fails: then the first one goes on.
    let _ = lines.try_init();
}

/// Starts logging to the journal alone, where there is one: for a command, whose terminal is not the
/// place for it.
pub fn start_for_journal() {
    let lines = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(journal());
    let _ = lines.try_init();
}

/// Fields are called `PROAUTH_USER` and so on: those of other programs stay apart.
fn journal() -> Option<tracing_journald::Layer> {
    let layer = tracing_journald::layer().ok()?;
    let layer = layer.with_field_prefix(Some("PROAUTH".to_owned()));
    Some(layer.with_syslog_identifier("proauthd".to_owned()))
}
