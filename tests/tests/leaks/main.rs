//! No secret, no code and no password stays behind: not in a log, not in a file, not in the output
//! of a command, not in the daemon's memory.

use proauth_e2e::{Exhibit, Hidden, Search};

mod core_dump;
mod memory;
mod planted;
mod story;

/// All that was found of `hidden`, each as a sentence.
fn found(hidden: &[Hidden], exhibits: &[Exhibit]) -> Vec<String> {
    let search = Search::new(hidden);
    let found_in = |(place, bytes): &Exhibit| {
        let found = search.found_in(bytes).into_iter();
        found
            .map(|what| format!("{what} in {place}"))
            .collect::<Vec<_>>()
    };
    exhibits.iter().flat_map(found_in).collect()
}
