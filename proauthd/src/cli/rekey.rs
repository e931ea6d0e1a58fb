//! `proauthd rekey`: seals everything with a new key, and moves the key.
//!
//! What this does can end at any moment, and is taken up by the next `proauthd rekey`:
//!
//! 1. the new key is made durable at the place of the next key: until the daemon hears of it, nothing
//!    needs it, and the next run writes another one over it;
//! 2. the daemon takes it: from here on the store has two marks, and the daemon goes on by itself;
//! 3. the store has one mark again: the new key is moved into its place, and the old one removed.

use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use clap::{Args, ValueEnum};
use proauth_interface::RekeyStatus;
use serde_json::json;
use tokio::time::Instant;

use super::ask::Asker;
use super::failure::Failure;
use super::key_places::{Kind, Places};
use super::lock::{self, lock};
use super::stall::{Stall, Verdict};
use super::typed::{is_person, read_line};
use super::{Common, output, systemd_creds};
use crate::key_pipe::{self, Offer, PIPE};
use crate::store::key::MasterKey;
use crate::{config, messages};

/// How often to look how far it is.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Seal everything with a new key, and move the key
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd rekey                  a new key, where the old one is\n  \
    proauthd rekey --to credential  sealed to this machine, so that the disk alone does not hold it\n\n\
    Logins go on meanwhile. What was cut off is finished by the next run, or the next start of the \
    daemon."
)]
pub struct Rekey {
    /// Where the new key is to be; without it, where the key is now
    #[arg(long, value_enum, value_name = "PLACE")]
    to: Option<To>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Configuration to use instead of /etc/proauth/proauthd.toml; FILE.d/*.toml are read after it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// A place for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// The file of the setting key.path
    File,
    /// Sealed to this machine by systemd: to its TPM, or else to the host key
    Credential,
    /// Sealed if this machine can do that, else a file
    Auto,
}

impl Rekey {
    /// Finishes what was begun; begins anew where nothing was, or the key is to be elsewhere.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        if !nix::unistd::geteuid().is_root() {
            return Err(Failure::NotAllowed(messages::rekey_is_for_root()));
        }
        let loaded = config::load(self.config.as_deref());
        let loaded = loaded.map_err(|error| Failure::Usage(error.to_string()))?;
        let key = loaded.config.key;
        let _lock = lock(Path::new(lock::REKEY), messages::rekey_runs)?;
        let left = key_pipe::remove(Path::new(PIPE));
        left.map_err(|error| not_written(Path::new(PIPE), &error))?;
        let asker = Asker::connect(common)?;
        let status = asker.ask(async |daemon| daemon.rekey_status().await)?;
        check_same_key(&key, &status.key)?;
        let places = Places::new(key, self.config.is_none());
        if !status.previous.is_empty() || places.place_of_next(&status.current).is_some() {
            let (kind, place) = see_through(&asker, &places, common)?;
            if self.is_content_with(kind) {
                return self.report(kind, place, common);
            }
        }
        let checked = places.check(&status.current);
        checked.map_err(Failure::Unable)?;
        self.confirm()?;
        self.begin(&asker, &places)?;
        let (kind, place) = see_through(&asker, &places, common)?;
        self.report(kind, place, common)
    }

    fn is_content_with(&self, kind: Kind) -> bool {
        match self.to {
            None | Some(To::Auto) => true,
            Some(To::File) => kind == Kind::File,
            Some(To::Credential) => kind == Kind::Credential,
        }
    }

    /// Says where the key is, after the last that may have changed it.
    fn report(&self, kind: Kind, path: &Path, common: &Common) -> Result<(), Failure> {
        if self.config.is_none() {
            // They hide the file that was there when they started.
            let restarted = systemd_creds::restart_hooks();
            restarted.unwrap_or_else(|said| output::note(messages::hooks_not_restarted(&said)));
        }
        if common.json {
            let place = match kind {
                Kind::File => "file",
                Kind::Credential => "credential",
            };
            return output::line(json!({ "rekeyed": true, "place": place, "path": path }));
        }
        output::line(messages::rekeyed(path, kind == Kind::Credential))
    }

    fn confirm(&self) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !is_person() {
            return Err(Failure::Usage(messages::rekey_needs_yes()));
        }
        let answer = read_line(messages::REKEY_QUESTION)?;
        match answer.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(Failure::No("nothing was changed".into())),
        }
    }

    /// Makes a new key durable, and has the daemon take it.
    fn begin(&self, asker: &Asker, places: &Places) -> Result<(), Failure> {
        let key = MasterKey::new_random();
        let key = key.map_err(|error| Failure::Unable(format!("no random bytes: {error}")))?;
        self.put_next(asker, places, &key)?;
        let pipe = Path::new(PIPE);
        let offer = Offer::make(pipe, &key);
        let offer = offer.map_err(|error| not_written(pipe, &error))?;
        let begun = asker.ask(async |daemon| daemon.rekey().await);
        drop(offer);
        // Where this fails, the daemon may have begun: the next key stays.
        begun
    }

    fn put_next(&self, asker: &Asker, places: &Places, key: &MasterKey) -> Result<(), Failure> {
        let kind = match self.to {
            Some(To::File) => Kind::File,
            Some(To::Credential | To::Auto) => Kind::Credential,
            None => {
                let status = asker.ask(async |daemon| daemon.rekey_status().await)?;
                let place = places.place_of(&status.current);
                place
                    .ok_or_else(|| Failure::Usage(messages::key_elsewhere()))?
                    .0
            }
        };
        match places.put_next(kind, key) {
            Ok(()) => Ok(()),
            Err(why) if self.to == Some(To::Auto) => {
                output::note(messages::key_stays_in_file(&why));
                let put = places.put_next(Kind::File, key);
                put.map_err(Failure::Unable)
            }
            Err(why) if kind == Kind::Credential => {
                Err(Failure::Unable(messages::no_credentials(&why)))
            }
            Err(why) => Err(Failure::Unable(why)),
        }
    }
}

/// Another daemon's store must not be sealed with a key that its next start does not find.
fn check_same_key(ours: &Path, daemons: &str) -> Result<(), Failure> {
    match ours == Path::new(daemons) {
        true => Ok(()),
        false => {
            let sentence = messages::key_of_another_daemon(ours, daemons);
            Err(Failure::Usage(sentence))
        }
    }
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Unable(messages::key_not_written(path, error))
}

/// Waits until no row is under the old key, and puts the new one into its place.
fn see_through<'a>(
    asker: &Asker,
    places: &'a Places,
    common: &Common,
) -> Result<(Kind, &'a Path), Failure> {
    let shows = !common.json && stdout().is_terminal();
    let mut stall = Stall::new(Instant::now());
    loop {
        let status = asker.ask(async |daemon| daemon.rekey_status().await);
        let status = status.map_err(cut_off)?;
        if shows {
            let RekeyStatus { done, total, .. } = status;
            output::rewrite(format_args!("{done} of {total} rows are under the new key"))?;
        }
        if status.previous.is_empty() {
            if shows {
                output::line("")?;
            }
            if status.broken > 0 {
                output::note(messages::rows_broken(status.broken));
            }
            return places.settle(&status.current);
        }
        match stall.look(status.done, Instant::now()) {
            Verdict::Wait => {}
            Verdict::Say => output::note(messages::rekey_stands_still()),
            Verdict::Over => {
                let why = messages::rekey_stood_still();
                return Err(Failure::Unable(messages::rekey_cut_off(&why)));
            }
        }
        sleep(BETWEEN_LOOKS);
    }
}

/// The daemon went away in the middle: nothing is lost.
fn cut_off(failure: Failure) -> Failure {
    match failure {
        Failure::Unreachable(why) => Failure::Unreachable(messages::rekey_cut_off(&why)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_key_than_that_of_the_daemon_is_refused() {
        let ours = Path::new("/etc/proauth/proauthd.key");
        check_same_key(ours, "/etc/proauth/proauthd.key").unwrap();
        let refused = check_same_key(ours, "/srv/other.key");
        let Err(Failure::Usage(said)) = refused else {
            panic!("{refused:?}");
        };
        assert!(said.contains("/srv/other.key"), "{said}");
    }
}
