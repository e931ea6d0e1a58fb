//! What an administrator installs, on a booted Debian 12: from the package to its removal.

mod crowd;
mod machine;

mod disk;
mod half;
mod life;
mod storm;
mod without_idp;

/// A step of a story, for who reads along (`--nocapture`).
fn step(sentence: &str) {
    println!("- {sentence}");
}
