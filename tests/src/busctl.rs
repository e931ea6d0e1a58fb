//! Calls on the bus, made by `busctl` as whoever is to make them.

use crate::ran::Program;
use crate::{Ran, World};

/// What precedes the names of our interfaces, and those of our errors.
const NAME: &str = "org.proauth.Daemon1";
const PATH: &str = "/org/proauth/Daemon1";

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Answer {
    /// It was answered, with this as `busctl` prints it.
    Reply(String),
    /// It failed with the error of this name.
    Error(String),
}

impl World {
    /// Calls a method, `Login.Begin` for example, as `caller`. `body` is what `busctl call` takes
    /// after the method: the signature, and the values.
    ///
    /// # Panics
    /// If there is neither a reply nor an error.
    pub fn call(&self, caller: &str, method: &str, body: &[&str]) -> Answer {
        let (interface, member) = method.split_once('.').expect("Interface.Method");
        let interface = format!("{NAME}.{interface}");
        let call = [&[NAME, PATH, &interface, member], body].concat();
        self.busctl(caller, &call, &[])
    }

    /// `busctl call` with any words, as `caller`.
    ///
    /// # Panics
    /// If there is neither a reply nor an error.
    pub fn busctl(&self, caller: &str, call: &[&str], options: &[&str]) -> Answer {
        Answer::of(&busctl(self, caller, options, call).run())
    }

    /// Sends a call as root, from a connection that is gone before anybody can have answered,
    /// given that the daemon is paused.
    ///
    /// # Panics
    /// If it cannot be sent.
    pub fn call_and_vanish(&self, method: &str, body: &[&str]) {
        let (interface, member) = method.split_once('.').expect("Interface.Method");
        let interface = format!("{NAME}.{interface}");
        let call = [&[NAME, PATH, &interface, member], body].concat();
        let ran = busctl(self, "root", &["--expect-reply=no"], &call).run();
        ran.expect_success();
        // Whoever connects after the other has gone is answered after the bus has noticed that.
        let bus = "org.freedesktop.DBus";
        let _id = self.busctl("root", &[bus, "/org/freedesktop/DBus", bus, "GetId"], &[]);
    }
}

fn busctl(world: &World, caller: &str, options: &[&str], call: &[&str]) -> Program {
    let argv = [&["busctl", "--system"], options, &["call", "--"], call].concat();
    let program = world.program(&argv).by(caller);
    // Only then does it tell the name of an error.
    program.env("SYSTEMD_LOG_LEVEL", "debug")
}

impl Answer {
    fn of(ran: &Ran) -> Self {
        if ran.code == Some(0) {
            return Self::Reply(ran.stdout.trim_end().to_owned());
        }
        let error = ran.stderr.lines().find_map(|line| {
            let (_, rest) = line
                .strip_prefix("Got message type=error ")?
                .split_once(" error-name=")?;
            rest.split(' ').next()
        });
        Self::Error(error.unwrap_or_else(|| panic!("{ran:?}")).to_owned())
    }
}
