//! What the daemon answers at logins, as it goes over the bus.

use serde_json::Value;

use crate::{DEADLINE, Log, World};

const BUS: &str = "org.freedesktop.DBus";

/// The methods of a login, whose replies begin with a number.
const METHODS: [&str; 3] = ["Begin", "Verify", "Account"];

/// A monitor of the bus.
#[derive(Debug)]
pub struct Answers {
    log: Log,
    /// Bytes of the log that have been told already.
    told: usize,
    marks: u32,
}

impl World {
    /// Listens from now on.
    ///
    /// # Panics
    /// If the bus does not let it.
    #[must_use]
    pub fn answers(&self) -> Answers {
        let monitor = ["busctl", "--system", "--json=short", "monitor"];
        let mut monitor = self.program(&monitor).spawn();
        let log = Log::default();
        log.follow(monitor.stdout.take().expect("it is piped"));
        log.follow(monitor.stderr.take().expect("it is piped"));
        let begun = log.wait_for("Monitoring bus message stream", DEADLINE);
        assert!(begun, "{}", log.text());
        // It ends with the bus or the world; this thread reaps it then.
        std::thread::spawn(move || monitor.wait());
        Answers {
            log,
            told: 0,
            marks: 0,
        }
    }
}

impl Answers {
    /// Waits until somebody calls `method`.
    ///
    /// # Panics
    /// If nobody does.
    pub fn wait_for_call(&self, method: &str) {
        let call = format!(r#""member":"{method}""#);
        let called = || self.log.text()[self.told..].contains(&call);
        let start = std::time::Instant::now();
        while !called() {
            assert!(start.elapsed() < DEADLINE, "nobody calls {method}");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// What was answered since this was asked last: methods, and the number that each reply
    /// begins with. Errors are none.
    ///
    /// # Panics
    /// If the bus does not say.
    pub fn since_last(&mut self, world: &World) -> Vec<(String, u32)> {
        let messages = self.messages(world);
        let answers = messages
            .iter()
            .filter(|message| message["type"] == "method_return");
        answers
            .filter_map(|answer| {
                let is_it = |call: &&Value| {
                    call["type"] == "method_call"
                        && call["sender"] == answer["destination"]
                        && call["cookie"] == answer["reply_cookie"]
                };
                let call = messages.iter().find(is_it)?;
                let method = call["member"].as_str()?;
                let number = answer["payload"]["data"][0][0].as_u64()?;
                let number = u32::try_from(number).expect("a number on the wire is an u32");
                METHODS
                    .contains(&method)
                    .then(|| (method.to_owned(), number))
            })
            .collect()
    }

    /// All messages since this was asked last.
    fn messages(&mut self, world: &World) -> Vec<Value> {
        // The monitor is told of this call after all that was said before.
        self.marks += 1;
        let mark = format!("e2e.mark.n{}", self.marks);
        let call = [
            BUS,
            "/org/freedesktop/DBus",
            BUS,
            "NameHasOwner",
            "s",
            &mark,
        ];
        let _nobody_has_it = world.busctl("root", &call, &[]);
        assert!(self.log.wait_for(&mark, DEADLINE), "{}", self.log.text());
        let text = self.log.text();
        let end = text.rfind(&mark).expect("it was said");
        let end = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let lines = text[self.told.min(end)..end].lines();
        self.told = end;
        lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }
}
