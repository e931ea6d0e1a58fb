//! `proauth-idp` against issuers that are not what they should be: each evil is a row of a table
//! that says where it was stopped and what people are told.

mod bus;
mod client;
mod environment;
mod logs;
mod polling;
mod row;
mod rows;

use std::sync::Mutex;

use client::world;
use row::{Judged, Outcome, Row};

/// Rows at a time; `proauth-idp` has 16 places.
const AT_ONCE: usize = 6;

#[test]
fn no_evil_issuer_lets_anybody_in_and_good_ones_do() {
    let judged = judge(rows::all());
    println!("{}", row::table(&judged));
    let astray: Vec<&Judged> = judged.iter().filter(|one| !one.is_right()).collect();
    assert!(astray.is_empty(), "{astray:#?}");
}

#[test]
fn a_hole_would_be_seen_in_the_table() {
    // The evil of each of these is not there: the issuer is a good one.
    let harmless = rows::tokens::all().into_iter().map(Row::without_its_evil);
    let judged = judge(harmless.take(3).collect());
    println!("{}", row::table(&judged));
    assert_eq!(judged.len(), 3);
    for one in judged {
        assert_eq!(one.outcome, Outcome::LetIn, "{one:#?}");
        assert!(!one.is_right(), "the checker says nothing: {one:#?}");
    }
}

/// Runs all of them, some at a time, and gives what came of each in the same order.
fn judge(rows: Vec<Row>) -> Vec<Judged> {
    let world = world();
    let judged = Mutex::new(Vec::new());
    let waiting = Mutex::new(rows.iter().enumerate());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("nobody panics holding it").next();
                    let Some((number, row)) = next else { break };
                    let one = row.judge(&world);
                    let mut judged = judged.lock().expect("nobody panics holding it");
                    judged.push((number, one));
                }
            });
        }
    });
    let mut judged = judged.into_inner().expect("nobody panics holding it");
    judged.sort_by_key(|(number, _)| *number);
    judged.into_iter().map(|(_, one)| one).collect()
}
