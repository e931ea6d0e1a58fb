//! Hooks: the administrator's program, run when something happened to an account.

mod bounds;
mod confidence;
mod events;
mod manual;
mod program;
mod unit;

use proauth_e2e::World;

/// Something that can be made to happen at once, as often as one likes.
fn suspend_and_resume(world: &World, user: &str) {
    for command in ["suspend", "resume"] {
        world
            .proauthd(&[command, "--user", user])
            .run()
            .expect_success();
    }
}

/// Whether something runs in the world whose command line contains `text`.
fn runs(world: &World, text: &str) -> bool {
    // Brackets, so that it does not find itself.
    let (first, rest) = text.split_at(1);
    let pattern = format!("[{first}]{rest}");
    world.run(&["pgrep", "-f", &pattern]).code == Some(0)
}
