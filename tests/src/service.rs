//! What goes on in a world by itself: the bus, the daemon, sshd.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::{DEADLINE, Log, Namespace, Process};

/// A service: not running, or running and ready.
#[derive(Debug)]
pub struct Service {
    namespace: Arc<Namespace>,
    launch: Launch,
    ready: Ready,
    running: Mutex<Option<Process>>,
    /// One for each time that it was started.
    logs: Mutex<Vec<Log>>,
}

/// How to start a service.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Environment variables.
    pub environment: Vec<(String, String)>,
}

/// How a service lets others know that it can answer.
#[derive(Debug)]
pub(crate) enum Ready {
    /// It says this.
    Says(&'static str),
    /// It sends `READY=1` as `sd_notify` does.
    Notifies(UnixDatagram),
}

/// A service ended instead of getting ready.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// All that it said.
    pub said: String,
}

impl Launch {
    /// `argv`, with an environment of nothing special.
    #[must_use]
    pub fn new(argv: &[&str]) -> Self {
        let argv = argv.iter().map(|&argument| argument.to_owned()).collect();
        Self {
            argv,
            environment: Vec::new(),
        }
    }

    /// The same, run by `tracer` with its arguments: `strace -f …`, for example.
    #[must_use]
    pub fn under(mut self, tracer: &[&str]) -> Self {
        self.argv
            .splice(0..0, tracer.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// The same, with an environment variable more.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Ready {
    /// The socket of `$NOTIFY_SOCKET`, at `path` inside.
    pub(crate) fn notifies(namespace: &Namespace, path: &str) -> Self {
        let path = namespace.path(path);
        let socket = UnixDatagram::bind(&path).expect("a socket can be made in the world");
        std::fs::set_permissions(&path, Permissions::from_mode(0o666)).expect("it is ours");
        Self::Notifies(socket)
    }

    /// Waits until the service is ready; `false` if it ended, or took too long.
    fn wait(&self, process: &mut Process, log: &Log) -> bool {
        let socket = match self {
            Self::Says(wanted) => return log.wait_for(wanted, DEADLINE),
            Self::Notifies(socket) => socket,
        };
        let start = Instant::now();
        let mut message = [0; 4096];
        socket
            .set_read_timeout(Some(Duration::from_millis(10)))
            .expect("not zero");
        while start.elapsed() < DEADLINE {
            match socket.recv(&mut message) {
                Ok(len) if message[..len].starts_with(b"READY=1") => return true,
                Ok(_other) => {}
                Err(_timeout) if process.ended().is_some() => return false,
                Err(_timeout) => {}
            }
        }
        false
    }
}

impl Service {
    pub(crate) fn new(namespace: &Arc<Namespace>, launch: Launch, ready: Ready) -> Self {
        Self {
            namespace: Arc::clone(namespace),
            launch,
            ready,
            running: Mutex::default(),
            logs: Mutex::default(),
        }
    }

    /// How it is started, for a variation of that.
    #[must_use]
    pub fn launch(&self) -> Launch {
        self.launch.clone()
    }

    /// Starts it, and waits until it can answer.
    ///
    /// # Panics
    /// If it ends instead, with what it said.
    pub fn start(&self) {
        if let Err(ended) = self.try_start() {
            panic!(
                "{:?} ended with {:?} instead of getting ready",
                self.launch.argv, ended
            );
        }
    }

    /// Starts it, and waits until it can answer or has ended.
    ///
    /// # Errors
    /// If it ended.
    ///
    /// # Panics
    /// If it does neither within the deadline.
    pub fn try_start(&self) -> Result<(), Ended> {
        self.try_start_as(&self.launch)
    }

    /// The same, but started in another way.
    ///
    /// # Errors
    /// If it ended.
    ///
    /// # Panics
    /// If it does neither within the deadline, or was running.
    pub fn try_start_as(&self, launch: &Launch) -> Result<(), Ended> {
        let mut running = self.running();
        assert!(running.is_none(), "{:?} runs already", self.launch.argv);
        let log = Log::default();
        self.logs
            .lock()
            .expect("nobody panics holding it")
            .push(log.clone());
        let mut process = Process::start(&self.namespace, &launch.argv, &launch.environment, &log);
        if self.ready.wait(&mut process, &log) {
            *running = Some(process);
            return Ok(());
        }
        // Its outputs may have closed a moment before it.
        let code = process.wait().code();
        Err(Ended {
            code,
            said: log.finished(DEADLINE),
        })
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    ///
    /// # Panics
    /// If it does not run, or does not end.
    pub fn stop(&self) -> ExitStatus {
        self.end("TERM")
    }

    /// Kills it (SIGKILL).
    ///
    /// # Panics
    /// If it does not run.
    pub fn kill(&self) {
        let mut process = self.running().take().expect("it runs");
        process.signal("KILL");
        // It may have been paused, and `nsenter` with it.
        process.resume();
        process.wait();
    }

    /// Stops it, and starts it again.
    pub fn restart(&self) {
        self.stop();
        self.start();
    }

    /// Sends it a signal that it survives: `HUP`, for example.
    ///
    /// # Panics
    /// If it does not run.
    pub fn signal(&self, signal: &str) {
        self.running().as_ref().expect("it runs").signal(signal);
    }

    /// Holds it: it is there, but does nothing (SIGSTOP).
    ///
    /// # Panics
    /// If it does not run.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// If it does not run.
    pub fn resume(&self) {
        self.running().as_ref().expect("it runs").resume();
    }

    /// Waits until it has ended by itself, or by what was done to it.
    ///
    /// # Panics
    /// If it does not run, or does not end.
    pub fn wait(&self) -> ExitStatus {
        self.running().take().expect("it runs").wait()
    }

    /// Its PID in the world.
    ///
    /// # Panics
    /// If it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.running().as_ref().expect("it runs").pid()
    }

    /// What it has said since it was started last, to wait for more.
    ///
    /// # Panics
    /// If it was never started.
    #[must_use]
    pub fn log(&self) -> Log {
        self.logs
            .lock()
            .expect("nobody panics holding it")
            .last()
            .expect("started")
            .clone()
    }

    /// All that it has said, each time that it was started.
    #[must_use]
    pub fn said(&self) -> String {
        self.logs().iter().map(Log::text).collect()
    }

    /// The same, a log for each time that it was started.
    #[must_use]
    pub(crate) fn logs(&self) -> Vec<Log> {
        self.logs.lock().expect("nobody panics holding it").clone()
    }

    fn end(&self, signal: &str) -> ExitStatus {
        let mut process = self.running().take().expect("it runs");
        process.signal(signal);
        process.wait()
    }

    fn running(&self) -> MutexGuard<'_, Option<Process>> {
        // A panic while it was held says nothing about the process.
        self.running
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
