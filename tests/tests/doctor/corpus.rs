//! Each mistake of the corpus is named.

use crate::rows::ROWS;
use crate::stage::Stage;

#[test]
fn every_mistake_of_the_corpus_is_named() {
    let stage = Stage::new();
    let before = stage.doctor().red();
    assert!(before.is_empty(), "{before:?}");
    let mut missed = Vec::new();
    for row in ROWS {
        stage.begin(row.script);
        let said = stage.doctor().complaints();
        let wanted = |line: &&String| {
            line.starts_with(&format!("{} {}: ", row.level, row.id)) && line.contains(row.says)
        };
        let found = said.iter().find(wanted);
        println!(
            "{}\n    {}",
            row.mistake,
            found.map_or("NOT NAMED", |line| line)
        );
        if found.is_none() {
            missed.push(format!(
                "{}: {} {} {:?}\n  it says {said:#?}",
                row.mistake, row.level, row.id, row.says
            ));
        }
    }
    stage.put_back();
    println!("{} mistakes", ROWS.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    // And it was the mistakes that it spoke of.
    let after = stage.doctor().red();
    assert!(after.is_empty(), "{after:?}");
}
