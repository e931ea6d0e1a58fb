//! Films of a real enrollment and of real logins, for the README. `tests/record` builds and runs
//! this: `record FOLDER` writes `enroll.svg` and `ssh-login.svg`.
//!
//! What is seen is what the programs wrote on a terminal in a world of their own; how long each
//! picture stays is chosen here, so that a film does not depend on how fast the machine is.

mod enroll;
mod ssh_login;

use std::path::Path;

use proauth_e2e::World;

/// Large enough for a reader, in milliseconds.
const GLANCE: u32 = 1200;
const READ: u32 = 3500;
const STUDY: u32 = 6000;

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("the folder can be made");
    write(folder, "enroll.svg", &enroll::film());
    write(folder, "ssh-login.svg", &ssh_login::film());
}

fn write(folder: &Path, name: &str, film: &str) {
    println!("{name}: {} bytes", film.len());
    std::fs::write(folder.join(name), film).expect("the film can be written");
}

/// Gives the machine of that world a name to look at.
fn call_it(world: &World, host: &str) {
    world.run(&["hostname", host]).expect_success();
    add(world, "/etc/hosts", &format!("127.0.0.1 {host}\n"));
}

/// Adds lines to a file of that world, or makes it.
fn add(world: &World, file: &str, lines: &str) {
    let file = world.path(file);
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    std::fs::write(&file, before + lines).expect("the world can be written to");
}

/// A shell with a prompt of that user on that host, for a [`World::terminal`].
fn shell(user: &str, host: &str) -> String {
    let prompt = format!(r"\[\e[32m\]{user}@{host}\[\e[0m\]:\[\e[34m\]~\[\e[0m\]$ ");
    format!("PS1='{prompt}' exec bash --norc --noprofile")
}
