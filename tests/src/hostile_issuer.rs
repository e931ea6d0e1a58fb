//! An OpenID provider that does what a good one never does: `tests/issuers/hostile.mjs`.

use std::io::Write;
use std::process::{Child, ChildStdin};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{DEADLINE, Log, World};

/// Where the world has it; see [`Builder::identity`](crate::Builder::identity).
const PROGRAM: &str = "/run/e2e/issuers/hostile.mjs";

/// The issuer, while it runs on 127.0.0.1 of a world; dropping it ends it.
#[derive(Debug)]
pub struct HostileIssuer {
    node: Child,
    stdin: Option<Mutex<ChildStdin>>,
    log: Log,
    address: String,
}

impl HostileIssuer {
    /// Starts it with these knobs, which are explained in the program; without any it is a good
    /// one, where everybody signs in as alice@example.com at once. `world` was built with
    /// [`Builder::identity`](crate::Builder::identity).
    ///
    /// # Panics
    /// If it does not start, with what it said.
    #[must_use]
    pub fn start(world: &World, knobs: &Value) -> Self {
        let program = world.program(&["node", PROGRAM, &knobs.to_string()]);
        let mut node = program.spawn();
        let log = Log::default();
        log.follow(node.stderr.take().expect("it is piped"));
        log.follow(node.stdout.take().expect("it is piped"));
        let stdin = node.stdin.take().map(Mutex::new);
        let started = log.wait_for("\"issuer\":", DEADLINE);
        assert!(started, "{}", log.text());
        let mut issuer = Self {
            node,
            stdin,
            log,
            address: String::new(),
        };
        let first = issuer
            .said()
            .find_map(|said| said["issuer"].as_str().map(str::to_owned));
        issuer.address = first.expect("it says where it is");
        issuer
    }

    /// The same, with TLS: under the name and the certificate of the issuer that plays Google, on a
    /// port of its own.
    ///
    /// # Panics
    /// If it does not start, with what it said.
    #[must_use]
    pub fn start_tls(world: &World, knobs: &Value) -> Self {
        let mut knobs = knobs.clone();
        let default = json!({
            "tls": {"key": "/run/e2e/issuer.key", "cert": "/run/e2e/issuer.pem"},
            "host": "accounts.google.com",
        });
        for (key, value) in default.as_object().expect("it is one") {
            if knobs.get(key).is_none() {
                knobs[key] = value.clone();
            }
        }
        Self::start(world, &knobs)
    }

    /// Its identifier.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// When it was asked at `endpoint` (`discovery`, `jwks`, `device`, `token`, `browser`), in
    /// milliseconds.
    #[must_use]
    pub fn asked(&self, endpoint: &str) -> Vec<u64> {
        let asked = self.requests(endpoint).into_iter();
        asked.filter_map(|said| said["at"].as_u64()).collect()
    }

    /// What it was told in the requests to `endpoint`.
    #[must_use]
    pub fn told(&self, endpoint: &str) -> Vec<Value> {
        let asked = self.requests(endpoint).into_iter();
        asked.map(|said| said["body"].clone()).collect()
    }

    /// Opens `url` as a browser of the world, and follows where it leads. Gives the status and the
    /// text of the last page; 0 where nobody answers.
    ///
    /// # Panics
    /// If the issuer has ended.
    pub fn visit(&self, url: &str) -> (u64, String) {
        let page = self.command(&json!({"visit": url}), "visited");
        let status = page["visited"].as_u64().expect("a number");
        (status, page["body"].as_str().unwrap_or_default().to_owned())
    }

    /// All requests to `endpoint` that were answered before now.
    fn requests(&self, endpoint: &str) -> Vec<Value> {
        let _settled = self.command(&json!({"settle": 1}), "settled");
        self.said()
            .filter(|said| said["asked"] == endpoint)
            .collect()
    }

    /// Gives it a command, and waits for the answer, which has this key.
    fn command(&self, command: &Value, key: &str) -> Value {
        let stdin = self.stdin.as_ref().expect("taken only by drop");
        let mut stdin = stdin.lock().expect("nobody panics holding it");
        let answers = || self.said().filter(|said| said.get(key).is_some());
        let before = answers().count();
        writeln!(stdin, "{command}").expect("it listens");
        let start = Instant::now();
        loop {
            if let Some(answer) = answers().nth(before) {
                return answer;
            }
            assert!(start.elapsed() < DEADLINE, "{}", self.log.text());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What it has said so far.
    fn said(&self) -> impl Iterator<Item = Value> + use<> {
        let text = self.log.text();
        let lines: Vec<Value> = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        lines.into_iter()
    }
}

impl Drop for HostileIssuer {
    fn drop(&mut self) {
        // It ends with its standard input.
        self.stdin = None;
        let _ = self.node.wait();
    }
}
