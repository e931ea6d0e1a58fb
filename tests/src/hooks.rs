//! The hooks of a world: `proauthd hooks`, and what the program that it runs has seen.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::service::Ready;
use crate::{DEADLINE, Launch, Service, World};

/// The program of `hooks.on_event`.
pub const ON_EVENT: &str = "/usr/local/lib/e2e/on-event";

/// Takes down how it is run. From /proc, since a shell adds variables of its own.
pub const RECORDER: &str = r#"#!/bin/sh
run=$(mktemp -d /run/e2e/hooks/new.XXXXXX)
cat "/proc/$$/environ" >"$run/environment"
cat "/proc/$$/cmdline" >"$run/arguments"
readlink "/proc/$$/fd/0" >"$run/stdin"
readlink "/proc/$$/cwd" >"$run/folder"
readlink "/proc/$$/fd/"* >"$run/descriptors"
echo "$$ $(cut -d ' ' -f 5 "/proc/$$/stat")" >"$run/group"
mv "$run" "/run/e2e/hooks/$(date +%s%N)"
echo "recorded $PROAUTH_EVENT"
"#;

const NOTIFY: &str = "/run/e2e/notify-hooks";
const RUNS: &str = "/run/e2e/hooks";
const DROP_IN: &str = "/etc/proauth/proauthd.toml.d/50-hooks.toml";

/// `proauthd hooks` in a world. When a test fails, it prints what that said.
#[derive(Debug)]
pub struct Hooks {
    /// The process.
    pub service: Service,
    runs: PathBuf,
}

/// One run of [`RECORDER`].
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
}

impl World {
    /// Installs [`RECORDER`], and starts the hooks with it.
    ///
    /// # Panics
    /// If they do not start.
    #[must_use]
    pub fn hooks(&self) -> Hooks {
        let hooks = self.stopped_hooks();
        self.set_on_event(ON_EVENT);
        self.install_program(ON_EVENT, RECORDER);
        hooks.service.start();
        hooks
    }

    /// The hooks, before their start and without a program.
    ///
    /// # Panics
    /// If the world cannot be written to.
    #[must_use]
    pub fn stopped_hooks(&self) -> Hooks {
        let runs = self.path(RUNS);
        fs::create_dir(&runs).expect("the world can be written to");
        // What must not get to the program.
        let launch = Launch::new(&["/usr/bin/proauthd", "hooks"])
            .env("NOTIFY_SOCKET", NOTIFY)
            .env("PROAUTH_LEAK", "leaked")
            .env("LD_LIBRARY_PATH", "/nowhere");
        let ready = Ready::notifies(&self.namespace, NOTIFY);
        let service = Service::new(&Arc::clone(&self.namespace), launch, ready);
        Hooks { service, runs }
    }

    /// Sets `hooks.on_event`.
    ///
    /// # Panics
    /// If the world cannot be written to.
    pub fn set_on_event(&self, program: &str) {
        let drop_in = self.path(DROP_IN);
        let folder = drop_in.parent().expect("it lies in one");
        fs::create_dir_all(folder).expect("the world can be written to");
        let text = format!("[hooks]\non_event = {program:?}\n");
        fs::write(drop_in, text).expect("the world can be written to");
    }

    /// Makes `text` the program at `path`, root's and executable.
    ///
    /// # Panics
    /// If the world cannot be written to.
    pub fn install_program(&self, path: &str, text: &str) {
        let folder = path.rsplit_once('/').expect("an absolute path").0;
        self.run(&["install", "-d", "-m", "0755", folder])
            .expect_success();
        // A program that runs cannot be written to, but replaced.
        let (new, path) = (self.path(&format!("{path}.new")), self.path(path));
        fs::write(&new, text).expect("the world can be written to");
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).expect("it is ours");
        fs::rename(new, path).expect("the world can be written to");
    }
}

impl Hooks {
    /// The runs so far that are complete, in their order.
    ///
    /// # Panics
    /// If they cannot be read.
    #[must_use]
    pub fn runs(&self) -> Vec<Run> {
        let entries = fs::read_dir(&self.runs).expect("it is ours");
        let mut folders: Vec<PathBuf> = entries
            .map(|entry| entry.expect("it is ours").path())
            .filter(|folder| !folder.to_string_lossy().contains("new."))
            .collect();
        folders.sort();
        folders.into_iter().map(|folder| Run { folder }).collect()
    }

    /// The run after the first `known` ones, once it is complete.
    ///
    /// # Panics
    /// If there is none in time.
    #[must_use]
    pub fn run_after(&self, known: usize) -> Run {
        self.wait_for("a run", || self.runs().len() > known);
        self.runs().remove(known)
    }

    /// Waits until `done`.
    ///
    /// # Panics
    /// If that takes too long.
    pub fn wait_for(&self, what: &str, done: impl Fn() -> bool) {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < 2 * DEADLINE, "no {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the process has said `line`.
    ///
    /// # Panics
    /// If it does not.
    pub fn expect_line(&self, line: &str) {
        let said = self.service.log().wait_for(line, 2 * DEADLINE);
        assert!(said, "not said: {line}");
    }

    /// How often the process has said `line` since it was started.
    #[must_use]
    pub fn count_lines(&self, line: &str) -> usize {
        self.service.log().text().matches(line).count()
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- hooks\n{}", self.service.said());
        }
    }
}

impl Run {
    /// What it was started with, the program's name and the shell before it left out.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        self.strings("arguments").split_off(2)
    }

    /// Its environment, sorted.
    #[must_use]
    pub fn environment(&self) -> Vec<String> {
        let mut environment = self.strings("environment");
        environment.sort();
        environment
    }

    /// One variable of it.
    ///
    /// # Panics
    /// If it is not set.
    #[must_use]
    pub fn variable(&self, name: &str) -> String {
        let value = |text: &String| {
            let value = text.strip_prefix(name)?.strip_prefix('=')?;
            Some(value.to_owned())
        };
        let environment = self.environment();
        environment
            .iter()
            .find_map(value)
            .unwrap_or_else(|| panic!("{name} is not in {environment:?}"))
    }

    /// What the recorder took down under this name.
    ///
    /// # Panics
    /// If it did not.
    #[must_use]
    pub fn noted(&self, name: &str) -> String {
        let bytes = fs::read(self.folder.join(name)).expect("the recorder took it down");
        let text = String::from_utf8(bytes).expect("it is UTF-8");
        text.trim_end_matches('\n').to_owned()
    }

    fn strings(&self, name: &str) -> Vec<String> {
        let text = self.noted(name);
        let strings = text.split_terminator('\0');
        strings.map(str::to_owned).collect()
    }
}
