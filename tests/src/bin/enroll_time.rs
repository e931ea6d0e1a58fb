//! How long an enrollment by sign-in takes beside what people and the issuer do. `tests/bench` runs
//! it: `enroll_time [FILE]` prints a table, and adds its figures to the list in FILE.
//!
//! From the command to "enrolled" there are three times that are ours: until it says where to sign
//! in; from the issuer's ID token to the key; from the first code to the end. Between the first
//! two, somebody signs in, and the issuer has to be asked again: it says how often.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proauth_e2e::{Browser, World};
use serde_json::json;

const ROUNDS: usize = 10;

/// What we promise, in milliseconds.
const PROMISE: f64 = 2000.0;

/// One enrollment.
#[derive(Debug, Clone, Copy)]
struct Round {
    told: Duration,
    shown: Duration,
    bound: Duration,
    /// Not ours: from the consent until the issuer was asked again.
    polled: Duration,
}

impl Round {
    fn own(&self) -> Duration {
        self.told + self.shown + self.bound
    }
}

fn main() {
    let world = World::builder().identity().real_clock().build();
    let mut browser = world.browser();
    // The first one starts proauth-idp; it is one of them, as in life.
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| enroll(&world, &mut browser)).collect();
    print(&rounds);
    if let Some(file) = std::env::args().nth(1) {
        add_to(&file, &rounds);
    }
}

/// Enrolls alice, and takes that back.
fn enroll(world: &World, browser: &mut Browser) -> Round {
    let start = Instant::now();
    let sign_in = world.sign_in("alice", &[]);
    let told = start.elapsed();

    let key_came = sign_in.watch_for_key();
    let sign_in = sign_in.by(browser, "alice");
    let consented = SystemTime::now();
    let offer = sign_in.offer();
    let key_came = key_came.join().expect("it watches");
    let granted = granted(&world.google.said());

    let code = offer.authenticator.code();
    let start = Instant::now();
    offer.confirm(&code).expect_success();
    let bound = start.elapsed();
    let unenroll = ["unenroll", "--user", "alice"];
    world.proauthd(&unenroll).run().expect_success();
    Round {
        told,
        // Both are rounded: less than nothing is nothing.
        shown: key_came.duration_since(granted).unwrap_or_default(),
        bound,
        polled: granted.duration_since(consented).unwrap_or_default(),
    }
}

/// When the issuer last handed out an ID token, as it says.
fn granted(said: &str) -> SystemTime {
    let line = said.lines().rfind(|line| line.starts_with("granted "));
    let millis = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
    UNIX_EPOCH + Duration::from_millis(millis.expect("it says when"))
}

fn print(rounds: &[Round]) {
    println!("\nenrollment by sign-in, {ROUNDS} times      median ms    max ms");
    let row = |name: &str, part: fn(&Round) -> Duration| {
        let (median, max) = middle_and_most(rounds, part);
        println!("  {name:38}{median:9.0}{max:10.0}");
    };
    row("until it says where to sign in", |round| round.told);
    row("from the issuer's token to the key", |round| round.shown);
    row("from the first code to the end", |round| round.bound);
    row("together, our own share", Round::own);
    row("beside it: until the issuer is asked again", |round| {
        round.polled
    });
    println!("  (the issuer of the bench wants to be asked once a second, Google every five)");
    let (median, _) = middle_and_most(rounds, Round::own);
    let verdict = if median <= PROMISE { "met" } else { "NOT MET" };
    println!("own share: {median:.0} ms, promised at most {PROMISE:.0}: {verdict}");
}

/// Median and maximum, in milliseconds.
fn middle_and_most(rounds: &[Round], part: fn(&Round) -> Duration) -> (f64, f64) {
    let mut all: Vec<f64> = rounds
        .iter()
        .map(|round| part(round).as_secs_f64() * 1000.0)
        .collect();
    all.sort_by(f64::total_cmp);
    (all[all.len() / 2], all[all.len() - 1])
}

fn add_to(file: &str, rounds: &[Round]) {
    let text = std::fs::read_to_string(file).expect("the list can be read");
    let mut figures: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");
    let mut add = |name: &str, value: f64, target: Option<f64>| {
        let value = (value * 100.0).round() / 100.0;
        figures.push(json!({
            "name": format!("enroll/{name}"), "value": value, "unit": "ms",
            "target": target, "met": target.map(|target| value <= target),
        }));
    };
    let (median, max) = middle_and_most(rounds, Round::own);
    add("own_share/median", median, Some(PROMISE));
    add("own_share/max", max, None);
    let (median, _) = middle_and_most(rounds, |round| round.polled);
    add("until_asked_again/median", median, None);
    let text = serde_json::to_string_pretty(&figures).expect("it is plain");
    std::fs::write(file, text + "\n").expect("the list can be written");
}
