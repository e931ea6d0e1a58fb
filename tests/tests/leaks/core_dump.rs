//! The daemon leaves no core dump, and nobody but root reads its memory.

use proauth_e2e::{LetIn, World};

#[test]
fn the_daemon_forbids_core_dumps_before_it_reads_its_key() {
    let world = World::new();
    let limits = world.run(&["cat", &format!("/proc/{}/limits", world.daemon.pid())]);
    let core = limits
        .stdout
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.expect("there is a limit").split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "soft and hard");

    world.daemon.stop();
    let strace = [
        "strace",
        "-D",
        "-o",
        "/run/e2e/start",
        "-e",
        "trace=prctl,openat",
    ];
    let launch = world.daemon.launch().under(&strace);
    world.daemon.try_start_as(&launch).expect("it starts");
    let calls = std::fs::read_to_string(world.path("/run/e2e/start")).expect("strace wrote it");
    let forbids = calls.find("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE");
    let reads = calls
        .find("/etc/proauth/proauthd.key")
        .expect("it opens its key");
    assert!(forbids.is_some_and(|at| at < reads), "{calls}");
}

#[test]
fn a_daemon_that_crashes_leaves_no_core_dump_whatever_limit_it_was_started_under() {
    let world = World::builder().without_daemon().build();
    // A shell that runs tests in the background has them ignore SIGQUIT.
    let unlimited = [
        "env",
        "--default-signal=QUIT",
        "prlimit",
        "--core=unlimited:unlimited",
    ];
    let launch = world.daemon.launch().under(&unlimited);
    world.daemon.try_start_as(&launch).expect("it starts");
    let alice = world.enroll("alice");
    for signal in ["ABRT", "SEGV", "QUIT"] {
        let code = alice.fresh_code();
        assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
        crash(&world, signal);
        assert_eq!(cores(&world), [""; 0], "after SIG{signal}");
        world.daemon.try_start_as(&launch).expect("it starts");
    }
}

/// Ends the daemon by `signal`.
fn crash(world: &World, signal: &str) {
    // Rust's handler of SIGSEGV takes the first one for a stack that may have grown too large.
    let pid = world.daemon.pid();
    let again = format!("while kill -s {signal} {pid} 2>&-; do sleep 0.05; done");
    world.run(&["sh", "-c", &again]).expect_success();
    let status = world.daemon.wait();
    assert!(!status.success(), "{status:?}");
}

/// Where the kernel writes core dumps to files, one would be found: the search is not blind.
#[test]
fn another_program_that_crashes_there_leaves_one_where_the_kernel_writes_files() {
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").expect("Linux has it");
    let world = World::new();
    let crash = "ulimit -c unlimited; cd /; sh -c 'kill -ABRT $$'";
    let _crashed = world.run(&["sh", "-c", crash]);
    if pattern.starts_with('|') {
        println!("the kernel pipes core dumps to {pattern}: nothing to find");
    } else {
        assert_eq!(cores(&world).len(), 1, "{pattern}");
    }
}

/// Core dumps in the world, whatever they are called: ELF files of the type `ET_CORE`.
fn cores(world: &World) -> Vec<String> {
    let is_core = |bytes: &[u8]| bytes.starts_with(b"\x7fELF") && bytes.get(16) == Some(&4);
    let files = world.written_files().into_iter();
    let cores = files.filter(|(_, bytes)| is_core(bytes));
    cores.map(|(name, _)| name).collect()
}

#[test]
fn no_other_user_reads_the_memory_of_the_daemon_or_traces_it() {
    let world = World::new();
    let pid = world.daemon.pid().to_string();
    for file in ["mem", "environ", "maps", "auxv", "stack", "syscall", "fd/0"] {
        let read = world.run_as(
            "alice",
            &["head", "-c", "1", &format!("/proc/{pid}/{file}")],
        );
        assert_ne!(read.code, Some(0), "{file}: {read:?}");
        assert!(read.stderr.contains("denied"), "{file}: {read:?}");
    }
    let trace = world.run_as("alice", &["strace", "-o", "/dev/null", "-p", &pid]);
    assert!(trace.stderr.contains("not permitted"), "{trace:?}");
}
