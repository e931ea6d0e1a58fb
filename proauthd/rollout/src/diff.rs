//! What changes in a file, as `diff -u` shows it. Files of PAM and sshd are short: the plain
//! algorithm will do.

use std::fmt::Write;

/// How many lines are shown around a change.
const AROUND: usize = 3;

/// Beyond so many lines on either side, what changes is shown as one.
const LIMIT: usize = 2000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Both,
    Before,
    After,
}

/// The lines that differ between `before` and `after`, which both are called `name`; empty if none
/// does. Control characters are left out.
#[must_use]
pub fn unified(name: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (text(before), text(after));
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let lines = compared(&old, &new);
    let mut out = String::new();
    for hunk in hunks(&lines) {
        if out.is_empty() {
            let _ = writeln!(out, "--- {name}\n+++ {name}");
        }
        write_hunk(&mut out, &lines, hunk);
    }
    out
}

fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}

/// All lines, and where each stands.
fn compared<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Side, &'a str)> {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (head, old) = old.split_at(same);
    let (_, new) = new.split_at(same);
    let pairs = old.iter().rev().zip(new.iter().rev());
    let same = pairs.take_while(|(a, b)| a == b).count();
    let (old, tail) = old.split_at(old.len() - same);
    let (new, _) = new.split_at(new.len() - same);
    let both =
        |lines: &[&'a str]| -> Vec<_> { lines.iter().map(|line| (Side::Both, *line)).collect() };
    [both(head), middle(old, new), both(tail)].concat()
}

/// By the longest common subsequence.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Side, &'a str)> {
    let longest = match old.len().max(new.len()) > LIMIT {
        true => Vec::new(),
        false => lengths(old, new),
    };
    let length = |i: usize, j: usize| longest.get(i).and_then(|row: &Vec<_>| row.get(j));
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(old.len() + new.len());
    loop {
        match (old.get(i), new.get(j)) {
            (None, None) => return out,
            (Some(a), Some(b)) if a == b && !longest.is_empty() => {
                out.push((Side::Both, *a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                out.push((Side::Before, *a));
                i += 1;
            }
            (_, Some(b)) => {
                out.push((Side::After, *b));
                j += 1;
            }
            // The second pattern takes it: nothing is left on the other side.
            (Some(_), None) => return out,
        }
    }
}

/// Of each pair of rests, how long the longest common subsequence is.
fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u16>> {
    let mut rows = vec![vec![0_u16; new.len() + 1]];
    for a in old.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0_u16];
        for (j, b) in new.iter().enumerate().rev() {
            let at = |j: usize| below.get(j).copied().unwrap_or(0);
            let right = row.last().copied().unwrap_or(0);
            row.push(match a == b {
                true => at(j + 1) + 1,
                false => at(j).max(right),
            });
        }
        row.reverse();
        rows.push(row);
    }
    rows.reverse();
    rows
}

/// From where to where lines are shown.
fn hunks(lines: &[(Side, &str)]) -> Vec<(usize, usize)> {
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    let changed = lines.iter().enumerate();
    for (at, _) in changed.filter(|(_, (side, _))| *side != Side::Both) {
        let (from, to) = (
            at.saturating_sub(AROUND),
            (at + AROUND + 1).min(lines.len()),
        );
        match hunks.last_mut() {
            Some(last) if from <= last.1 => last.1 = to,
            _ => hunks.push((from, to)),
        }
    }
    hunks
}

fn write_hunk(out: &mut String, lines: &[(Side, &str)], (from, to): (usize, usize)) {
    let count =
        |lines: &[(Side, &str)], not: Side| lines.iter().filter(|(side, _)| *side != not).count();
    let (above, shown) = (lines.get(..from), lines.get(from..to));
    let (above, shown) = (above.unwrap_or_default(), shown.unwrap_or_default());
    let range = |not: Side| {
        let number = count(shown, not);
        let first = count(above, not) + usize::from(number > 0);
        format!("{first},{number}")
    };
    let _ = writeln!(
        out,
        "@@ -{} +{} @@",
        range(Side::After),
        range(Side::Before)
    );
    for (side, line) in shown {
        let mark = match side {
            Side::Both => ' ',
            Side::Before => '-',
            Side::After => '+',
        };
        let _ = writeln!(out, "{mark}{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_its_surroundings() {
        let before = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = b"1\n2\n3\n4\nx\n5\n6\n7\n9\n";
        assert_eq!(
            unified("/f", before, after),
            "--- /f\n+++ /f\n@@ -2,8 +2,8 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n-8\n 9\n"
        );
    }

    #[test]
    fn changes_far_apart_are_shown_apart() {
        let before: String = (0..30).map(|n| format!("{n}\n")).collect();
        let after = before.replace("\n3\n", "\nthree\n").replace("\n25\n", "\n");
        let shown = unified("f", before.as_bytes(), after.as_bytes());
        assert_eq!(shown.matches("@@ -").count(), 2, "{shown}");
        assert!(
            shown.contains("@@ -1,7 +1,7 @@\n 0\n 1\n 2\n-3\n+three\n 4\n"),
            "{shown}"
        );
        assert!(shown.contains("@@ -23,7 +23,6 @@\n"), "{shown}");
    }

    #[test]
    fn a_new_file_is_all_added_and_equal_ones_show_nothing() {
        assert_eq!(
            unified("f", b"", b"a\n"),
            "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+a\n"
        );
        assert_eq!(unified("f", b"a\n", b"a\n"), "");
    }

    #[test]
    fn control_characters_are_not_shown() {
        assert!(unified("f", b"", b"\x1b[2Jx\n").contains("+[2Jx\n"));
    }

    #[test]
    fn a_file_that_is_too_long_is_shown_all_the_same() {
        let before: String = (0..3000).map(|n| format!("{n}\n")).collect();
        let after: String = (0..3000).map(|n| format!("x{n}\n")).collect();
        let shown = unified("f", before.as_bytes(), after.as_bytes());
        assert_eq!(shown.lines().count(), 3 + 6000);
    }
}
