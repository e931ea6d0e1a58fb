//! The environment of su and sudo belongs to whoever calls them: nothing in it leads the module
//! to a bus of theirs, on which somebody says yes to everything.

use std::io::{BufRead, BufReader};

use proauth_e2e::{Authenticator, LetIn, Outcome, Refused, World, repository};

/// A bus that lets everybody do everything, as alice runs it.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:path=/tmp/OWNER/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="mandatory">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"#;

const SU: &str = "\
auth required MODULE
account required pam_permit.so
session required pam_permit.so
";

const OURS: &str = "pam_proauth.so";
const SIGSEGV: i32 = 11;
const GULLIBLE: &str = "/run/e2e/gullible_module";

/// Variables, with their values.
type Environment = Vec<(&'static str, String)>;

/// A world in which su and sudo ask `module` for the code.
fn world(module: &str) -> (World, Authenticator, Authenticator) {
    let sudo = std::fs::read_to_string(repository().join("config/pam/sudo"));
    let sudo = sudo.expect("it can be read").replace(OURS, module);
    let world = World::builder()
        .pam("su", &SU.replace("MODULE", module))
        .pam("sudo", &sudo)
        .build();
    let flags = ["-shared", "-fPIC", "-lpam", "-lsystemd"];
    assert_eq!(world.compile("gullible_module", &flags), GULLIBLE);
    let impostor = world.path("/run/e2e/impostor");
    std::fs::copy(env!("CARGO_BIN_EXE_impostor"), impostor).expect("cargo built it");
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    (world, alice, bob)
}

/// Starts alice's bus, and on it an impostor who is `owner`. Returns the variables that lead there.
fn set_trap(world: &World, owner: &str) -> Environment {
    let folder = format!("/tmp/{owner}");
    world.run_as("alice", &["mkdir", &folder]).expect_success();
    let config = BUS.replace("OWNER", owner);
    std::fs::write(world.path(&format!("{folder}/config")), config).expect("it is writable");
    let config = format!("--config-file={folder}/config");
    let bus = ["dbus-daemon", "--nofork", "--print-address", &config];
    start(world, "alice", &bus, "unix:path=");
    // To the impostor, alice's bus is the one of the system.
    let pose = "mount --bind $0 /run/dbus/system_bus_socket && exec setpriv --reuid=$1 \
                --clear-groups /run/e2e/impostor own";
    let socket = format!("{folder}/bus");
    let pose = ["unshare", "--mount", "sh", "-c", pose, &socket, owner];
    start(world, "root", &pose, "posing");
    attack(&folder)
}

/// Starts a program of `user`, and waits until it says `ready`.
fn start(world: &World, user: &str, argv: &[&str], ready: &str) {
    let mut child = world.program(argv).by(user).spawn();
    let mut said = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    stdout.read_line(&mut said).expect("it speaks UTF-8");
    assert!(said.starts_with(ready), "{argv:?}: {said}");
    // Ends with the world.
    std::thread::spawn(move || child.wait());
}

/// Every variable by which somebody might be led to the bus in `folder`.
fn attack(folder: &str) -> Environment {
    let address = format!("unix:path={folder}/bus");
    vec![
        ("DBUS_SYSTEM_BUS_ADDRESS", address.clone()),
        ("DBUS_SESSION_BUS_ADDRESS", address.clone()),
        ("DBUS_STARTER_ADDRESS", address),
        ("DBUS_STARTER_BUS_TYPE", "system".to_owned()),
        ("XDG_RUNTIME_DIR", folder.to_owned()),
        ("HOME", folder.to_owned()),
        ("TMPDIR", folder.to_owned()),
        ("LD_LIBRARY_PATH", folder.to_owned()),
        ("LD_PRELOAD", GULLIBLE.to_owned()),
        ("RUST_LOG", "trace".to_owned()),
        ("RUST_BACKTRACE", "full".to_owned()),
        ("TOKIO_WORKER_THREADS", "0".to_owned()),
    ]
}

/// Alice becomes bob by su.
fn su(world: &World, trap: &Environment, code: &str) -> Outcome {
    let who = r#"echo "let in as $(id -un)""#;
    let mut su = world.program(&["su", "bob", "-c", who]).by("alice");
    for (name, value) in trap {
        su = su.env(name, value);
    }
    let ran = su.typing(format!("{code}\n")).run();
    assert!(!ran.stderr.contains("TRACE"), "{ran:?}");
    match ran.code {
        Some(0) if ran.stdout.ends_with("let in as bob\n") => LetIn,
        Some(1) if ran.stderr.contains("su: Authentication failure") => Refused,
        _ => panic!("{ran:?}"),
    }
}

/// Alice becomes root by sudo.
fn sudo(world: &World, trap: &Environment, code: &str) -> Outcome {
    let sudo = world.sudo("alice");
    let sudo = trap
        .iter()
        .fold(sudo, |sudo, (name, value)| sudo.env(name, value));
    let login = sudo.code(code);
    assert!(login == LetIn || login == Refused, "{login:?}");
    login.outcome
}

/// What sudo does with the environment of its caller.
fn set_env_reset(world: &World, env_reset: bool) {
    let line = format!("Defaults {}env_reset\n", if env_reset { "" } else { "!" });
    std::fs::write(world.path("/etc/sudoers.d/env"), line).expect("it is writable");
    world
        .run(&["chmod", "0440", "/etc/sudoers.d/env"])
        .expect_success();
}

/// What comes of a wrong code and of a right one, by su, and by sudo with `!env_reset` and
/// without, for an impostor who is `owner`.
fn attempts(module: &str, owner: &str) -> [[Outcome; 2]; 3] {
    let (world, alice, bob) = world(module);
    let trap = set_trap(&world, owner);
    let by_su = [
        su(&world, &trap, &bob.wrong_code()),
        su(&world, &trap, &bob.fresh_code()),
    ];
    let by_sudo = [false, true].map(|env_reset| {
        set_env_reset(&world, env_reset);
        let wrong = sudo(&world, &trap, &alice.wrong_code());
        [wrong, sudo(&world, &trap, &alice.fresh_code())]
    });
    [by_su, by_sudo[0], by_sudo[1]]
}

#[test]
fn the_environment_leads_our_module_to_nobody_else_by_su_and_sudo() {
    for owner in ["alice", "root"] {
        assert_eq!(
            attempts(OURS, owner),
            [[Refused, LetIn]; 3],
            "impostor: {owner}"
        );
    }
}

#[test]
fn the_same_environment_fools_a_gullible_module_unless_sudo_resets_it() {
    for owner in ["alice", "root"] {
        let fooled = [LetIn, LetIn];
        let expected = [fooled, fooled, [Refused, LetIn]];
        assert_eq!(attempts(GULLIBLE, owner), expected, "impostor: {owner}");
    }
}

#[test]
fn our_module_reads_no_variable_at_all() {
    let (world, alice, _bob) = world(OURS);
    let mut host = world.pam_host(&[]);
    assert_eq!(host.tell("trap-environment"), "set");
    for _ in 0..5 {
        let right = host.login("code-only", "alice", &alice.fresh_code());
        assert_eq!(right.code, "0");
        let wrong = host.login("code-only", "alice", &alice.wrong_code());
        assert_eq!(wrong.code, "7");
    }
}

#[test]
fn the_host_that_showed_this_dies_of_a_module_that_reads_one() {
    let (world, alice, _bob) = world(GULLIBLE);
    let mut host = world.pam_host(&[]);
    let login = format!("login su alice {}", alice.fresh_code());
    assert!(host.tell(&login).starts_with("0|"));
    assert_eq!(host.tell("trap-environment"), "set");
    assert_eq!(host.try_tell(&login), None);
    assert_eq!(host.killed_by(), Some(SIGSEGV));
}
