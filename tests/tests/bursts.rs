//! Many logins at the same moment, which is where other modules let one code in more than once.

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use proauth_e2e::{Authenticator, DEADLINE, World};

/// As many as try at once.
const CROWD: usize = 50;

/// As often.
const BURSTS: usize = 20;

/// How many were let in, and in how many bursts.
type Histogram = BTreeMap<usize, usize>;

/// Lets fifty processes type the same code in each `burst`, which tells who was let in.
fn histogram(bursts: impl Iterator<Item = Vec<bool>>) -> Histogram {
    let mut histogram = Histogram::new();
    for let_in in bursts.take(BURSTS) {
        *histogram.entry(count(&let_in)).or_default() += 1;
    }
    histogram
}

fn count(let_in: &[bool]) -> usize {
    let_in.iter().filter(|&&let_in| let_in).count()
}

fn print(module: &str, histogram: &Histogram) {
    for (let_in, bursts) in histogram {
        println!("{module}: {let_in:2} of {CROWD} processes let in by one code in {bursts} bursts");
    }
}

/// The module waits as long as the daemon is held.
fn patient_world() -> World {
    let stack = "auth required pam_proauth.so timeout=60\naccount required pam_permit.so\n";
    World::builder().pam("code-only", stack).build()
}

/// Fifty logins of alice with the same code.
fn all_with(code: &str) -> [(&str, &str); CROWD] {
    [("alice", code); CROWD]
}

#[test]
fn of_fifty_processes_with_the_same_right_code_exactly_one_is_let_in() {
    let world = World::new();
    let alice = world.enroll("alice");
    let burst = || world.burst(&all_with(&alice.fresh_code()));
    let histogram = histogram(std::iter::repeat_with(burst));
    print("pam_proauth", &histogram);
    assert_eq!(histogram, Histogram::from([(1, BURSTS)]));
}

#[test]
fn of_fifty_processes_that_ask_in_the_same_instant_exactly_one_is_let_in() {
    let world = patient_world();
    let alice = world.enroll("alice");
    let bursts = world.held_bursts();
    let burst = || bursts.burst(&all_with(&alice.fresh_code()));
    let histogram = histogram(std::iter::repeat_with(burst));
    print("pam_proauth, daemon held", &histogram);
    assert_eq!(histogram, Histogram::from([(1, BURSTS)]));
}

#[test]
fn fifty_users_at_once_each_with_their_own_code_are_all_let_in() {
    let world = patient_world();
    let users: Vec<String> = (0..CROWD).map(|number| format!("user{number}")).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    world.add_users(&users);
    let authenticators: Vec<Authenticator> = users.iter().map(|user| world.enroll(user)).collect();
    let held = world.held_bursts();
    for turn in 1..=3 {
        for is_held in [false, true] {
            world.clock.advance(30);
            let codes: Vec<String> = authenticators.iter().map(Authenticator::code).collect();
            let codes = codes.iter().map(String::as_str);
            let logins: Vec<(&str, &str)> = users.iter().copied().zip(codes).collect();
            let let_in = if is_held {
                held.burst(&logins)
            } else {
                world.burst(&logins)
            };
            println!(
                "burst {turn}, daemon held: {is_held}: {} users let in",
                count(&let_in)
            );
            assert_eq!(let_in, [true; CROWD]);
            assert_eq!(world.burst(&logins), [false; CROWD], "the same codes again");
        }
    }
}

#[test]
fn of_an_older_and_a_newer_code_at_once_the_older_is_never_let_in_after_the_newer() {
    let world = patient_world();
    let alice = world.enroll("alice");
    let held = world.held_bursts();
    let mut histogram: BTreeMap<_, usize> = BTreeMap::new();
    let mut total = 0;
    for _ in 0..BURSTS {
        world.clock.advance(3 * alice.period);
        let (older, newer) = (alice.code_in_steps(-1), alice.code());
        let logins = [("alice", older.as_str()), ("alice", newer.as_str())];
        let let_in = held.burst(&logins.repeat(CROWD / 2));
        let (older, newer): (Vec<_>, Vec<_>) =
            let_in.chunks(2).map(|pair| (pair[0], pair[1])).unzip();
        let (older, newer) = (count(&older), count(&newer));
        assert!(older <= 1 && newer == 1, "older: {older}, newer: {newer}");
        *histogram.entry((older, newer)).or_default() += 1;
        total += older + newer;
    }
    println!("let in by (older, newer) code: bursts {histogram:?}");
    let steps = accepted_steps(&world, total);
    assert!(
        steps.is_sorted_by(|earlier, later| earlier < later),
        "{steps:?}"
    );
}

/// The steps that the daemon accepted, in that order, by its own log; `count` of them.
fn accepted_steps(world: &World, count: usize) -> Vec<u64> {
    let accepted = |log: &str| -> Vec<u64> {
        let lines = log.lines().filter(|line| line.contains("\"accepted\""));
        let steps = lines.filter_map(|line| line.rsplit_once(" step=")?.1.split(' ').next());
        steps.map(|step| step.parse().expect("a number")).collect()
    };
    let start = Instant::now();
    loop {
        let steps = accepted(&world.daemon.said());
        if steps.len() >= count {
            return steps;
        }
        assert!(
            start.elapsed() < DEADLINE,
            "{count} let in, but accepted: {steps:?}"
        );
    }
}

/// The peer, with what it has against replays; a wide window, so that each burst has a code of
/// its own without waiting for one.
const GOOGLE: &str = "\
auth required pam_google_authenticator.so secret=/etc/alice.google user=root \
[authtok_prompt=code (6 digits): ]
";

/// For comparison only: it lets the same code in more than once.
#[test]
fn pam_google_authenticator_in_the_same_bursts() {
    let world = World::builder().pam("code-only", GOOGLE).build();
    let find = ["find", "/usr/lib", "-name", "pam_google_authenticator.so"];
    if world.run(&find).stdout.is_empty() {
        println!("pam_google_authenticator is not installed (package libpam-google-authenticator)");
        return;
    }
    let alice = world.enroll("alice");
    let secret = format!(
        "{}\n\" DISALLOW_REUSE\n\" WINDOW_SIZE 100\n\" TOTP_AUTH\n",
        alice.secret
    );
    std::fs::write(world.path("/etc/alice.google"), secret).expect("the world can be written to");
    world
        .run(&["chmod", "0400", "/etc/alice.google"])
        .expect_success();
    // It reads the clock of the machine.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let codes = (0..).map(|step| alice.code_at(now - 600 + 30 * step));
    let bursts = codes.map(|code| world.burst(&all_with(&code)));
    print("pam_google_authenticator", &histogram(bursts));
}
