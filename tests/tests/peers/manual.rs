//! `docs/peers.md`: the table, and its notes.

use proauth_e2e::repository;

/// The text.
pub struct Manual(String);

/// A row of the table.
pub struct Row<'m> {
    /// What is done, and what comes of it with each module.
    pub cells: [&'m str; 4],
    /// The numbers of the notes on it.
    pub notes: Vec<&'m str>,
}

impl Manual {
    pub fn read() -> Self {
        let file = repository().join("docs/peers.md");
        Self(std::fs::read_to_string(file).expect("docs/peers.md can be read"))
    }

    /// The rows of its one table with five columns.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let lines = self
            .0
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'));
        let rows = lines.filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [what, ours, google, oath, notes] = cells[..] else {
                return None;
            };
            let notes = notes.split(", ").filter(|note| !note.is_empty()).collect();
            let cells = [what, ours, google, oath].map(|cell| cell.trim_matches('`'));
            // The words of the first column keep their marks.
            Some(Row {
                cells: [what, cells[1], cells[2], cells[3]],
                notes,
            })
        });
        // The first one says what the columns are.
        rows.skip(1)
    }

    /// Whether there is a note of that number.
    pub fn explains(&self, note: &str) -> bool {
        self.0
            .lines()
            .any(|line| line.starts_with(&format!("{note}. ")))
    }
}
