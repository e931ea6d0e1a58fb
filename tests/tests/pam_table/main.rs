//! The PAM contract as a table, on the real libpam: for each setup, stack and thing typed, what
//! `pam_authenticate` and `pam_acct_mgmt` return, what the user sees, what the daemon counts and
//! answers, and what is left in `PAM_AUTHTOK`.
//!
//! Each row is played as it is written in `rows`, by `tests/hosts/scripted_host.c`, and with a
//! user of its own. Codes come from `oathtool`; the daemon's answers are read off the bus.

mod actor;
mod row;
mod rows;
mod scene;
mod stage;

use proauth_e2e::World;
use proauth_interface::{Decision, Standing, Verdict};

use row::Answer;
use stage::Stage;

const ALLOW: &str = "[login]\nnot_enrolled = \"allow\"\n";

#[test]
fn what_is_typed_at_the_prompt_comes_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::codes::ROWS);
}

#[test]
fn too_many_wrong_codes_come_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::locked::ROWS);
    let five = World::builder()
        .config("[login]\nmax_failures = 5\n")
        .build();
    Stage::play_all(five, rows::locked::FOR_GOOD);
}

#[test]
fn recovery_and_emergency_codes_come_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::recovery::ROWS);
}

#[test]
fn first_passes_come_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::first_pass::ROWS);
}

#[test]
fn passwords_with_codes_come_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::forward_pass::ROWS);
}

#[test]
fn arguments_come_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::arguments::ROWS);
}

#[test]
fn who_is_denied_without_an_authenticator_is_treated_as_the_table_says() {
    Stage::play_all(World::new(), rows::strangers::DENIED);
}

#[test]
fn who_is_allowed_without_an_authenticator_is_treated_as_the_table_says() {
    let rows = [rows::strangers::ALLOWED, rows::account::EXEMPT].concat();
    Stage::play_all(World::builder().config(ALLOW).build(), &rows);
}

#[test]
fn who_guesses_without_an_authenticator_is_slowed_down_as_the_table_says() {
    for row in rows::strangers_locked::DENIED {
        Stage::play_all(World::new(), &[*row]);
    }
    for row in rows::strangers_locked::ALLOWED {
        Stage::play_all(World::builder().config(ALLOW).build(), &[*row]);
    }
}

#[test]
fn suspended_and_changed_accounts_are_treated_as_the_table_says() {
    Stage::play_all(World::new(), rows::suspended::ROWS);
}

#[test]
fn the_account_phase_comes_to_what_the_table_says() {
    Stage::play_all(World::new(), rows::account::ROWS);
}

#[test]
fn absent_and_false_daemons_come_to_what_the_table_says() {
    Stage::play_all(World::builder().lax_bus().build(), rows::faults::ROWS);
}

#[test]
fn the_table_has_sixty_rows_or_more_and_no_two_of_one_name() {
    let mut names: Vec<&str> = rows::all().map(|row| row.name).collect();
    println!("{} rows", names.len());
    assert!(names.len() >= 60);
    names.sort_unstable();
    assert!(names.is_sorted_by(|one, other| one < other), "{names:#?}");
}

/// What the daemon cannot answer yet: no policy lets anybody in without a code.
const TO_COME: &[Answer] = &[Answer::Begin(Decision::Pass)];

#[test]
fn whatever_the_daemon_can_answer_to_a_login_has_a_row() {
    // Longer than any of the three lists.
    let numbers = 0..1000;
    let begun = numbers
        .clone()
        .filter_map(Decision::from_wire)
        .map(Answer::Begin);
    let verified = numbers
        .clone()
        .filter_map(Verdict::from_wire)
        .map(Answer::Verify);
    let stood = numbers.filter_map(Standing::from_wire).map(Answer::Account);
    for answer in begun.chain(verified).chain(stood) {
        let has_a_row = rows::all().any(|row| row.answers.contains(&answer));
        assert_ne!(has_a_row, TO_COME.contains(&answer), "{answer:?}");
    }
}
