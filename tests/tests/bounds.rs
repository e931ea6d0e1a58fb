//! What guessers can make the daemon keep has an end.

use std::collections::BTreeMap;

use proauth_e2e::{World, ssh_from};
use proauth_interface::Verdict;

/// Names that are tried; half of them are no accounts.
const NAMES: usize = 10_000;

/// Of the accounts, so many have an authenticator.
const ENROLLED: usize = 100;

/// Wrong codes for each.
const ROUNDS: usize = 10;

/// The store may grow to so much, with SQLite's log, of which 4 MiB are kept.
const MAX_STORE: u64 = 8 << 20;

/// The daemon may grow by so much.
const MAX_GROWTH: u64 = 8 << 20;

#[test]
#[ignore = "takes minutes: tests/run --full runs it"]
fn a_hundred_thousand_wrong_codes_for_ten_thousand_names_fill_neither_disk_nor_memory() {
    let world = World::new();
    add_accounts(&world, NAMES / 2);
    let users: Vec<String> = (0..NAMES).map(|number| format!("user{number}")).collect();
    for user in &users[..ENROLLED] {
        let _ = world.enroll(user);
    }
    let before = resident(&world);
    let crowd = world.crowd();
    let mut verdicts = BTreeMap::new();
    for round in 0..ROUNDS {
        let rhost = format!("198.51.100.{}", round + 1);
        let guesses = users
            .iter()
            .map(|user| (ssh_from(&rhost, user), "no code".to_owned()));
        for reply in crowd.verify(guesses.collect()) {
            *verdicts
                .entry(Verdict::from_wire(reply.verdict).map(Verdict::to_wire))
                .or_insert(0) += 1;
        }
        // Longer than any wait: each of them is looked at.
        world.clock.advance(25 * 3600);
    }
    let (store, growth) = (store_size(&world), resident(&world).saturating_sub(before));
    println!("{verdicts:?}; store {store} bytes; resident {before} + {growth} bytes");
    // Names that share a bucket share its wait, so that some are not.
    let looked_at = verdicts[&Some(Verdict::Rejected.to_wire())];
    let lets_in = [Verdict::Accepted, Verdict::Recovered, Verdict::Emergency].map(Verdict::to_wire);
    assert!(
        verdicts
            .keys()
            .all(|verdict| verdict.is_some_and(|it| !lets_in.contains(&it)))
    );
    assert!(looked_at > NAMES * ROUNDS / 3, "many were looked at");
    assert!(store < MAX_STORE, "the store has {store} bytes");
    assert!(
        growth < MAX_GROWTH,
        "the daemon has grown by {growth} bytes"
    );
}

/// Accounts `user0`, `user1` and so on, as many.
fn add_accounts(world: &World, count: usize) {
    let lines: String = (0..count)
        .map(|number| {
            format!(
                "user{number}:x:{uid}:100::/nonexistent:/bin/false\n",
                uid = 20_000 + number
            )
        })
        .collect();
    let append = world.program(&["sh", "-c", "cat >> /etc/passwd"]);
    append.typing(lines).run().expect_success();
}

/// Bytes of all files of the store.
fn store_size(world: &World) -> u64 {
    let folder = world.path("/var/lib/proauth");
    let files = std::fs::read_dir(folder).expect("it is there");
    files
        .map(|file| {
            file.and_then(|file| file.metadata())
                .expect("it stays")
                .len()
        })
        .sum()
}

/// Bytes of the daemon's memory.
fn resident(world: &World) -> u64 {
    let script = "ps -o rss= -C proauthd | sort -n | tail -1";
    let ran = world.run(&["sh", "-c", script]).expect_success();
    let kilobytes: u64 = ran.stdout.trim().parse().expect("a number");
    kilobytes * 1024
}
