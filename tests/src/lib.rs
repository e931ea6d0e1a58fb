//! The test harness of ProAuth: real logins, in worlds of their own.
//!
//! A [`World`] is this machine once more, in private namespaces: the same programs, but whatever
//! is written there vanishes with it. In it run the real dbus-daemon with our policy, `proauthd`
//! and sshd; codes come from `oathtool`, the independent oracle. A world starts in a fraction
//! of a second, worlds run side by side, and dropping one ends everything in it.
//!
//! ```no_run
//! use proauth_e2e::{LetIn, Refused, World};
//!
//! let world = World::new(); // with the users alice and bob
//! let alice = world.enroll("alice"); // her Authenticator
//! let code = alice.fresh_code(); // of a step that was never used
//! assert_eq!(world.ssh("alice").code(&code), LetIn);
//! assert_eq!(world.ssh("alice").code(&code), Refused);
//! assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
//! ```
//!
//! What else there is:
//!
//! - [`World::builder`] for another config, bus policy, PAM stack, or a real clock.
//! - [`World::ssh`], [`World::sudo`] (both on a pty) and [`World::pam`] (`pamtester`, fast enough
//!   for bursts) start an [`Attempt`], which ends in a [`Login`]. Compare that with [`LetIn`] or
//!   [`Refused`]; what is neither is equal to none of them.
//! - [`World::proauthd`] runs the command line, [`World::run`] and [`World::run_as`] anything
//!   else; each gives a [`Ran`]. [`World::command`] is for what needs more.
//! - [`World::offer`] begins an enrollment and leaves the first code to the test, and
//!   [`World::terminal`] is a terminal whose screen can be looked at.
//! - [`Recording`] makes a film of such a terminal, as a picture that moves.
//! - [`World::prompted`] starts a login that waits for its user to type, so that something can
//!   happen meanwhile; [`World::burst`] starts many.
//! - [`World::scripted_host`] makes single calls of libpam and tells what each shows and returns;
//!   [`Typed`] says what somebody types before its code is known.
//! - [`World::call`] calls a method on the bus as anybody, [`World::wiretap`] shows what goes over
//!   the bus, [`World::answers`] what the daemon answers to logins, and [`World::pose`] lets the
//!   program `impostor` pose as the daemon.
//! - [`World::hooks`] starts the hooks, with a program that takes down how it is run: [`Hooks`].
//! - `world.daemon`, `world.bus` and `world.sshd` are each a [`Service`]: stop, kill, pause, start
//!   again, read what it said. [`World::syslog`] is what the PAM module said.
//! - [`Builder::identity`] builds a world with somebody who plays Google (`world.google`) and
//!   `proauth-idp`, and [`World::browser`] opens a [`Browser`] to sign in with;
//!   [`World::sign_in`] begins such an enrollment.
//! - `world.clock` is the daemon's [`Clock`]. It stands still until the test moves it.
//! - [`World::path`] is where a file of the world can be reached from outside.
//!
//! When a test fails, its world prints what its services said.

mod answers;
mod attempt;
mod authenticator;
mod booted;
mod booted_logins;
mod browser;
mod burst;
mod busctl;
mod clock;
mod commands;
mod compile;
mod crowd;
mod datagrams;
mod device;
mod enrolling;
mod enrollment;
mod evidence;
mod google;
mod hidden;
mod hooks;
mod hostile_issuer;
mod identity;
mod install;
mod introspection;
mod log;
mod namespace;
mod pam_code;
mod pam_host;
mod played_google;
mod posing;
mod process;
mod prompted;
mod ran;
mod recording;
mod recording_svg;
mod screen;
mod scripted_host;
mod seat;
mod sentence;
mod service;
mod sign_in;
mod status;
mod strace;
mod syslog;
mod terminal;
mod typed;
mod webdriver;
mod wiretap;
mod world;

pub use answers::Answers;
pub use attempt::{Attempt, Login, Outcome, Outcome::LetIn, Outcome::Refused};
pub use authenticator::Authenticator;
pub use booted::Booted;
pub use browser::Browser;
pub use burst::HeldBursts;
pub use busctl::Answer;
pub use clock::Clock;
pub use commands::COMMANDS;
pub use crowd::{Crowd, Guess, ssh_from};
pub use device::Device;
pub use enrollment::Offer;
pub use evidence::Exhibit;
pub use hidden::{Hidden, Search};
pub use hooks::{Hooks, ON_EVENT, RECORDER, Run};
pub use hostile_issuer::HostileIssuer;
pub use identity::IDENTITY;
pub use install::{PASSWORD, artefact, repository};
pub use introspection::{Argument, Interfaces, Method};
pub use log::Log;
pub use namespace::Namespace;
pub use pam_code::PamCode;
pub use pam_host::{Census, PamHost};
pub use played_google::PlayedGoogle;
pub use posing::Impostor;
pub use process::Process;
pub use prompted::{Answered, Prompted};
pub use ran::{Program, Ran};
pub use recording::Recording;
pub use screen::{Screen, Theme};
pub use scripted_host::{Heard, ScriptedHost};
pub use seat::Seat;
pub use service::{Ended, Launch, Service};
pub use sign_in::SignIn;
pub use strace::{Call, Strace, Trace};
pub use terminal::Terminal;
pub use typed::{AtHand, Typed};
pub use world::{Builder, SshdPam, World};

use std::time::Duration;

/// How long anything may take that is waited for. Long, because it is only ever spent by a test
/// that fails.
pub const DEADLINE: Duration = Duration::from_secs(30);
