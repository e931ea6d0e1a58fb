//! A world in which rows are played, one after the other, each with a user of its own.

use proauth_e2e::{Answers, Impostor, PamCode, Typed, World};

use crate::actor::Actor;
use crate::row::{Answer, CODE, Given, HOME, Host, Row, Step, Who};
use crate::scene::{Scene, same};

/// Steps that pass between a user's first login and the row.
const PAUSE: u64 = 10;

const REBORN: &str = r#"
    uid=$(id -u "$0")
    userdel "$0"
    useradd --uid $((uid + 10000)) "$0"
"#;

/// A world, ready for rows.
pub struct Stage {
    /// The machine.
    pub world: World,
    answers: Answers,
    impostor: Option<Impostor>,
    daemon: Daemon,
}

/// What has been done to the daemon.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Daemon {
    Runs,
    Hangs,
    Gone,
}

impl Stage {
    /// Plays all of `rows` in `world`, and prints them.
    ///
    /// # Panics
    /// If one of them does not end as it says.
    pub fn play_all(world: World, rows: &[Row]) {
        let mut stage = Self::new(world, rows.len());
        let mut different = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            println!("{row}");
            if let Err(difference) = stage.play(number, row) {
                println!("  DIFFERS: {difference}\n");
                different.push(format!("{}: {difference}", row.name));
            }
        }
        let count = different.len();
        assert!(
            different.is_empty(),
            "{count} rows differ:\n{}",
            different.join("\n")
        );
    }

    /// One in `world`, with users for so many rows.
    fn new(world: World, rows: usize) -> Self {
        let users: Vec<String> = (0..rows).map(user_of).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        world.add_users(&users);
        let _installed = world.token_module();
        let (answers, impostor, daemon) = (world.answers(), None, Daemon::Runs);
        Self {
            world,
            answers,
            impostor,
            daemon,
        }
    }

    fn play(&mut self, number: usize, row: &Row) -> Result<(), String> {
        let mut actor = self.cast(number, row.who)?;
        for &given in row.given {
            self.happen(given, &mut actor)?;
        }
        let _of_the_setup = self.answers.since_last(&self.world);
        let played = self.perform(row, &mut actor);
        let answers = self.answers.since_last(&self.world);
        self.repair();
        played?;
        let answers = answers.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        same(row.answers, answers.as_slice())?;
        self.compare_counts(row, &actor)?;
        let is_logged = row.logged.is_empty() || self.world.syslog_says(row.logged);
        is_logged
            .then_some(())
            .ok_or_else(|| format!("{:?} was not logged", row.logged))
    }

    /// Makes the user of a row what they are.
    fn cast(&mut self, number: usize, who: Who) -> Result<Actor, String> {
        let actor = match who {
            Who::Unknown => Actor::without(format!("nobody{number}")),
            Who::NotEnrolled => Actor::without(user_of(number)),
            Who::JustEnrolled | Who::Enrolled => Actor::enrolled(&self.world, user_of(number)),
        };
        if who == Who::Enrolled {
            self.world.clock.advance(30);
            self.log_in(&actor, HOME, Typed::Right, PamCode::SUCCESS)?;
        }
        self.world.clock.advance(30 * PAUSE);
        Ok(actor)
    }

    /// Lets happen what a row says.
    pub fn happen(&mut self, given: Given, actor: &mut Actor) -> Result<(), String> {
        match given {
            Given::LoggedIn(typed) => self.log_in(actor, "", typed, PamCode::SUCCESS)?,
            Given::Failed(times) => self.fail(actor, "", times)?,
            Given::FailedFrom(address, times) => self.fail(actor, address, times)?,
            Given::Passed(seconds) => self.world.clock.advance(seconds),
            Given::Admin(command) => {
                let command = [command, "--user", &actor.name];
                let _done = self.world.proauthd(&command).run().expect_success();
            }
            Given::Emergency => actor.call_help_desk(&self.world),
            Given::Deleted => self.change(r#"userdel "$0""#, actor),
            Given::Reborn => self.change(REBORN, actor),
            Given::Renamed => {
                self.change(r#"usermod --login "new$0" "$0""#, actor);
                actor.name.insert_str(0, "new");
            }
            Given::DaemonStopped => {
                self.world.daemon.stop();
                self.daemon = Daemon::Gone;
            }
            Given::DaemonHangs => {
                self.world.daemon.pause();
                self.daemon = Daemon::Hangs;
            }
            Given::QuestionArrived => self.answers.wait_for_call("Verify"),
            Given::NameTaken => self.give_the_name_away(),
        }
        Ok(())
    }

    fn fail(&mut self, actor: &Actor, address: &str, times: u32) -> Result<(), String> {
        (0..times).try_for_each(|_| self.log_in(actor, address, Typed::Wrong, PamCode::AUTH_ERR))
    }

    /// A login before the row, whatever is seen of it.
    fn log_in(
        &self,
        actor: &Actor,
        address: &str,
        typed: Typed,
        code: PamCode,
    ) -> Result<(), String> {
        let mut scene = Scene::open(self, Host::Sshd, CODE, &actor.name)?;
        scene.log_in(address, &actor.types(typed), code)
    }

    /// Changes the account, not what is stored of it.
    fn change(&self, script: &str, actor: &Actor) {
        let _done = self
            .world
            .run(&["sh", "-ec", script, &actor.name])
            .expect_success();
    }

    fn give_the_name_away(&mut self) {
        self.world.daemon.kill();
        self.daemon = Daemon::Gone;
        let impostor = self
            .world
            .pose(env!("CARGO_BIN_EXE_impostor"), "alice", "own");
        self.impostor = Some(impostor);
    }

    fn perform(&mut self, row: &Row, actor: &mut Actor) -> Result<(), String> {
        let mut scene = Scene::open(self, row.host, row.service, &actor.name)?;
        for step in row.play {
            match step {
                Step::Meanwhile(given) => self.happen(*given, actor)?,
                step => scene.go_on(*step, actor)?,
            }
        }
        scene.end()
    }

    /// Undoes what concerns more than the user of this row.
    fn repair(&mut self) {
        self.impostor = None;
        match self.daemon {
            Daemon::Runs => {}
            Daemon::Hangs => self.world.daemon.resume(),
            Daemon::Gone => self.world.daemon.start(),
        }
        self.daemon = Daemon::Runs;
    }

    fn compare_counts(&self, row: &Row, actor: &Actor) -> Result<(), String> {
        // The daemon tells nothing of accounts that are not there, or not the same.
        if row.who == Who::Unknown || row.changes_account() {
            return Ok(());
        }
        let status = self.world.status(&actor.name);
        let counted = ["failures", "locker_failures"].map(|count| status[count].as_u64());
        same(&[Some(row.failures), Some(row.locker_failures)], &counted)
    }
}

fn user_of(row: usize) -> String {
    format!("row{row}")
}

/// Reads a reply; a number that stands for nothing would be a bug of the daemon's.
fn read((method, number): &(String, u32)) -> Result<Answer, String> {
    use proauth_interface::{Decision, Standing, Verdict};
    let answer = match method.as_str() {
        "Begin" => Decision::from_wire(*number).map(Answer::Begin),
        "Verify" => Verdict::from_wire(*number).map(Answer::Verify),
        _ => Standing::from_wire(*number).map(Answer::Account),
    };
    answer.ok_or_else(|| format!("{method} was answered with {number}"))
}
