//! Puts the modules through the rounds.

use std::fs;

use proauth_e2e::{AtHand, Heard, ScriptedHost, Typed, World};

use crate::module::Module;
use crate::rounds::{Reply, Round, Who};

const CONFDIR: &str = "/run/e2e/peers";
const SERVICE: &str = "login";

/// Seconds between two rounds, so that none looks at the codes of another.
const BREAK: u64 = 600;

/// What came of a round: a PAM code or a crash, for each module.
pub type Result = [String; 3];

/// Plays all of `rounds`. All modules look at the same clock.
pub fn play(world: &World, rounds: &[Round]) -> Vec<Result> {
    fs::create_dir_all(world.path(CONFDIR)).expect("the world can be written to");
    let names: Vec<String> = (0..3 * rounds.len())
        .map(|number| format!("peer{number}"))
        .collect();
    world.add_users(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut names = names.iter();
    let mut each = |round: &Round, module| {
        let name = names.next().expect("one for each");
        Login {
            world,
            module,
            round,
            name,
        }
        .play()
    };
    rounds
        .iter()
        .map(|round| Module::ALL.map(|module| each(round, module)))
        .collect()
}

struct Login<'a> {
    world: &'a World,
    module: Module,
    round: &'a Round,
    name: &'a str,
}

impl Login<'_> {
    fn play(&self) -> String {
        let round = self.round;
        let user = if round.who == Who::Unknown {
            "nobody-of-that-name"
        } else {
            self.name
        };
        let has = (round.who == Who::Enrolled).then(|| self.module.enroll(self.world, user));
        self.world.clock.advance(BREAK);
        let mut replies = round.before.iter().chain(round.replies);
        if replies.any(is_recovery) && !self.module.has_recovery_codes() {
            return "–".to_owned();
        }
        for reply in round.before {
            let _whatever = self.log_in(user, has.as_ref(), "", None, &[*reply]);
        }
        self.world.clock.advance(round.pause);
        self.log_in(
            user,
            has.as_ref(),
            round.arguments,
            round.first_pass,
            round.replies,
        )
    }

    /// One login in a process of its own, since not every module lets it live.
    fn log_in(
        &self,
        user: &str,
        has: Option<&AtHand>,
        arguments: &str,
        first_pass: Option<Typed>,
        replies: &[Reply],
    ) -> String {
        let ask = format!("auth required {} ask\n", self.world.token_module());
        let stack = first_pass.map_or(String::new(), |_| ask) + &self.module.line(arguments);
        let file = self.world.path(&format!("{CONFDIR}/{SERVICE}"));
        fs::write(file, stack).expect("the world can be written to");
        let first_pass = first_pass.map(Reply::Types);
        let replies: Vec<Reply> = first_pass
            .into_iter()
            .chain(replies.iter().copied())
            .collect();
        let asks = !matches!(replies[..], [Reply::Mute]);
        let mut host = self.world.scripted_host_on_the_clock();
        host.start_confdir(SERVICE, user, CONFDIR, asks);
        let started = host.hear();
        assert!(matches!(started, Heard::Returned { .. }), "{started:?}");
        host.authenticate(false);
        finish(&mut host, has, replies.into_iter())
    }
}

/// Answers the questions until there are no more.
fn finish(
    host: &mut ScriptedHost,
    has: Option<&AtHand>,
    mut replies: impl Iterator<Item = Reply>,
) -> String {
    loop {
        match host.hear() {
            Heard::Says { .. } => {}
            Heard::Asks { .. } => match (replies.next(), has) {
                (Some(Reply::Types(Typed::Text(text))), _) => host.types(text),
                (Some(Reply::Types(typed)), Some(has)) => host.types(&has.types(typed)),
                (Some(Reply::Null), _) => host.replies_null(),
                _ => host.hangs_up(),
            },
            Heard::Returned { code, .. } => return code.to_string(),
            Heard::Died(Some(11)) => return "crash (SIGSEGV)".to_owned(),
            Heard::Died(Some(6)) => return "crash (SIGABRT)".to_owned(),
            Heard::Died(signal) => return format!("crash ({signal:?})"),
        }
    }
}

fn is_recovery(reply: &Reply) -> bool {
    matches!(reply, Reply::Types(Typed::Recovery(_)))
}
