//! Who hears the events, and who is believed.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

use proauth_e2e::{DEADLINE, Log, World};
use proauth_interface::Event;
use zbus::connection::Builder;
use zbus::export::ordered_stream::OrderedStreamExt;
use zbus::{MatchRule, MessageStream};

use crate::suspend_and_resume;

const TELLER: &str = "/run/e2e/teller";

/// Sends everybody a signal that everybody may hear, as root.
fn ping(world: &World, member: &str) {
    let emit = [
        "busctl",
        "--system",
        "emit",
        "/ping",
        "org.example.Ping",
        member,
    ];
    world.run(&emit).expect_success();
}

/// Waits until `log` has heard the ping `member`, which is sent as often as it takes.
fn ping_until_heard(world: &World, log: &Log, member: &str) {
    let is_heard = (0..100).any(|_| {
        ping(world, member);
        log.wait_for(&format!("member={member}"), DEADLINE / 100)
    });
    assert!(is_heard, "{}", log.text());
}

/// Somebody who has told what never happened; dropping it ends it.
struct Teller(Child);

impl Drop for Teller {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A teller that has told, or what kept it from that.
fn tell(world: &World, user: &str, words: &str) -> Result<Teller, String> {
    let program = world.path(TELLER);
    if !program.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_teller"), &program).expect("cargo built it");
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, executable).expect("it is ours");
    }
    let argv: Vec<&str> = [TELLER].into_iter().chain(words.split(' ')).collect();
    let mut teller = Teller(world.program(&argv).by(user).spawn());
    let mut said = String::new();
    let mut stdout = BufReader::new(teller.0.stdout.take().expect("it is piped"));
    stdout.read_line(&mut said).expect("it speaks UTF-8");
    if said == "told\n" {
        Ok(teller)
    } else {
        Err(said)
    }
}

/// The words of all the events that root hears while `something` happens. No monitor: those hear
/// what the bus refuses, too.
fn heard_by_root(world: &World, something: impl FnOnce()) -> Vec<String> {
    let socket = world.path("/run/dbus/system_bus_socket");
    let address = format!("unix:path={}", socket.display());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let builder = Builder::address(address.as_str());
        let connection = builder.build().await.expect("the bus answers");
        let rule = MatchRule::try_from("type='signal'").expect("it is a rule");
        let mut signals = MessageStream::for_match_rule(rule, &connection, None)
            .await
            .expect("the bus answers");
        something();
        ping(world, "After");
        let mut words = Vec::new();
        while let Some(Ok(signal)) = signals.next().await {
            match signal.header().member().map(|member| member.as_str()) {
                Some("After") => break,
                Some("Happened") => {
                    let event: Event = signal.body().deserialize().expect("an event");
                    words.push(event.event);
                }
                _ => {}
            }
        }
        words
    })
}

#[test]
fn root_alone_hears_the_events() {
    let world = World::new();
    let events = "type='signal',interface='org.proauth.Daemon1.Events'";
    let listeners = [
        ("root", "type='signal'"),
        ("alice", "type='signal'"),
        ("alice", "path='/org/proauth/Daemon1'"),
        ("alice", events),
        (
            "alice",
            "eavesdrop='true',type='signal',sender='org.proauth.Daemon1'",
        ),
        ("bob", "type='signal'"),
    ];
    let heard = listeners.map(|(user, rule)| world.overhear(user, rule));
    let hears_pings = |rule: &str| rule == "type='signal'";
    for ((_, rule), log) in listeners.iter().zip(&heard) {
        if hears_pings(rule) {
            ping_until_heard(&world, log, "Before");
        }
    }
    suspend_and_resume(&world, "bob");
    for ((user, rule), log) in listeners.iter().zip(&heard) {
        if hears_pings(rule) {
            // What came before it has come.
            ping_until_heard(&world, log, "After");
        }
        let text = log.text();
        assert_eq!(
            text.contains("member=Happened"),
            *user == "root",
            "{user} {rule}: {text}"
        );
        assert_eq!(
            text.contains("\"suspended\""),
            *user == "root",
            "{user} {rule}: {text}"
        );
    }
}

#[test]
fn nobody_but_root_may_monitor_the_bus() {
    let world = World::new();
    let monitor = ["busctl", "--system", "monitor", "org.proauth.Daemon1"];
    let ran = world.run_as("alice", &monitor);
    assert!(ran.code != Some(0) && ran.stdout.is_empty(), "{ran:?}");
    let rejected = r#"member="BecomeMonitor""#;
    assert!(world.bus.said().contains(rejected), "{ran:?}");
}

#[test]
fn the_bus_passes_on_no_event_that_anybody_but_root_tells() {
    let world = World::new();
    let heard = heard_by_root(&world, || {
        for words in ["everybody", "straight"] {
            let _teller = tell(&world, "alice", words).expect("it cannot tell");
        }
        suspend_and_resume(&world, "alice");
    });
    assert_eq!(heard, ["suspended", "resumed"]);
    let heard = heard_by_root(&world, || {
        for words in ["everybody", "straight"] {
            let _teller = tell(&world, "root", words).expect("root may");
        }
    });
    assert_eq!(heard, ["forged", "forged"]);
}

#[test]
fn on_a_wide_open_bus_only_the_owner_of_the_name_is_believed_and_only_if_it_is_roots() {
    let world = World::builder().lax_bus().build();
    let hooks = world.hooks();
    let mut tellers = Vec::new();
    let mut attempt = |user: &str, words: &str| {
        tellers.push(tell(&world, user, words).expect("a wide open bus"));
    };
    // While the daemon is there. Not even root is believed without the name.
    for user in ["alice", "messagebus", "root"] {
        attempt(user, "everybody");
        attempt(user, "straight");
    }
    world.daemon.stop();
    attempt("alice", "straight");
    // With the name, but not root's.
    attempt("alice", "own");
    let uid = world.run(&["id", "-u", "alice"]).stdout;
    hooks.expect_line(&format!("not listening to uid {}, which owns", uid.trim()));
    attempt("bob", "straight");
    drop(tellers);
    let freed = || hooks.count_lines("waiting for the daemon") == 2;
    hooks.wait_for("end of alice's claim", freed);

    world.daemon.start();
    suspend_and_resume(&world, "alice");
    assert_eq!(hooks.run_after(0).variable("PROAUTH_EVENT"), "suspended");
    hooks.wait_for("the other", || hooks.runs().len() >= 2);
    assert_eq!(hooks.count_lines("makes no sense"), 0);
}

#[test]
fn a_daemon_that_tells_nonsense_is_not_acted_upon_and_does_not_end_it() {
    // So the forgery is a good one: what keeps the others out is who they are.
    let world = World::builder().without_daemon().build();
    let hooks = world.hooks();
    let teller = tell(&world, "root", "own nonsense").expect("root may");
    let run = hooks.run_after(0);
    assert_eq!(run.arguments(), ["forged", "alice"]);
    assert_eq!(run.variable("PROAUTH_TIME"), "1970-01-01T00:00:00Z");
    assert_eq!(run.variable("PROAUTH_SERVICE"), "sshd\u{fffd}");
    assert_eq!(
        hooks.count_lines("an event of the daemon makes no sense"),
        6
    );
    drop(teller);
    world.daemon.start();
    suspend_and_resume(&world, "alice");
    let _ = hooks.run_after(1);
}
