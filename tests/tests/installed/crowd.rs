//! Many logins at the same time: half over SSH, half through sudo's PAM service, each of them a
//! process with a libpam of its own, and each with somebody before it who may take their time.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use proauth_e2e::{Booted, DEADLINE, Log, PASSWORD};

/// Where the logins over SSH are answered.
const PLACE: &str = "/run/crowd";

/// What ssh asks instead of a person: it shows the question, and has the same answer for each.
const ASKPASS: &str = r#"#!/bin/sh
echo "$1" >>"$LOGIN/asked"
case $1 in *assword*) exec echo "$PASSWORD" ;; esac
[ -e "$LOGIN/answer" ] || { read -r answer <"$LOGIN/phone" && echo "$answer" >"$LOGIN/answer"; }
cat "$LOGIN/answer"
"#;

/// What a question for a code has, whatever else it says.
const QUESTIONS: [&str; 3] = ["code", "Code", "Press Return"];

/// A login under way.
pub struct Arrival {
    client: Child,
    said: Log,
    began: SystemTime,
    way: Way,
}

enum Way {
    /// Its folder, from outside.
    Ssh(PathBuf),
    /// `pamtester`, and what types at it.
    Pam(ChildStdin),
}

/// A login that is over.
pub struct Departure {
    /// Whether it was asked for a code.
    pub asked: bool,
    /// Whether it was let in, or refused, or what else happened.
    pub accepted: Result<bool, String>,
    pub began: SystemTime,
    pub ended: SystemTime,
}

impl Departure {
    /// Whether sshd had no time for it.
    pub fn was_turned_away(&self) -> bool {
        let words = [
            "Connection closed by 127",
            "Connection reset by 127",
            "Connection refused",
        ];
        let said = self.accepted.as_ref().err();
        !self.asked && said.is_some_and(|said| words.iter().any(|word| said.contains(word)))
    }
}

/// Makes room for logins of `names` over SSH.
pub fn prepare(machine: &Booted, names: &[&str]) {
    let script = r#"
        place=$0 askpass=$1
        shift
        mkdir -m 755 "$place"
        printf '%s' "$askpass" >"$place/askpass"
        chmod 755 "$place/askpass"
        for name; do
            mkdir "$place/$name"
            mkfifo "$place/$name/phone"
            chown -R alice: "$place/$name"
        done
        echo 'MaxStartups 1000' >/etc/ssh/sshd_config.d/test.conf
        systemctl restart ssh
    "#;
    machine.sh(script, &[&[PLACE, ASKPASS], names].concat());
}

/// Lets those of before come anew.
pub fn tidy(machine: &Booted) {
    let tidy = r#"rm -f "$0"/*/asked "$0"/*/answer"#;
    machine.sh(tidy, &[PLACE]);
}

impl Arrival {
    /// Begins a login of `name` over SSH.
    pub fn ssh(machine: &Booted, name: &str) -> Self {
        let folder = format!("{PLACE}/{name}");
        let login = format!("LOGIN={folder}");
        let askpass = format!("SSH_ASKPASS={PLACE}/askpass");
        let password = format!("PASSWORD={PASSWORD}");
        let variables = [&login, &askpass, &password, "SSH_ASKPASS_REQUIRE=force"];
        // While sshd reads its configuration, nobody listens for a moment.
        let patience = "-oConnectionAttempts=5";
        let client = [
            "ssh",
            patience,
            "-l",
            name,
            "localhost",
            "echo let in as $USER",
        ];
        let argv = [&["env"], &variables[..], &client].concat();
        let way = |_| Way::Ssh(machine.path(&folder));
        Self::begin(machine, Some("alice"), &argv, way)
    }

    /// Begins one through `/etc/pam.d/sudo`, which has asked for the password then.
    pub fn pam(machine: &Booted, name: &str) -> Self {
        let argv = ["pamtester", "sudo", name, "authenticate", "acct_mgmt"];
        let arrival = Self::begin(machine, None, &argv, Way::Pam);
        let asked = arrival.said.wait_for("Password: ", DEADLINE);
        assert!(asked, "no question: {}", arrival.said.text());
        arrival
    }

    fn begin(
        machine: &Booted,
        user: Option<&str>,
        argv: &[&str],
        way: impl FnOnce(ChildStdin) -> Way,
    ) -> Self {
        let began = SystemTime::now();
        let mut command = machine.command(user, argv);
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let client = streams.stderr(Stdio::piped()).spawn();
        let mut client = client.expect("nsenter (package util-linux) starts");
        let said = Log::default();
        said.follow(client.stdout.take().expect("it is piped"));
        said.follow(client.stderr.take().expect("it is piped"));
        let stdin = client.stdin.take().expect("it is piped");
        Self {
            way: way(stdin),
            client,
            said,
            began,
        }
    }

    /// Waits until it asks for a code, which is true, or is over.
    pub fn is_asked(&mut self) -> bool {
        loop {
            if self.shows_question() {
                return true;
            }
            if self.client.try_wait().expect("it is a child").is_some() {
                return self.shows_question();
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Types `code`, as often as it is asked for one.
    pub fn types(&mut self, code: &str) {
        match &mut self.way {
            Way::Pam(_) => (0..3).for_each(|_| self.types_line(code)),
            Way::Ssh(folder) => answer(folder, code),
        }
    }

    /// Types one line where nobody asks twice: a password.
    pub fn types_line(&mut self, line: &str) {
        if let Way::Pam(stdin) = &mut self.way {
            // One that has failed meanwhile reads nothing.
            let _ = writeln!(stdin, "{line}");
        }
    }

    /// Waits for the end.
    pub fn end(mut self) -> Departure {
        // Asked for more, it gets no more.
        let asked = self.shows_question();
        if let Way::Pam(stdin) = self.way {
            drop(stdin);
        }
        let start = Instant::now();
        while self.client.try_wait().expect("it is a child").is_none() {
            assert!(
                start.elapsed() < 4 * DEADLINE,
                "no end: {}",
                self.said.text()
            );
            sleep(Duration::from_millis(20));
        }
        let ended = SystemTime::now();
        let said = self.said.finished(DEADLINE);
        let is_in = ["let in as ", "account management done"];
        let is_out = [
            "Permission denied (",
            "Too many authentication",
            "pamtester: ",
        ];
        let says = |sentences: &[&str]| sentences.iter().any(|sentence| said.contains(sentence));
        let accepted = match (says(&is_in), says(&is_out)) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Err(said),
        };
        Departure {
            asked,
            accepted,
            began: self.began,
            ended,
        }
    }

    fn shows_question(&self) -> bool {
        let text = match &self.way {
            Way::Pam(_) => self.said.text(),
            Way::Ssh(folder) => fs::read_to_string(folder.join("asked")).unwrap_or_default(),
        };
        QUESTIONS.iter().any(|word| text.contains(word))
    }
}

/// Shows the askpass program of a login what its person reads off the phone.
fn answer(folder: &Path, code: &str) {
    // Also for reading, or it would wait for somebody who reads.
    let mut phone = OpenOptions::new();
    let phone = phone.read(true).write(true).open(folder.join("phone"));
    let mut phone = phone.expect("it was prepared");
    writeln!(phone, "{code}").expect("a pipe takes a line");
    let start = Instant::now();
    while !folder.join("answer").exists() && start.elapsed() < DEADLINE {
        sleep(Duration::from_millis(10));
    }
}
