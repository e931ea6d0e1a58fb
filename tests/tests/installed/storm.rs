//! What those meet who log in while ProAuth is installed, put into PAM, upgraded, downgraded and
//! removed.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant, SystemTime};

use proauth_e2e::{DEADLINE, Device, PASSWORD};

use crate::crowd::{Arrival, Departure, prepare, tidy};
use crate::machine::Machine;

/// Logins that have begun before anything happens to the machine. At least so many are under way
/// all the time.
const BEFORE: usize = 52;

/// Those that begin while it happens, and those that begin afterwards.
const DURING: usize = 16;
const AFTER: usize = 12;
const ALL: usize = BEFORE + DURING + AFTER;

/// Somebody in the crowd. Every second one types what is wrong; every other pair comes over SSH.
struct Person {
    name: String,
    device: Option<Mutex<Device>>,
    number: usize,
}

/// How far the phase has got.
struct Stage {
    /// What those wait at who have begun before it.
    at: At,
    /// How many of them do.
    waiting: AtomicUsize,
    begun: AtomicBool,
    over: AtomicBool,
}

/// A question that somebody sits before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// The one for the password, where codes are not asked for yet. sshd asks for none then: these
    /// all come through sudo's PAM service.
    Password,
    Code,
}

/// What came of a phase.
struct Phase {
    name: &'static str,
    /// Whether something wrong was typed, and what came of it.
    logins: Vec<(bool, Departure)>,
    began: SystemTime,
    ended: SystemTime,
    /// From when to when the machine's PAM named the module for certain.
    asking: (SystemTime, SystemTime),
}

/// What is to be said about a phase.
#[derive(Default)]
struct Row {
    logins: usize,
    asked: usize,
    accepted: usize,
    refused: usize,
    wrongly_refused: usize,
    wrongly_accepted: usize,
    failed: Vec<String>,
    in_flight: usize,
    took: Duration,
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn of_the_logins_under_way_no_right_one_is_lost_and_no_wrong_one_let_in() {
    let machine = Machine::boot();
    let names: Vec<String> = (0..ALL).map(|number| format!("p{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    machine.add_users(&names);
    prepare(&machine, &names);

    // Nobody is enrolled, and nothing asks for a code.
    let never = SystemTime::now() + Duration::from_secs(86_400);
    let nobody = people(&names, |_| None);
    let mut phases = vec![phase(&machine, "install", At::Password, &nobody, || {
        machine.install("proauth", "older");
    })];
    phases[0].asking = (never, never);

    let people = people(&names, |name| Some(machine.enroll(name)));
    let mut configured = phase(&machine, "configure", At::Password, &people, || {
        machine.protect_in_blocks();
    });
    configured.asking = (configured.ended, never);
    phases.push(configured);
    for (name, version) in [("upgrade", "today"), ("downgrade", "older")] {
        phases.push(phase(&machine, name, At::Code, &people, || {
            machine.install("proauth", version);
        }));
    }
    let mut removed = phase(&machine, "remove", At::Code, &people, || {
        machine.apt_succeeds(&["remove", "proauth"]);
    });
    removed.asking.1 = taken_out(&machine);
    phases.push(removed);

    let rows: Vec<Row> = phases.iter().map(Row::of).collect();
    println!(
        "phase      logins  in flight  asked  accepted  refused  wrongly refused  wrongly accepted  took"
    );
    for (phase, row) in phases.iter().zip(&rows) {
        println!("{:10} {row}", phase.name);
    }
    for row in &rows {
        assert!(
            row.failed.is_empty(),
            "{:#?}\n{}",
            row.failed,
            machine.journal()
        );
        assert_eq!((row.wrongly_refused, row.wrongly_accepted), (0, 0));
        assert!(row.in_flight >= 50);
    }
}

fn people(names: &[&str], device: impl Fn(&str) -> Option<Device>) -> Vec<Person> {
    let person = |(number, name): (usize, &&str)| Person {
        name: (*name).to_owned(),
        device: device(name).map(Mutex::new),
        number,
    };
    names.iter().enumerate().map(person).collect()
}

/// Lets `happen` happen to the machine while everybody logs in.
fn phase(
    machine: &Machine,
    name: &'static str,
    at: At,
    people: &[Person],
    happen: impl FnOnce(),
) -> Phase {
    for device in people.iter().filter_map(|person| person.device.as_ref()) {
        device.lock().expect("nobody panics holding it").wait();
    }
    tidy(machine);
    let stage = Stage {
        at,
        waiting: AtomicUsize::new(0),
        begun: AtomicBool::new(false),
        over: AtomicBool::new(false),
    };
    scope(|scope| {
        let stage = &stage;
        let logins = people
            .iter()
            .map(|person| scope.spawn(move || person.log_in(machine, stage)));
        let logins: Vec<_> = logins.collect();
        let start = Instant::now();
        while stage.waiting.load(Ordering::Acquire) < BEFORE {
            assert!(
                start.elapsed() < 2 * DEADLINE,
                "not all are asked: {}",
                machine.journal()
            );
            sleep(Duration::from_millis(10));
        }
        let began = SystemTime::now();
        stage.begun.store(true, Ordering::Release);
        happen();
        let ended = SystemTime::now();
        stage.over.store(true, Ordering::Release);
        let logins = logins
            .into_iter()
            .map(|login| login.join().expect("it tells what came of it"));
        Phase {
            name,
            logins: logins.collect(),
            began,
            ended,
            asking: (SystemTime::UNIX_EPOCH, ended + Duration::from_secs(86_400)),
        }
    })
}

impl Person {
    fn is_right(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    fn is_early(&self) -> bool {
        self.number < BEFORE
    }

    /// Comes when it is time. sshd closes on those who knock while it reads its configuration:
    /// they come again, as long as they were asked for nothing.
    fn log_in(&self, machine: &Machine, stage: &Stage) -> (bool, Departure) {
        self.wait_to_come(stage);
        loop {
            match self.try_to_log_in(machine, stage) {
                (false, login) if login.was_turned_away() => {}
                ended => return ended,
            }
        }
    }

    /// Types when it is time. Tells whether that was something wrong.
    fn try_to_log_in(&self, machine: &Machine, stage: &Stage) -> (bool, Departure) {
        let sits_at_password = self.is_early() && stage.at == At::Password;
        let is_ssh = (self.number / 2).is_multiple_of(2) && !sits_at_password;
        let mut arrival = match is_ssh {
            true => Arrival::ssh(machine, &self.name),
            false => Arrival::pam(machine, &self.name),
        };
        if sits_at_password {
            self.sit(stage);
            if !self.is_right() {
                arrival.types_line("wrong");
                return (true, arrival.end());
            }
        }
        arrival.types_line(PASSWORD);
        if !arrival.is_asked() {
            return (false, arrival.end());
        }
        if self.is_early() && stage.at == At::Code {
            self.sit(stage);
        }
        let device = self.device.as_ref().expect("nobody else is asked");
        let mut device = device.lock().expect("nobody panics holding it");
        let code = match self.is_right() {
            true => device.next_code(),
            false => device.wrong_code(),
        };
        arrival.types(&code);
        (!self.is_right(), arrival.end())
    }

    /// Comes before it begins, while it goes on, or after its end.
    fn wait_to_come(&self, stage: &Stage) {
        if self.number >= BEFORE + DURING {
            wait_for(&stage.over);
        } else if !self.is_early() {
            wait_for(&stage.begun);
            sleep(Duration::from_millis(200) * u32::try_from(self.number - BEFORE).expect("few"));
        }
    }

    /// Sits at a question until it has begun, and some longer: people type one after the other.
    fn sit(&self, stage: &Stage) {
        stage.waiting.fetch_add(1, Ordering::AcqRel);
        wait_for(&stage.begun);
        sleep(Duration::from_millis(120) * u32::try_from(self.number).expect("few"));
    }
}

fn wait_for(flag: &AtomicBool) {
    while !flag.load(Ordering::Acquire) {
        sleep(Duration::from_millis(5));
    }
}

/// When the first of the PAM files lost its block.
fn taken_out(machine: &Machine) -> SystemTime {
    let changed = ["sshd", "sudo"].map(|service| {
        let file = machine.path(&format!("/etc/pam.d/{service}"));
        let metadata = std::fs::metadata(file).expect("it is there");
        metadata.modified().expect("it has a time")
    });
    changed[0].min(changed[1])
}

impl Row {
    fn of(phase: &Phase) -> Self {
        let mut row = Self {
            logins: phase.logins.len(),
            took: phase.ended.duration_since(phase.began).unwrap_or_default(),
            ..Self::default()
        };
        for (typed_wrong, login) in &phase.logins {
            row.asked += usize::from(login.asked);
            row.in_flight += usize::from(login.began < phase.ended && login.ended > phase.began);
            match &login.accepted {
                Ok(true) => row.accepted += 1,
                Ok(false) => row.refused += 1,
                Err(said) => row.failed.push(said.clone()),
            }
            // Within the time in which nobody could get in without a code.
            let must_show = login.began > phase.asking.0 && login.ended < phase.asking.1;
            let accepted = login.accepted == Ok(true);
            let wrong = *typed_wrong || (must_show && !login.asked);
            row.wrongly_accepted += usize::from(accepted && wrong);
            row.wrongly_refused += usize::from(!accepted && !typed_wrong);
        }
        row
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:6}  {:9}  {:5}  {:8}  {:7}  {:15}  {:16}  {:.1} s",
            self.logins,
            self.in_flight,
            self.asked,
            self.accepted,
            self.refused,
            self.wrongly_refused,
            self.wrongly_accepted,
            self.took.as_secs_f64()
        )
    }
}
