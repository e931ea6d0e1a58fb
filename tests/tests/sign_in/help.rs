//! What the sentences here are made of.

use std::path::Path;

use proauth_e2e::{Authenticator, Browser, IDENTITY, LetIn, Ran, Refused, World};

/// A world with somebody who plays Google.
pub fn world() -> World {
    World::builder().identity().build()
}

/// The same, with other lines in its config: each in place of the one with the same key.
pub fn world_with(lines: &[&str], tables: &str) -> World {
    let config = config(lines, tables);
    World::builder().identity().config(&config).build()
}

/// The usual config with these lines in place of those with the same key, and these tables.
pub fn config(lines: &[&str], tables: &str) -> String {
    let key = |line: &str| line.split(" = ").next().unwrap_or_default().to_owned();
    let kept = IDENTITY.lines().map(|line| {
        let other = lines.iter().find(|other| key(other) == key(line));
        other.copied().unwrap_or(line)
    });
    let kept: Vec<&str> = kept.collect();
    for line in lines {
        assert!(kept.contains(line), "{line} is in place of nothing");
    }
    format!("{}\n{tables}\n", kept.join("\n"))
}

/// Enrolls alice, who signs in on her phone. Her present code is used up.
pub fn enroll(world: &World, browser: &mut Browser) -> Authenticator {
    let offer = world.sign_in("alice", &[]).by(browser, "alice").offer();
    let authenticator = offer.authenticator.clone();
    offer.confirm(&authenticator.code()).expect_success();
    authenticator
}

/// Every enrollment there is, and every byte that is stored.
pub fn stored(world: &World) -> String {
    let list = world.proauthd(&["list", "--json"]).run().expect_success();
    // The index of the log is about who reads, too.
    let digest = "find /var/lib/proauth -type f ! -name '*-shm' -exec sha256sum {} + | sort -k 2";
    let files = world.run(&["sh", "-c", digest]).expect_success();
    assert!(
        files.stdout.contains("/var/lib/proauth/proauth.db"),
        "{files:?}"
    );
    list.stdout + &files.stdout
}

/// It ended with exit code 1 and one line, which has `sentence` in it, and gave no key.
pub fn assert_refused(ran: &Ran, sentence: &str) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains(sentence), "no {sentence:?}: {ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert!(!ran.stdout.contains("otpauth"), "{ran:?}");
}

/// A code that was never used lets alice in.
pub fn assert_lets_in(world: &World, alice: &Authenticator) {
    let login = world.pam("code-only", "alice").code(&alice.fresh_code());
    assert_eq!(login, LetIn);
}

/// It does not.
pub fn assert_lets_nobody_in(world: &World, alice: &Authenticator) {
    let login = world.pam("code-only", "alice").code(&alice.fresh_code());
    assert_eq!(login, Refused);
}

/// The line of the daemon's log about `event`.
pub fn logged(world: &World, event: &str) -> String {
    let said = world.daemon.said();
    let event = format!("event=\"{event}\"");
    let line = said.lines().find(|line| line.contains(&event));
    line.unwrap_or_else(|| panic!("no {event}: {said}"))
        .to_owned()
}

/// Writes a file into the world.
pub fn write(world: &World, path: &str, text: &str) {
    let outside = world.path(path);
    std::fs::create_dir_all(outside.parent().unwrap_or(Path::new("/"))).expect("it can be made");
    std::fs::write(outside, text).expect("the world can be written to");
}
