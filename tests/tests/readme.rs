//! The README is true: its commands, run in their order on a booted machine, do what it says, with
//! the packages or with an installation by hand as docs/install.md has it. What the marks of its
//! blocks mean stands in the comment at its top.

use std::time::{Duration, Instant};

use proauth_e2e::{Booted, DEADLINE, PASSWORD, repository};

/// A fenced block of commands.
#[derive(Debug, Clone)]
struct Block {
    /// Behind the language: `as=…`, `answers=…`, `refused`, `packages=…`, `by-hand=…`.
    marks: Vec<String>,
    commands: Vec<String>,
}

impl Block {
    /// What stands behind the mark `name=`.
    fn mark(&self, name: &str) -> Option<&str> {
        let mut marks = self.marks.iter().filter_map(|mark| mark.split_once('='));
        marks.find(|mark| mark.0 == name).map(|mark| mark.1)
    }

    fn user(&self) -> Option<&str> {
        self.mark("as")
    }

    fn has_questions(&self) -> bool {
        self.mark("answers").is_some()
    }

    fn is_refused(&self) -> bool {
        self.marks.iter().any(|mark| mark == "refused")
    }
}

#[test]
fn every_command_of_an_installation_by_hand_does_what_it_says() {
    let (readme, by_hand) = (read("README.md"), read("docs/install.md"));
    let in_place_of = |stage: &str| -> Vec<Block> {
        let same = by_hand
            .iter()
            .filter(|block| block.mark("by-hand") == Some(stage));
        same.cloned().collect()
    };
    let blocks = readme
        .into_iter()
        .flat_map(|block| match block.mark("packages") {
            Some(stage) => in_place_of(stage),
            None => vec![block],
        });
    run_all(&Booted::boot(), &blocks.collect::<Vec<_>>());
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn every_command_of_the_readme_does_what_it_says() {
    let mut blocks = read("README.md");
    for command in blocks.iter_mut().flat_map(|block| &mut block.commands) {
        // The tests keep packages of several versions side by side.
        *command = command.replace("/packages/", "/packages/today/");
    }
    run_all(&Booted::debian(), &blocks);
}

/// Runs all of them, in their order.
fn run_all(machine: &Booted, blocks: &[Block]) {
    let commands: usize = blocks.iter().map(|block| block.commands.len()).sum();
    assert!(commands > 15, "only {commands} commands were found");
    let prepare = "mkdir -m 777 /run/readme && cp tests/src/readme.exp /run/readme/";
    assert!(machine.run(None, &["sh", "-c", prepare]).status.success());
    for block in blocks {
        for command in &block.commands {
            let listened = times_sshd_listened(machine);
            run(machine, block, command);
            // sshd closes its port for the moment of a reload, which a person does not hit.
            let start = Instant::now();
            while command == "systemctl reload ssh" && times_sshd_listened(machine) == listened {
                assert!(start.elapsed() < DEADLINE, "sshd does not listen again");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// How often sshd has said that it listens.
fn times_sshd_listened(machine: &Booted) -> usize {
    let log = machine.run(None, &["journalctl", "-u", "ssh", "--no-pager"]);
    let log = String::from_utf8_lossy(&log.stdout).into_owned();
    log.matches("Server listening on 0.0.0.0").count()
}

fn run(machine: &Booted, block: &Block, command: &str) {
    let shell = ["bash", "-c", command];
    let person = ["expect", "/run/readme/readme.exp", "/run/readme", PASSWORD];
    let program = match block.has_questions() {
        true => [&person[..], &shell[..]].concat(),
        false => shell.to_vec(),
    };
    let output = machine.run(block.user(), &program);
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said);
    println!(
        "{:?}$ {command}\n{said}[{}]",
        block.user().unwrap_or("root"),
        output.status
    );
    assert_eq!(
        output.status.success(),
        !block.is_refused(),
        "{command}:\n{said}"
    );
}

/// The blocks of language `sh` in a document, without the comment at its top.
fn read(document: &str) -> Vec<Block> {
    let document = std::fs::read_to_string(repository().join(document)).expect(document);
    let text = match document.strip_prefix("<!--") {
        Some(commented) => commented.split_once("-->").expect("the comment ends").1,
        None => &document,
    };
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut marks = info.split_whitespace().map(str::to_owned);
        if marks.next().as_deref() == Some("sh") {
            let joined = body.join("\n").replace("\\\n", " ");
            let commands = joined
                .lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned);
            blocks.push(Block {
                marks: marks.collect(),
                commands: commands.collect(),
            });
        }
    }
    blocks
}
