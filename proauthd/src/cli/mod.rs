//! The command line: one file for each command. None of them opens the store; they speak to the
//! daemon, so that what they may do is decided in one place. Keys alone are also handled here, by
//! `rekey`: the daemon is kept from where they are sealed.

mod ask;
mod config_check;
mod countdown;
mod doctor;
mod drain;
mod emergency;
mod enroll;
mod failure;
mod hooks;
mod identity_check;
mod interrupt;
mod invite;
mod key;
mod key_places;
mod list;
mod lock;
mod output;
mod people;
mod protect;
mod prune;
mod qr;
mod recovery_codes;
mod rekey;
mod replaceable;
mod reset;
mod resume;
mod resync;
mod screen;
mod serve;
mod setup;
mod sign_in;
mod stall;
mod status;
mod suspend;
mod systemd_creds;
mod typed;
mod unenroll;
mod unlock;
mod unprotect;
mod verify;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use proauth_interface::names;

use failure::Failure;

use crate::harden::harden;

/// Two-factor login for Linux servers: the daemon, and what administrators and users ask of it.
#[derive(Debug, Parser)]
#[command(name = "proauthd", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused, or the answer is no; 2 wrong usage or \
configuration; 3 the daemon cannot be reached; 4 not allowed; 5 the daemon could not do it.";

#[derive(Debug, Args)]
struct Common {
    /// D-Bus address to use instead of the system bus
    #[arg(long, global = true, value_name = "ADDRESS", default_value = names::SYSTEM_BUS)]
    bus: String,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon (as root)
    Serve(serve::Serve),
    /// Run a program of yours when something happens to an account (as root)
    Hooks(hooks::Hooks),
    /// Make an empty store, where the key is there but the store is lost (as root)
    Init(serve::Init),
    /// Go from an installed package to a protected server, step by step (as root)
    Setup(setup::Setup),
    /// Bind an authenticator to an account
    Enroll(enroll::Enroll),
    /// Make tickets with which people enroll by themselves (as root)
    Invite(invite::Invite),
    /// Show how it stands with an account
    Status(status::Status),
    /// Show all accounts that are enrolled or suspended (as root)
    List(list::List),
    /// Take the authenticators of an account away (as root), or one that was added
    Unenroll(unenroll::Unenroll),
    /// Take the authenticators of an account away, and make a ticket (as root)
    Reset(reset::Reset),
    /// Forget the wrong codes of an account (as root)
    Unlock(unlock::Unlock),
    /// Refuse every login of an account (as root)
    Suspend(suspend::Suspend),
    /// Let a suspended account log in again (as root)
    Resume(resume::Resume),
    /// Remove the records of accounts that are gone (as root)
    Prune(prune::Prune),
    /// Make new recovery codes, in place of all old ones
    RecoveryCodes(recovery_codes::RecoveryCodes),
    /// Wait until nobody sits at a prompt (as root)
    Drain(drain::Drain),
    /// Make a code that lets a user in once, for a help desk to read out (as root)
    Emergency(emergency::Emergency),
    /// Find out what the daemon thinks of a code (as root)
    Verify(verify::Verify),
    /// Get an authenticator accepted again after clocks were wrong
    Resync(resync::Resync),
    /// Seal everything with a new key, and move the key (as root)
    Rekey(rekey::Rekey),
    /// Have services ask for codes, and put that back unless somebody confirms (as root)
    Protect(protect::Protect),
    /// Have services ask for no code any more (as root)
    Unprotect(unprotect::Unprotect),
    /// Look for what is wrong with this machine, and say what to do about it
    Doctor(doctor::Doctor),
    /// Look at how people sign in to enroll (as root)
    #[command(subcommand)]
    Identity(identity_check::Identity),
    /// Look at the configuration
    #[command(subcommand)]
    Config(config_check::Config),
}

/// What `--help` is made of, for man pages and completions.
#[cfg(feature = "manual")]
pub fn definition() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// Runs the command that the arguments name, and says on stderr in one sentence what went wrong.
pub fn run() -> ExitCode {
    if let Err(error) = harden() {
        return Failure::Unable(format!("cannot start: {error}; try again")).report();
    }
    let Cli { common, command } = Cli::parse();
    let done = match command {
        Command::Serve(command) => command.run(&common),
        Command::Hooks(command) => command.run(&common),
        Command::Init(command) => command.run(&common),
        Command::Setup(command) => command.run(&common),
        Command::Enroll(command) => command.run(&common),
        Command::Invite(command) => command.run(&common),
        Command::Status(command) => command.run(&common),
        Command::List(command) => command.run(&common),
        Command::Unenroll(command) => command.run(&common),
        Command::Reset(command) => command.run(&common),
        Command::Unlock(command) => command.run(&common),
        Command::Suspend(command) => command.run(&common),
        Command::Resume(command) => command.run(&common),
        Command::Prune(command) => command.run(&common),
        Command::RecoveryCodes(command) => command.run(&common),
        Command::Drain(command) => command.run(&common),
        Command::Emergency(command) => command.run(&common),
        Command::Verify(command) => command.run(&common),
        Command::Resync(command) => command.run(&common),
        Command::Rekey(command) => command.run(&common),
        Command::Protect(command) => command.run(&common),
        Command::Unprotect(command) => command.run(&common),
        Command::Doctor(command) => command.run(&common),
        Command::Identity(command) => command.run(&common),
        Command::Config(command) => command.run(&common),
    };
    done.map_or_else(Failure::report, |()| ExitCode::SUCCESS)
}
