//! What changes in a file, as `diff -u` shows it.

use similar::TextDiff;

/// The lines that differ between `before` and `after`, which both are called `name`, with three
/// lines around each change; empty if none does. Control characters are left out.
#[must_use]
pub fn unified(name: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (text(before), text(after));
    let diff = TextDiff::from_lines(&before, &after);
    diff.unified_diff().header(name, name).to_string()
}

fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
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
    fn a_new_file_is_all_added_and_equal_ones_show_nothing() {
        assert_eq!(
            unified("f", b"", b"a\n"),
            "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n"
        );
        assert_eq!(unified("f", b"a\n", b"a\n"), "");
    }

    #[test]
    fn control_characters_are_not_shown() {
        assert!(unified("f", b"", b"\x1b[2Jx\n").contains("+[2Jx\n"));
    }
}
