//! The module leaves the process that called it as it found it: it lives in sshd and sudo, which
//! fork, drop privileges and count their descriptors.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::process::Command;

use proauth_e2e::{Authenticator, Census, PamHost, World};

const SUCCESS: &str = "0";
const AUTH_ERR: &str = "7";
const UNAVAILABLE: &str = "9";

/// Codes that were never used, with one call of `oathtool` for many of them.
struct Codes<'w> {
    world: &'w World,
    coming: VecDeque<String>,
}

impl<'w> Codes<'w> {
    fn new(world: &'w World, of: &Authenticator, count: usize) -> Self {
        let output = Command::new("oathtool")
            .args(["--totp", "--base32", &of.secret])
            .arg(format!("--now=@{}", world.clock.now() + of.period))
            .arg(format!("--window={}", count - 1))
            .output()
            .expect("oathtool (package oathtool) starts");
        let codes = String::from_utf8(output.stdout).expect("codes are ASCII");
        let coming: VecDeque<String> = codes.lines().map(str::to_owned).collect();
        assert_eq!(coming.len(), count);
        Self { world, coming }
    }

    /// Moves the clock to the next step, and gives its code.
    fn next(&mut self) -> String {
        self.world.clock.advance(30);
        self.coming.pop_front().expect("enough were asked for")
    }
}

/// One login, of which each tenth is with a wrong code.
fn log_in(host: &mut PamHost, codes: &mut Codes<'_>, turn: usize) -> Census {
    let code = codes.next();
    if turn % 10 == 9 {
        let census = host.login("code-only", "alice", "000000x");
        assert_eq!(census.code, AUTH_ERR, "turn {turn}");
        census
    } else {
        let census = host.login("code-only", "alice", &code);
        assert_eq!(census.code, SUCCESS, "turn {turn}");
        census
    }
}

fn expect_unchanged(census: &Census, first: &Census, turn: usize) {
    assert_eq!(census.before, first.before, "before turn {turn}");
    assert_eq!(census.asked, first.before, "at the prompt of turn {turn}");
    assert_eq!(census.after, first.before, "after turn {turn}");
}

/// Logs in `turns` times and returns the memory of the process, in kB, after each.
fn log_in_often(host: &mut PamHost, codes: &mut Codes<'_>, turns: usize) -> Vec<u64> {
    let first = log_in(host, codes, 0);
    assert!(first.before.starts_with("threads=1 descriptors=0:"));
    assert!(first.before.contains(" SigCgt"));
    expect_unchanged(&first, &first, 0);
    let rest = (1..turns).map(|turn| {
        let census = log_in(host, codes, turn);
        expect_unchanged(&census, &first, turn);
        census.memory
    });
    [first.memory].into_iter().chain(rest).collect()
}

#[test]
fn a_thousand_logins_leave_no_thread_no_descriptor_no_signal_handler_and_no_memory() {
    let world = World::new();
    let alice = world.enroll("alice");
    let mut codes = Codes::new(&world, &alice, 1100);
    let mut host = world.pam_host(&[]);

    let memory = log_in_often(&mut host, &mut codes, 1000);
    let (early, late) = (memory[100], memory[999]);
    println!("memory after call 100: {early} kB, after call 1,000: {late} kB");
    assert!(late < early + 1024, "it grew by {} kB", late - early);

    assert_eq!(host.tell("fork"), "child");
    log_in_often(&mut host, &mut codes, 50);
    assert_eq!(host.tell("exit"), "parent again, 0");
    log_in_often(&mut host, &mut codes, 50);
    assert_eq!(host.output(), "", "the module wrote to its host's output");
}

#[test]
fn a_host_that_forks_while_the_user_types_finishes_the_login_on_either_side() {
    let world = World::new();
    let alice = world.enroll("alice");
    let mut host = world.pam_host(&[]);
    for _ in 0..20 {
        let code = alice.fresh_code();
        let in_child = host.tell(&format!("login-in-fork code-only alice {code}"));
        let in_child = Census::parse(in_child.strip_prefix("child ").expect("the child is first"));
        let in_parent = Census::parse(&host.answer());
        // The same code in both: the child was first.
        assert_eq!(
            (in_child.code.as_str(), in_parent.code.as_str()),
            (SUCCESS, AUTH_ERR)
        );
        expect_unchanged(&in_child, &in_parent, 0);
        expect_unchanged(&in_parent, &in_parent, 0);
    }
    assert_eq!(host.output(), "");
}

#[test]
fn loading_and_unloading_the_module_a_thousand_times_leaves_nothing_and_it_works_after_that() {
    let world = World::new();
    let alice = world.enroll("alice");
    let mut host = world.pam_host(&[]);
    let module = module_path(&world);
    // It stays loaded, since thread-locals of its runtime have destructors in it.
    let census = Census::parse(&host.tell(&format!("reload {module} 1000")));
    assert_eq!(census.code, SUCCESS);
    assert_eq!(census.after, census.before);

    log_in_often(&mut host, &mut Codes::new(&world, &alice, 20), 20);
    let census = Census::parse(&host.tell(&format!("reload {module} 1000")));
    assert_eq!(census.code, SUCCESS);
    assert_eq!(census.after, census.before);
    assert_eq!(host.output(), "");
}

fn module_path(world: &World) -> String {
    let find = ["find", "/usr/lib", "/usr/lib64", "-name", "pam_proauth.so"];
    let found = world.run(&find).stdout;
    found.lines().next().expect("it is installed").to_owned()
}

/// What a bus says before it hangs up; `None` hangs up before anything was said to it.
const LAST_WORDS: [Option<&[u8]>; 6] = [
    None,
    Some(b""),
    Some(b"REJECTED EXTERNAL\r\n"),
    Some(b"OK 0123456789abcdef0123456789abcdef\r\n"),
    Some(b"OK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n"),
    // A message that will have 64 MiB, it says.
    Some(b"OK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\nl\x02\x01\x01\0\0\0\x04"),
];

#[test]
fn a_bus_that_hangs_up_kills_no_host_whatever_it_said_last() {
    let stack = "auth required pam_proauth.so bus=unix:path=/run/e2e/hangs-up timeout=2\n";
    let world = World::builder().pam("hangs-up", stack).build();
    let bus = UnixListener::bind(world.path("/run/e2e/hangs-up")).expect("it is writable");
    std::thread::spawn(move || {
        for last_words in LAST_WORDS.iter().cycle() {
            let (mut caller, _) = bus.accept().expect("somebody comes");
            if let Some(last_words) = last_words {
                let _ = caller.read(&mut [0; 1024]);
                let _ = caller.write_all(last_words);
            }
        }
    });
    let mut host = world.pam_host(&[]);
    for turn in 0..10 * LAST_WORDS.len() {
        let census = host.login("hangs-up", "alice", "000000");
        assert_eq!(census.code, UNAVAILABLE, "turn {turn}");
        assert_eq!(census.asked, "", "turn {turn}");
    }
}

/// The system calls that make descriptors, and how each says that a program that is executed
/// later does not get them.
const MAKERS: [(&str, &str); 9] = [
    ("openat(", "O_CLOEXEC"),
    ("open(", "O_CLOEXEC"),
    ("socket(", "SOCK_CLOEXEC"),
    ("socketpair(", "SOCK_CLOEXEC"),
    ("epoll_create", "EPOLL_CLOEXEC"),
    ("eventfd", "EFD_CLOEXEC"),
    ("pipe", "O_CLOEXEC"),
    ("fcntl(", "F_DUPFD_CLOEXEC"),
    ("memfd_create(", "MFD_CLOEXEC"),
];

/// The system calls of one login, `tracer` in front of `strace`.
fn calls_of_a_login(tracer: &[&str]) -> Vec<String> {
    let world = World::new();
    let alice = world.enroll("alice");
    let log = "/run/e2e/trace";
    let mut host = world.pam_host(&[tracer, &["strace", "-f", "-o", log]].concat());
    let census = host.login("code-only", "alice", &alice.fresh_code());
    assert_eq!(census.code, SUCCESS);
    drop(host);
    let trace = std::fs::read_to_string(world.path(log)).expect("strace wrote it");
    in_the_module(&trace)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_descriptor_of_the_module_would_survive_an_exec_of_its_host() {
    let makes = |call: &str| {
        let maker = MAKERS.iter().find(|(name, _)| call.starts_with(name));
        maker.filter(|(name, _)| *name != "fcntl(" || call.contains("F_DUPFD"))
    };
    let mut made = 0;
    for call in calls_of_a_login(&[]) {
        if let Some((_, flag)) = makes(&call) {
            assert!(call.contains(flag), "would survive: {call}");
            made += 1;
        }
    }
    assert!(made > 0, "it did not even connect");
}

#[test]
fn the_module_opens_its_session_and_the_socket_of_the_system_bus_and_nothing_else() {
    let elsewhere = ["SYSTEM", "SESSION"].map(|bus| format!("DBUS_{bus}_BUS_ADDRESS=unix:path=/x"));
    let calls = calls_of_a_login(&["env", &elsewhere[0], &elsewhere[1]]);
    let quoted = |call: &String| call.split('"').nth(1).map(str::to_owned);
    let named = |name: &str| -> Vec<String> {
        let calls = calls.iter().filter(|call| call.starts_with(name));
        calls.filter_map(quoted).collect()
    };
    let opened: Vec<String> = ["open(", "openat(", "openat2("].map(named).concat();
    // The boot only where there is a session.
    assert!(
        opened.iter().all(|it| {
            ["/proc/self/sessionid", "/proc/sys/kernel/random/boot_id"].contains(&it.as_str())
        }),
        "{opened:?}"
    );
    // Once to begin, once to verify, once to say that the user was told of the enrollment.
    assert_eq!(named("connect("), ["/run/dbus/system_bus_socket"; 3]);
}

/// The calls between the host's two marks, without the PIDs, without what the host itself does at
/// the prompt to take its census, and without libpam's own line in the audit log.
fn in_the_module(trace: &str) -> Vec<&str> {
    let calls: Vec<&str> = trace
        .lines()
        .map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' '))
        .collect();
    let at = |mark: &str| {
        let position = calls.iter().position(|call| call.contains(mark));
        position.unwrap_or_else(|| panic!("no {mark} in the trace"))
    };
    let others = [
        "/proc/self/task\"",
        "/proc/self/fd\"",
        "/proc/self/status\"",
        "NETLINK_AUDIT",
    ];
    calls[at("/in-the-module")..at("/out-of-the-module")]
        .iter()
        .filter(|call| !others.iter().any(|other| call.contains(other)))
        .copied()
        .collect()
}
