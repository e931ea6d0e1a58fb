//! WebDriver (W3C) as far as it is used here: JSON over HTTP, to a chromedriver in a world.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Where chromedriver listens, in the world.
pub(crate) const PORT: &str = "9515";

/// Passes its streams to the port and back, for bash: the loopback address of a world is not ours.
pub(crate) const RELAY: &str = "exec 3<>/dev/tcp/127.0.0.1/$0; cat <&3 & exec cat >&3";

/// The key under which an element's id is told (WebDriver, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A connection to chromedriver, with one window.
#[derive(Debug)]
pub(crate) struct WebDriver {
    relay: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// `/session/ID`; empty until there is one.
    session: String,
}

impl WebDriver {
    /// Opens a window with these capabilities, through [`RELAY`].
    pub(crate) fn open(relay: &mut Command, capabilities: &Value) -> Self {
        let mut relay = relay
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("nsenter (package util-linux) starts");
        let to = relay.stdin.take().expect("it is piped");
        let from = BufReader::new(relay.stdout.take().expect("it is piped"));
        let session = String::new();
        let mut driver = Self {
            relay,
            to,
            from,
            session,
        };
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let opened = driver.post("/session", &body);
        let id = opened["sessionId"].as_str().expect("a session has an id");
        driver.session = format!("/session/{id}");
        driver
    }

    /// Does what `command` says, with `body`.
    pub(crate) fn run(&mut self, command: &str, body: &Value) -> Value {
        self.post(&format!("{}/{command}", self.session), body)
    }

    /// Does `command` to the one element that `css` selects, waiting until there is one.
    pub(crate) fn run_on(&mut self, css: &str, command: &str, body: &Value) -> Value {
        let found = self.run("element", &json!({"using": "css selector", "value": css}));
        let element = found[ELEMENT].as_str().expect("an element has an id");
        self.run(&format!("element/{element}/{command}"), body)
    }

    fn post(&mut self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.to
            .write_all((head + &body).as_bytes())
            .expect("chromedriver listens");
        let (succeeded, value) = self.answer();
        assert!(succeeded, "{path} {body}: {value}");
        value
    }

    /// Whether it succeeded, and what came of it.
    fn answer(&mut self) -> (bool, Value) {
        let status = self.line();
        let mut length = 0;
        loop {
            let line = self.line().to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length is a number");
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).expect("the whole answer");
        let mut body: Value = serde_json::from_slice(&body).expect("chromedriver answers in JSON");
        (status.contains(" 200 "), body["value"].take())
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).expect("headers are ASCII");
        assert_ne!(line, "", "chromedriver is gone");
        line.trim_end().to_owned()
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        // chromedriver closes its windows when it ends, with the world.
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}
