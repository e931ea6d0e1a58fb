//! What our model makes of stacks is what libpam makes of them: some hundred small ones, drawn at
//! random, of modules whose answer is known.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use proauth_rollout::Host;
use proauth_rollout::pam::{Code, Entry, Files, Phase, dispatch, stack};

const STACKS: usize = 1500;

/// Numbers that look random and are the same each time (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const INCLUDED: [&str; 3] = ["text", "lines", "sub"];
const ACTIONS: [&str; 9] = ["ok", "done", "bad", "die", "ignore", "reset", "1", "2", "3"];
const CODES: [&str; 8] = [
    "success",
    "success",
    "success",
    "auth_err",
    "ignore",
    "new_authtok_reqd",
    "maxtries",
    "authinfo_unavail",
];
const WORDS: [&str; 4] = ["required", "requisite", "sufficient", "optional"];

fn control(dice: &mut Dice) -> String {
    if dice.below(2) == 0 {
        return dice.of(&WORDS).to_owned();
    }
    let pairs: Vec<String> = (0..=dice.below(3))
        .map(|_| {
            let value = match dice.below(4) {
                0 => "default",
                _ => dice.of(&CODES),
            };
            format!("{value}={}", dice.of(&ACTIONS))
        })
        .collect();
    format!("[{}]", pairs.join(" "))
}

fn line(dice: &mut Dice, folder: &str, inside: bool) -> String {
    let control = control(dice);
    match dice.below(20) {
        0 if !inside => format!("@include {folder}/text"),
        1 if !inside => format!("auth include {folder}/lines"),
        2..=4 if !inside => format!("auth substack {folder}/{}", dice.of(&["sub", "lines"])),
        5 => format!("auth {control} pam_deny.so"),
        6 => format!("auth {control} pam_permit.so"),
        7 => format!("auth {control} pam_is_not_there.so"),
        8 => format!("-auth {control} pam_is_not_there.so"),
        9 => format!("atuh {control} pam_permit.so"),
        10 => format!("auth {control}"),
        11 => format!("account {control} pam_deny.so"),
        12 if dice.below(4) == 0 => "auth include not_there".to_owned(),
        _ => format!("auth {control} pam_debug.so auth={}", dice.of(&CODES)),
    }
}

fn file(dice: &mut Dice, folder: &str, lines: usize, inside: bool) -> String {
    (0..1 + dice.below(lines))
        .map(|_| line(dice, folder, inside) + "\n")
        .collect()
}

/// What the module of a line answers.
fn answer(entry: &Entry) -> Code {
    let code = match entry.module() {
        Some("pam_debug") => entry.arguments()[0].strip_prefix("auth=").unwrap(),
        Some("pam_permit") => "success",
        Some("pam_deny") => "auth_err",
        Some(_) => "module_unknown",
        None => "perm_denied",
    };
    Code::named(code).unwrap()
}

fn libpam(program: &Path, folder: &Path, services: &str) -> Vec<usize> {
    let mut child = Command::new(program)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let services = services.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(services.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(|line| line.parse().unwrap()).collect()
}

fn compile(folder: &Path) -> std::path::PathBuf {
    let program = folder.join("pam_confdir");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pam_confdir.c");
    let status = Command::new("cc")
        .args(["-o"])
        .arg(&program)
        .args([source, "-lpam"])
        .status();
    assert!(status.unwrap().success());
    program
}

#[test]
fn our_model_and_libpam_agree_on_stacks_drawn_at_random() {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::under(folder.path());
    let program = compile(folder.path());
    fs::create_dir_all(host.path("/usr/lib/security")).unwrap();
    for module in ["pam_debug", "pam_permit", "pam_deny"] {
        fs::write(host.path(format!("/usr/lib/security/{module}.so")), "").unwrap();
    }
    let mut dice = Dice(7);
    let mut let_in = 0;
    for round in 0..STACKS / 100 {
        let at = format!("/etc/pam.d{round}");
        let pam_d = host.path("/etc/pam.d");
        fs::create_dir_all(&pam_d).unwrap();
        // Debian looks for what is included in /etc/pam.d, wherever the services are.
        let folder = pam_d.to_str().unwrap();
        for name in INCLUDED {
            fs::write(pam_d.join(name), file(&mut dice, folder, 4, true)).unwrap();
        }
        fs::write(pam_d.join("other"), "auth required pam_deny.so\n").unwrap();
        let names: Vec<String> = (0..100).map(|number| format!("s{number}")).collect();
        for name in &names {
            fs::write(pam_d.join(name), file(&mut dice, folder, 6, false)).unwrap();
        }
        let theirs = libpam(&program, &pam_d, &(names.join("\n") + "\n"));
        assert_eq!(theirs.len(), names.len());
        for (name, theirs) in names.iter().zip(theirs) {
            let mut files = Files::of(&host);
            for name in INCLUDED {
                files = files.with(
                    &format!("{folder}/{name}"),
                    fs::read(pam_d.join(name)).unwrap(),
                );
            }
            let stack = stack(&files, name, Phase::Auth).unwrap();
            let ours = dispatch(&stack, answer);
            let_in += usize::from(theirs == 0);
            assert_eq!(
                ours.index(),
                theirs,
                "{}\n{}\nours: {}",
                fs::read_to_string(pam_d.join(name)).unwrap(),
                INCLUDED
                    .map(|n| format!("{n}:\n{}", fs::read_to_string(pam_d.join(n)).unwrap()))
                    .concat(),
                ours.name(),
            );
        }
        fs::rename(&pam_d, host.path(at)).unwrap();
    }
    // Else it would prove little.
    assert!((STACKS / 20..STACKS / 2).contains(&let_in), "{let_in}");
}

#[test]
fn what_cannot_be_included_refuses_the_whole_service() {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::under(folder.path());
    let program = compile(folder.path());
    let pam_d = host.path("/etc/pam.d");
    fs::create_dir_all(&pam_d).unwrap();
    fs::write(
        pam_d.join("s"),
        "auth required pam_permit.so\n@include not-there\n",
    )
    .unwrap();
    fs::write(pam_d.join("other"), "auth required pam_permit.so\n").unwrap();
    assert_ne!(libpam(&program, &pam_d, "s\n"), [0]);
    assert!(stack(&Files::of(&host), "s", Phase::Auth).is_err());
}
