//! A whole story, after which everything that was written anywhere is searched.

use std::io::{BufRead, BufReader, Write};

use proauth_e2e::{
    Authenticator, Exhibit, Hidden, LetIn, PASSWORD, Ran, Refused, World, repository,
};

use crate::found;

const KEY: &str = "/etc/proauth/proauthd.key";

/// Eight digits, so that no number is taken for a code by chance.
const CONFIG: &str = "[totp]\ndigits = 8\n";

/// What happened so far.
pub struct Story {
    pub world: World,
    pub hidden: Vec<Hidden>,
    pub exhibits: Vec<Exhibit>,
    wrong: u32,
}

impl Story {
    /// A world in which every module has `debug`.
    fn begin(journal: bool) -> Self {
        let mut builder = World::builder().config(CONFIG);
        for (service, file) in [("sshd", "sshd-key-and-code"), ("sudo", "sudo")] {
            let file = repository().join("config/pam").join(file);
            let stack = std::fs::read_to_string(file).expect("config/pam can be read");
            let debug = stack.replace("pam_proauth.so", "pam_proauth.so debug");
            builder = builder.pam(service, &debug);
        }
        let code_only = "auth required pam_proauth.so debug\naccount required pam_permit.so\n";
        builder = builder.pam("code-only", code_only);
        let world = if journal { builder.journal() } else { builder }.build();
        let key = std::fs::read(world.path(KEY)).expect("the daemon has made its key");
        Self {
            world,
            hidden: vec![
                Hidden::bytes("the key", &key),
                Hidden::typed("the password", PASSWORD),
            ],
            exhibits: Vec::new(),
            wrong: 31_415_926,
        }
    }

    fn hide_secret(&mut self, whose: &str, authenticator: &Authenticator) {
        let name = format!("the secret of {whose}");
        let Authenticator { secret, uri, .. } = authenticator;
        self.hidden.push(Hidden::secret(&name, secret, uri));
    }

    /// Remembers that `code` was typed, for `what`.
    pub fn typed(&mut self, what: &str, code: String) -> String {
        self.hidden
            .push(Hidden::typed(&format!("the code for {what}"), &code));
        code
    }

    /// A code that is wrong, and no run of zeros or the like.
    pub fn wrong(&mut self, what: &str, authenticator: &Authenticator) -> String {
        let near: Vec<String> = (-20..=20)
            .map(|steps| authenticator.code_in_steps(steps))
            .collect();
        loop {
            self.wrong += 1_000_003;
            let code = self.wrong.to_string();
            if !near.contains(&code) {
                return self.typed(what, code);
            }
        }
    }

    /// Runs `proauthd` and keeps what it said.
    fn proauthd(&mut self, arguments: &[&str], input: &str) -> Ran {
        let ran = self.world.proauthd(arguments).typing(input).run();
        self.keep(&format!("what proauthd {} said", arguments.join(" ")), &ran);
        ran
    }

    fn keep(&mut self, name: &str, ran: &Ran) {
        let said = format!("{}{}", ran.stdout, ran.stderr);
        self.exhibits.push((name.to_owned(), said.into_bytes()));
    }

    /// Searches everything there is by now.
    fn search(&self) {
        let files = self.world.written_files();
        let stores = files
            .iter()
            .filter(|(name, _)| name.contains("/proauth.db"));
        assert!(stores.count() >= 1, "the store is not among the files");
        assert_eq!(found(&self.hidden, &self.exhibits), [""; 0]);
        assert_eq!(found(&self.hidden, &self.world.logs()), [""; 0]);
        let key_in_its_place = |sentence: &String| sentence.ends_with(KEY);
        let mut in_files = found(&self.hidden, &files);
        in_files.retain(|sentence| !key_in_its_place(sentence));
        assert_eq!(in_files, [""; 0]);
    }
}

/// An enrollment whose first code is wrong. Of its output, only stdout may tell the secret.
fn enroll_in_vain(story: &mut Story) {
    let arguments = ["enroll", "--user", "bob", "--offline", "--json"];
    let mut enroll = story.world.proauthd(&arguments).spawn();
    let mut line = String::new();
    let stdout = enroll.stdout.as_mut().expect("it is piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it offers a secret");
    let offer: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
    let uri = offer["uri"].as_str().expect("a URI");
    let bob = Authenticator::scan(uri, &story.world.clock);
    story.hide_secret("bob", &bob);
    let code = story.wrong("a wrong confirmation", &bob);
    writeln!(enroll.stdin.as_ref().expect("it is piped"), "{code}").expect("it reads the code");
    let output = enroll
        .wait_with_output()
        .expect("a child can be waited for");
    assert_eq!(output.status.code(), Some(1));
    story
        .exhibits
        .push(("stderr of enroll".into(), output.stderr));
}

fn logins(story: &mut Story, alice: &Authenticator) {
    let right = story.typed("ssh", alice.fresh_code());
    let wrong = story.wrong("ssh, wrong", alice);
    let for_sudo = story.typed("sudo", alice.code_in_steps(1));
    let wrong_for_sudo = story.wrong("sudo, wrong", alice);
    let world = &story.world;
    let logins = [
        (world.ssh("alice").code(&right), LetIn),
        (world.ssh("alice").code(&right), Refused),
        (world.ssh("alice").code(&wrong), Refused),
        (world.ssh("bob").code(&wrong), Refused),
        (world.ssh("nobody-of-that-name").code(&wrong), Refused),
        (world.sudo("alice").code(&wrong_for_sudo), Refused),
        (world.sudo("alice").code(&for_sudo), LetIn),
    ];
    for (login, outcome) in logins {
        assert_eq!(login, outcome);
        story
            .exhibits
            .push(("a transcript".into(), login.transcript.into()));
    }
}

fn bad_input(story: &mut Story, alice: &Authenticator) {
    // The code of the next step was given to sudo.
    story.world.clock.advance(30);
    let right = story.typed("bad input", alice.fresh_code());
    let long = story.typed("10 kB", "8675309".repeat(1500));
    let letters = story.typed("letters", "hunter2-hunter2".to_owned());
    let other_digits = story.typed("other digits", "٣١٤١٥٩٢٦".to_owned());
    let one_more = format!("{right}9");
    let quoted = format!("{right}\u{1b}[2J%n%s");
    for typed in [&long, &letters, &other_digits, &one_more] {
        assert_eq!(story.world.pam("code-only", "alice").code(typed), Refused);
    }
    assert_eq!(story.world.pam("code-only", "alice").code(&quoted), Refused);
    assert_eq!(
        story.world.pam("code-only", "alice\u{1b}[2J").code(&right),
        Refused
    );
    story.world.clock.advance(30);
    assert_eq!(story.world.pam("code-only", "alice").code(&right), LetIn);
}

/// Codes for those without their phone: used, wrong, never used, and ended.
fn recoveries(story: &mut Story, codes: &[String]) {
    let printed = |story: &mut Story, arguments: &[&str]| {
        let ran = story.world.proauthd(arguments).run().expect_success();
        story
            .exhibits
            .push(("stderr".into(), ran.stderr.clone().into_bytes()));
        ran.json()
    };
    let emergency = ["emergency", "--user", "alice", "--json"];
    let emergency = printed(story, &emergency)["code"].clone();
    let emergency = emergency.as_str().expect("a code").to_owned();
    let wrong = "zzzz-yyyy-xxxx".to_owned();
    for code in codes.iter().chain([&emergency, &wrong]) {
        let _typed = story.typed("recovery", code.clone());
        let _typed = story.typed("recovery, without dashes", code.replace('-', ""));
    }
    let login = |code: &String| story.world.pam("code-only", "alice").code(code);
    assert_eq!(login(&codes[0]), LetIn);
    assert_eq!(login(&codes[0]), Refused);
    assert_eq!(login(&wrong), Refused);
    assert_eq!(login(&codes[1].to_uppercase()), LetIn);
    assert_eq!(login(&emergency), LetIn);
    let new = printed(story, &["recovery-codes", "--user", "alice", "--json"]);
    for code in new["recovery_codes"].as_array().expect("an array") {
        let _typed = story.typed("new recovery", code.as_str().expect("a code").to_owned());
    }
}

fn questions(story: &mut Story, alice: &Authenticator) {
    let verify = ["verify", "--user", "alice"];
    let right = story.typed("verify", alice.fresh_code());
    assert_eq!(story.proauthd(&verify, &right).code, Some(0));
    let old = story.typed("verify, old", alice.code_in_steps(-14));
    let wrong = story.wrong("verify, wrong", alice);
    for code in [&right, &old, &wrong, "8675309!"] {
        assert_eq!(story.proauthd(&verify, code).code, Some(1));
        assert_eq!(
            story
                .proauthd(&[&verify[..], &["--json"]].concat(), code)
                .code,
            Some(1)
        );
    }
    let resync = ["resync", "--user", "alice", "--codes"];
    let codes: Vec<String> = (10..13)
        .map(|steps| story.typed("resync", alice.code_in_steps(steps)))
        .collect();
    let wrong = [&codes[0], &codes[2], &codes[1]]
        .map(String::as_str)
        .join("\n");
    assert_eq!(story.proauthd(&resync, &wrong).code, Some(1));
    assert_eq!(story.proauthd(&resync, &codes.join("\n")).code, Some(0));
    for arguments in [
        &["resync", "--user", "alice"][..],
        &["status", "--user", "alice"],
        &["status", "--user", "alice", "--json"],
        &["list", "--json"],
        &["config", "check"],
        &["init"],
        &["unenroll", "--user", "nobody-of-that-name"],
        &["enroll", "--user", "alice", "--offline"],
    ] {
        let _any = story.proauthd(arguments, "");
    }
}

fn signals_and_faults(story: &mut Story, alice: &Authenticator) {
    let world = &story.world;
    let config = world.path("/etc/proauth/proauthd.toml");
    for text in ["[totp]\ndigits = 88\n", CONFIG] {
        std::fs::write(&config, text).expect("the world can be written to");
        world.daemon.signal("HUP");
    }
    let code = story.typed("a broken row", alice.code_in_steps(20));
    let world = &story.world;
    let store = "/var/lib/proauth/proauth.db";
    for change in ["version + 1", "version - 1"] {
        let update = format!("UPDATE rows SET version = {change} WHERE key = 'alice'");
        world.run(&["sqlite3", store, &update]).expect_success();
        if change == "version + 1" {
            assert_eq!(world.pam("code-only", "alice").code(&code), Refused);
            assert_eq!(story.world.proauthd(&["list"]).run().code, Some(5));
        }
    }
}

fn tell(journal: bool) {
    let mut story = Story::begin(journal);
    enroll_in_vain(&mut story);
    let first = story.world.clock.now();
    let (alice, recovery_codes) = story.world.enroll_with_codes("alice");
    story.hide_secret("alice", &alice);
    let _confirmation = story.typed("confirmation", alice.code_at(first));
    logins(&mut story, &alice);
    bad_input(&mut story, &alice);
    recoveries(&mut story, &recovery_codes);
    questions(&mut story, &alice);
    signals_and_faults(&mut story, &alice);
    story.search();

    assert_eq!(
        story.proauthd(&["unenroll", "--user", "alice"], "").code,
        Some(0)
    );
    story.world.daemon.stop();
    story.search();
    let logs = story.world.logs();
    let told = logs.iter().any(|(name, bytes)| {
        let log = String::from_utf8_lossy(bytes);
        name.contains(if journal { "journal" } else { "daemon" }) && log.contains("code accepted")
    });
    assert!(told, "the daemon's log is not where it is looked for");
}

#[test]
fn after_a_whole_story_nothing_hidden_is_in_stderr_syslog_output_or_files() {
    tell(false);
}

#[test]
fn after_a_whole_story_nothing_hidden_is_in_the_journal_syslog_output_or_files() {
    tell(true);
}
