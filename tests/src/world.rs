//! A world: everything a login needs, started and ready.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use crate::attempt::Way;
use crate::datagrams::Datagrams;
use crate::ran::Program;
use crate::service::{Launch, Ready};
use crate::{Attempt, Clock, Namespace, Ran, Service, google, identity, install, webdriver};

const NOTIFY: &str = "/run/e2e/notify";

/// This machine once more, with ProAuth installed and nothing in it shared. See the crate.
#[derive(Debug)]
pub struct World {
    /// `proauthd serve`.
    pub daemon: Service,
    /// The system bus.
    pub bus: Service,
    /// sshd; started by the first [`World::ssh`].
    pub sshd: Service,
    /// The daemon's clock.
    pub clock: Clock,
    /// The issuer, where the world was built with [`Builder::identity`].
    pub google: Service,
    /// `proauth-idp`. The bus starts one whenever it is needed: this is for a test that wants it
    /// started in another way.
    pub identity_provider: Service,
    pub(crate) chromedriver: Service,
    pub(crate) chromedriver_started: OnceLock<()>,
    sshd_started: OnceLock<()>,
    pub(crate) syslog: Datagrams,
    pub(crate) journal: Option<Datagrams>,
    pub(crate) namespace: Arc<Namespace>,
}

/// What sshd asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SshdPam {
    /// `config/pam/sshd-key-and-code`, and the lines of `config/ssh` as they are.
    #[default]
    KeyAndCode,
    /// `config/pam/sshd-password-and-code`, and the other line of `config/ssh`.
    PasswordAndCode,
}

/// A world that is not the usual one.
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    pub(crate) config: Option<String>,
    pub(crate) lax_bus: bool,
    pub(crate) sshd: SshdPam,
    pub(crate) pam: Vec<(String, String)>,
    pub(crate) identity: bool,
    real_clock: bool,
    journal: bool,
    without_daemon: bool,
}

impl Builder {
    /// This text as the whole of `/etc/proauth/proauthd.toml`.
    pub fn config(self, text: &str) -> Self {
        Self {
            config: Some(text.to_owned()),
            ..self
        }
    }

    /// A bus on which everybody may do everything, in place of our policy.
    pub fn lax_bus(self) -> Self {
        Self {
            lax_bus: true,
            ..self
        }
    }

    /// What sshd asks for.
    pub fn sshd(self, sshd: SshdPam) -> Self {
        Self { sshd, ..self }
    }

    /// `stack` as `/etc/pam.d/service`.
    pub fn pam(mut self, service: &str, stack: &str) -> Self {
        self.pam.push((service.to_owned(), stack.to_owned()));
        self
    }

    /// With somebody who plays Google, `proauth-idp` to ask them, and, unless another config is
    /// given, [`IDENTITY`](crate::IDENTITY).
    pub fn identity(self) -> Self {
        Self {
            identity: true,
            ..self
        }
    }

    /// The machine's clock, which cannot be moved.
    pub fn real_clock(self) -> Self {
        Self {
            real_clock: true,
            ..self
        }
    }

    /// A socket where journald would listen: see [`World::journal`].
    pub fn journal(self) -> Self {
        Self {
            journal: true,
            ..self
        }
    }

    /// Leaves starting the daemon to the test.
    pub fn without_daemon(self) -> Self {
        Self {
            without_daemon: true,
            ..self
        }
    }

    /// Makes that world.
    ///
    /// # Panics
    /// If something does not start, with what it said.
    #[must_use]
    pub fn build(self) -> World {
        let namespace = Arc::new(Namespace::create());
        install::install(&namespace, &self);
        let clock = if self.real_clock {
            Clock::real()
        } else {
            Clock::faked(|inside| namespace.path(inside))
        };
        let world = World {
            daemon: daemon(&namespace, &clock),
            bus: bus(&namespace),
            sshd: sshd(&namespace),
            clock,
            google: google::service(&namespace),
            identity_provider: identity::service(&namespace),
            chromedriver: chromedriver(&namespace),
            chromedriver_started: OnceLock::new(),
            sshd_started: OnceLock::new(),
            syslog: Datagrams::listen(&namespace.path("/dev/log")),
            journal: self.journal.then(|| journal(&namespace)),
            namespace,
        };
        world.add_keys();
        world.add_users(&["alice", "bob"]);
        world.bus.start();
        if self.identity {
            world.google.start();
        }
        if !self.without_daemon {
            world.daemon.start();
        }
        world
    }
}

impl World {
    /// The usual world: our bus policy, our sshd and sudo stacks, the shipped config, the daemon
    /// running, a clock that stands still, and the users alice and bob.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Another one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A login over SSH.
    pub fn ssh(&self, user: &str) -> Attempt {
        self.sshd_started.get_or_init(|| self.sshd.start());
        Attempt::new(&self.namespace, Way::Ssh, user)
    }

    /// `sudo`, on a terminal and without a fresh time stamp.
    pub fn sudo(&self, user: &str) -> Attempt {
        Attempt::new(&self.namespace, Way::Sudo, user)
    }

    /// `pamtester` as root, authenticating `user` for `service`. `code-only` is a service that
    /// asks for the code and nothing else.
    pub fn pam(&self, service: &str, user: &str) -> Attempt {
        Attempt::new(&self.namespace, Way::Pam(service.to_owned()), user)
    }

    /// `proauthd` with these arguments.
    pub fn proauthd(&self, arguments: &[&str]) -> Program {
        self.program(&[&["proauthd"], arguments].concat())
    }

    /// Any program, to be run as root unless told otherwise.
    pub fn program(&self, argv: &[&str]) -> Program {
        Program::new(&self.namespace, argv)
    }

    /// Runs a program as root.
    pub fn run(&self, argv: &[&str]) -> Ran {
        self.program(argv).run()
    }

    /// Runs a program as `user`.
    pub fn run_as(&self, user: &str, argv: &[&str]) -> Ran {
        self.program(argv).by(user).run()
    }

    /// A program with everything about it in the test's hands.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        self.namespace.command(program)
    }

    /// Where a file of the world can be reached from outside; see [`Namespace::path`].
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.namespace.path(inside)
    }

    /// Adds users who know [`PASSWORD`](crate::PASSWORD), may log in with the key, and may use
    /// sudo.
    ///
    /// # Panics
    /// If that fails.
    pub fn add_users(&self, users: &[&str]) {
        let script = r#"
            set -eu
            hash=$0
            getent group e2e >/dev/null || groupadd e2e
            for user; do
                # The machine may have a user of that name.
                ! id -u "$user" >/dev/null 2>&1 || userdel -f "$user"
                useradd -m -s /bin/bash -G e2e -p "$hash" "$user"
                install -d -m 0700 -o "$user" "/home/$user/.ssh"
                install -m 0600 -o "$user" /run/e2e/key.pub "/home/$user/.ssh/authorized_keys"
            done
        "#;
        let script = ["sh", "-c", script, install::PASSWORD_HASH];
        self.run(&[&script, users].concat()).expect_success();
    }

    /// What came to `/dev/log`, one message a line: what the PAM modules said.
    #[must_use]
    pub fn syslog(&self) -> String {
        self.syslog.log().text()
    }

    /// What came to journald's socket.
    ///
    /// # Panics
    /// If the world was built without one.
    #[must_use]
    pub fn journal(&self) -> String {
        self.journal
            .as_ref()
            .expect("built with journal()")
            .log()
            .text()
    }

    /// All that was logged anywhere.
    #[must_use]
    pub fn everything_logged(&self) -> String {
        let journal = self.journal.as_ref().map(|journal| journal.log().text());
        [
            ("daemon", self.daemon.said()),
            ("sshd", self.sshd.said()),
            // With what it has started.
            ("bus", self.bus.said()),
            ("google", self.google.said()),
            ("proauth-idp", self.identity_provider.said()),
            ("syslog", self.syslog()),
            ("journal", journal.unwrap_or_default()),
        ]
        .map(|(name, text)| format!("--- {name}\n{text}"))
        .concat()
    }

    /// The key of the users, and of the host where the machine has none.
    fn add_keys(&self) {
        self.run(&[
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-f",
            install::KEY,
        ])
        .expect_success();
        self.run(&["ssh-keygen", "-A"]).expect_success();
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}---", self.everything_logged());
        }
    }
}

fn bus(namespace: &Arc<Namespace>) -> Service {
    let argv = [
        "dbus-daemon",
        "--system",
        "--nofork",
        "--nopidfile",
        "--print-address",
    ];
    Service::new(namespace, Launch::new(&argv), Ready::Says("unix:path="))
}

fn daemon(namespace: &Arc<Namespace>, clock: &Clock) -> Service {
    let mut launch = Launch::new(&["/usr/bin/proauthd", "serve"]).env("NOTIFY_SOCKET", NOTIFY);
    launch.environment.extend(clock.environment());
    Service::new(namespace, launch, Ready::notifies(namespace, NOTIFY))
}

fn sshd(namespace: &Arc<Namespace>) -> Service {
    let launch = Launch::new(&["/usr/sbin/sshd", "-D", "-e"]);
    Service::new(
        namespace,
        launch,
        Ready::Says("Server listening on 127.0.0.1"),
    )
}

fn chromedriver(namespace: &Arc<Namespace>) -> Service {
    let port = format!("--port={}", webdriver::PORT);
    let launch = Launch::new(&["chromedriver", &port]);
    Service::new(namespace, launch, Ready::Says("was started successfully"))
}

fn journal(namespace: &Namespace) -> Datagrams {
    let folder = namespace.path("/run/systemd/journal");
    std::fs::create_dir_all(&folder).expect("the world can be written to");
    Datagrams::listen(&folder.join("socket"))
}
