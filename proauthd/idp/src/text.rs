//! Foreign text, made fit to be shown: whatever comes from an issuer may end up in a terminal.

/// `text` without what could steer a terminal or hide what stands there, at most `max` characters.
pub fn shown(text: &str, max: usize) -> String {
    text.chars().filter(|c| !steers(*c)).take(max).collect()
}

/// Whether `text` is fit to be shown as it is.
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(steers)
}

/// Control characters (C0, C1, DEL), line separators, and what has no width or turns the direction
/// of writing (Unicode Standard Annex 9, section 2).
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_shown() {
        assert_eq!(
            shown("a\x1b[31mb\x07\u{9b}2Jc\r\n\td\x7f", 99),
            "a[31mb2Jcd"
        );
        assert_eq!(
            shown("user\u{202e}txt.\u{2066}exe\u{2069}\u{200b}\u{2028}", 99),
            "usertxt.exe"
        );
    }

    #[test]
    fn what_people_write_is_shown() {
        for text in ["Jörg ☎ 東京", "naïve — “quoted”", "👩"] {
            assert_eq!(shown(text, 99), text);
            assert!(is_plain(text));
        }
    }

    #[test]
    fn text_is_cut_by_characters() {
        assert_eq!(shown("äöü", 2), "äö");
        assert_eq!(
            shown("\x1b\x1b\x1bab", 2),
            "ab",
            "what is not shown does not count"
        );
    }
}
