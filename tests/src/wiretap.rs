//! What goes over the bus, as `busctl monitor` sees it.

use crate::{DEADLINE, Log, World};

impl World {
    /// Watches from now on the messages that fit `rule`, a match rule of D-Bus.
    ///
    /// # Panics
    /// If the bus does not let it.
    #[must_use]
    pub fn wiretap(&self, rule: &str) -> Log {
        let rule = format!("--match={rule}");
        let mut monitor = self
            .program(&["busctl", "--system", &rule, "monitor"])
            .spawn();
        let log = Log::default();
        log.follow(monitor.stdout.take().expect("it is piped"));
        log.follow(monitor.stderr.take().expect("it is piped"));
        let begun = log.wait_for("Monitoring bus message stream", DEADLINE);
        assert!(begun, "{}", log.text());
        // It ends with the bus or the world; this thread reaps it then.
        std::thread::spawn(move || monitor.wait());
        log
    }

    /// What `user` gets to hear of the messages that fit `rule` from now on, by `dbus-monitor`,
    /// which asks for eavesdropping and for plain match rules where it may not monitor.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn overhear(&self, user: &str, rule: &str) -> Log {
        let argv = ["dbus-monitor", "--system", rule];
        let mut monitor = self.program(&argv).by(user).spawn();
        let log = Log::default();
        log.follow(monitor.stdout.take().expect("it is piped"));
        log.follow(monitor.stderr.take().expect("it is piped"));
        std::thread::spawn(move || monitor.wait());
        log
    }
}
