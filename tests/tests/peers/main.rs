//! Beside ours: Debian's `pam_google_authenticator` and `pam_oath`, through the same logins.

mod contest;
mod manual;
mod module;
mod rounds;

use proauth_e2e::World;

use manual::Manual;
use module::Module;
use rounds::ROUNDS;

#[test]
fn three_modules_answer_the_same_logins_as_the_manual_says() {
    let world = World::new();
    Module::assert_installed(&world);
    let results = contest::play(&world, ROUNDS);
    for (round, [ours, google, oath]) in ROUNDS.iter().zip(&results) {
        println!("{:60} | {ours:16} | {google:16} | {oath:16}", round.what);
    }
    for (round, [ours, _, _]) in ROUNDS.iter().zip(&results) {
        assert_eq!(*ours, round.ours.to_string(), "{}", round.what);
    }
    let manual = Manual::read();
    let measured: Vec<[&str; 4]> = (ROUNDS.iter().zip(&results))
        .map(|(round, [ours, google, oath])| [round.what, ours.as_str(), google, oath])
        .collect();
    let written: Vec<[&str; 4]> = manual.rows().map(|row| row.cells).collect();
    assert_eq!(written, measured, "docs/peers.md");
}

#[test]
fn the_manual_explains_each_difference() {
    let manual = Manual::read();
    for row in manual.rows() {
        let [what, ours, google, oath] = row.cells;
        let differs = [google, oath].iter().any(|theirs| *theirs != ours);
        assert_eq!(!row.notes.is_empty(), differs, "{what}");
        for note in row.notes {
            assert!(manual.explains(note), "{what}: note {note} is missing");
        }
    }
}
