//! Hosts that do something odd are refused with the right code: the module never crashes them,
//! and counts only what somebody typed.

use proauth_e2e::{Authenticator, Ran, World};

mod arguments;
mod conversation;
mod first_factor;
mod items;
mod limits;

// What pam_authenticate returns, from security/_pam_types.h.
const SUCCESS: i32 = 0;
const SERVICE_ERR: i32 = 3;
const PERM_DENIED: i32 = 6;
const AUTH_ERR: i32 = 7;
const AUTHINFO_UNAVAIL: i32 = 9;
const MAXTRIES: i32 = 11;
const CONV_ERR: i32 = 19;

/// The code of the login, and how often the user was asked for something.
fn answer(code: i32, prompts: u32) -> String {
    format!("code={code} prompts={prompts}\n")
}

/// Runs the odd host, which must not crash and must not write to its standard error.
fn odd_host(world: &World, service: &str, oddities: &[String]) -> String {
    let mut argv = vec!["/run/e2e/odd_host", service];
    argv.extend(oddities.iter().map(String::as_str));
    let Ran {
        code,
        stdout,
        stderr,
    } = world.run(&argv);
    assert_eq!(
        (code, stderr.as_str()),
        (Some(0), ""),
        "{oddities:.80?}: {stdout}"
    );
    stdout
}

/// A world with the odd host in it and stacks for it, alice enrolled.
fn world(stacks: &[(&str, &str)]) -> (World, Authenticator) {
    let builder = stacks
        .iter()
        .fold(World::builder(), |builder, (service, auth)| {
            builder.pam(
                service,
                &format!("{auth}\naccount required pam_permit.so\n"),
            )
        });
    let world = builder.build();
    let _program = world.compile("odd_host", &["-lpam"]);
    let alice = world.enroll("alice");
    (world, alice)
}

fn user(name: impl AsRef<[u8]>) -> String {
    format!("user={}", hex(name))
}

fn reply(typed: impl AsRef<[u8]>) -> String {
    format!("reply={}", hex(typed))
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
