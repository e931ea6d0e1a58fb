//! Killing the daemon in the middle of a login, and what must hold afterwards.

use proauth_e2e::{LetIn, Login, Trace, World};

use crate::aim::Kind::{NewLog, OnlyWriter};
use crate::aim::Stage::{BeforeTheCommit, CommittedNotReplied, InsideIt, Replied};
use crate::aim::{Aim, STAGES, Stage};

/// The threads in which a login goes on.
#[derive(Debug, Clone, Copy)]
pub struct Threads {
    /// Speaks with the bus.
    pub main: u32,
    /// Commits.
    pub writer: u32,
}

/// One kill, and what came of the code.
#[derive(Debug)]
pub struct Kill {
    pub stage: Stage,
    /// The first try, during which the daemon was killed.
    pub first: bool,
    /// Tries with the same code afterwards.
    pub again: [bool; 2],
    /// Whether everybody was still there.
    pub lost: bool,
}

impl Kill {
    /// How often the code let in.
    fn times(&self) -> usize {
        [self.first, self.again[0], self.again[1]]
            .into_iter()
            .map(usize::from)
            .sum()
    }
}

pub fn threads(world: &World) -> Threads {
    Threads {
        main: world.daemon.pid(),
        writer: world.daemon_thread("store-writer"),
    }
}

/// Lets alice type `code` and kills the daemon as aimed. Tells whether she was let in.
///
/// # Panics
/// If the daemon died anywhere else.
pub fn kill(world: &World, aim: Aim, code: &str) -> bool {
    if aim.kind == NewLog {
        world.daemon.restart();
    }
    let login = world.prompted("code-only", "alice");
    let threads = threads(world);
    let Threads { main, writer } = threads;
    let inject = aim
        .call
        .map(|(name, number)| format!("{name}:signal=SIGKILL:when={number}"));
    let watched: &[u32] = if aim.kind == OnlyWriter {
        &[writer]
    } else {
        &[writer, main]
    };
    let strace = world.strace(watched, inject.as_deref());
    let login = login.code(code);
    if aim.call.is_none() || login == LetIn {
        // Where it was to be dead by now, the trace says what it did instead.
        world.daemon.kill();
    } else {
        let _killed = world.daemon.wait();
    }
    let trace = strace.until_death();
    expect_death(&trace, aim, threads);
    was_let_in(&login)
}

/// Whether the login was let in. One that lost the daemon is refused.
fn was_let_in(login: &Login) -> bool {
    assert!(
        *login == LetIn
            || login
                .transcript
                .contains("pamtester: Authentication service cannot"),
        "{login:?}"
    );
    *login == LetIn
}

/// That the daemon died where it was to.
fn expect_death(trace: &Trace, aim: Aim, Threads { main, writer }: Threads) {
    let why = || format!("aimed at {aim:?}, but:\n{}", trace.text);
    if let Some((name, number)) = aim.call {
        let mine = |thread| trace.died_in(thread).filter(|call| call.name == name);
        let victim = mine(writer)
            .or(mine(main))
            .unwrap_or_else(|| panic!("{}", why()));
        let before = trace.named(name);
        let before = before
            .iter()
            .filter(|call| call.thread == victim.thread && call.returned);
        assert_eq!(before.count(), number - 1, "{}", why());
    }
    let [written, flushed, sent] = ["pwrite64", "fsync", "sendto"].map(|it| trace.returned(it));
    let flushes = if aim.kind == NewLog { 3 } else { 1 };
    let as_aimed = match aim.stage {
        BeforeTheCommit => written == 0 && flushed == 0 && sent <= 1,
        InsideIt => written > 0 && flushed < flushes && sent == 1,
        // Where the main thread was not watched, it was not told either.
        CommittedNotReplied => flushed == flushes && sent == usize::from(aim.kind != OnlyWriter),
        // The answer had arrived, perhaps before the call that sent it was seen to return.
        Replied => flushed == flushes && trace.named("sendto").len() == 2,
    };
    assert!(as_aimed, "{}", why());
}

/// What must hold after a kill.
pub fn judge(kill: &Kill) {
    let Kill {
        stage,
        first,
        again,
        lost,
    } = kill;
    assert!(kill.times() <= 1, "let in twice: {kill:?}");
    assert!(!lost, "somebody was lost: {kill:?}");
    let expected = match stage {
        // Nothing was stored and nobody let in: the code is still good.
        BeforeTheCommit => (false, Some(true)),
        // Stored or not: nobody was let in.
        InsideIt => (false, None),
        CommittedNotReplied => (false, Some(false)),
        Replied => (true, Some(false)),
    };
    assert_eq!(*first, expected.0, "{kill:?}");
    assert!(
        expected
            .1
            .is_none_or(|again_let_in| again[0] == again_let_in),
        "{kill:?}"
    );
}

pub fn print_histogram(kills: &[Kill]) {
    println!("stage                 kills  let in  refused  accepted again  accepted twice  lost");
    for stage in STAGES {
        let kills: Vec<&Kill> = kills.iter().filter(|kill| kill.stage == stage).collect();
        let count = |what: fn(&Kill) -> bool| kills.iter().filter(|kill| what(kill)).count();
        println!(
            "{:20} {:6} {:7} {:8} {:15} {:15} {:5}",
            format!("{stage:?}"),
            kills.len(),
            count(|kill| kill.first),
            count(|kill| !kill.first),
            count(|kill| kill.again[0]),
            count(|kill| kill.times() > 1),
            count(|kill| kill.lost),
        );
    }
}
