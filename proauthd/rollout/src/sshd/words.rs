//! Lines of sshd_config(5), as sshd takes them apart.

/// A keyword, in lower case, and its arguments; none for an empty line and a comment.
pub fn line(text: &str) -> Option<(String, Vec<String>)> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{c}');
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let (keyword, rest) = keyword(text);
    Some((keyword.to_ascii_lowercase(), arguments(rest)))
}

/// It ends at white space or at `=`; it may stand in quotes.
fn keyword(text: &str) -> (&str, &str) {
    if let Some((keyword, rest)) = text.strip_prefix('"').and_then(|t| t.split_once('"')) {
        return (keyword, rest.trim_start());
    }
    let end = text
        .find(|c: char| c.is_ascii_whitespace() || c == '=')
        .unwrap_or(text.len());
    let (keyword, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let rest = rest.trim_start();
    (keyword, rest.strip_prefix('=').unwrap_or(rest).trim_start())
}

/// Split at white space, up to a comment; quotes of both kinds keep words together, and a
/// backslash takes the meaning from a quote, a backslash or, outside quotes, a space.
fn arguments(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (letter, Some(end)) if letter == end => quote = None,
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            ('\\', _) if letters.peek().is_some_and(|next| is_escaped(*next, quote)) => {
                word.get_or_insert_default().extend(letters.next());
            }
            ('#', None) if word.is_none() => break,
            (letter, None) if letter.is_ascii_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

fn is_escaped(next: char, quote: Option<char>) -> bool {
    matches!(next, '\'' | '"' | '\\') || (next == ' ' && quote.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_as_sshd_does() {
        for (text, keyword, arguments) in [
            ("UsePAM yes", "usepam", vec!["yes"]),
            ("  usepam=yes  # really", "usepam", vec!["yes"]),
            ("UsePAM = yes", "usepam", vec!["yes"]),
            ("Match User \"a b\",c", "match", vec!["User", "a b,c"]),
            ("\"Banner\" 'x y'", "banner", vec!["x y"]),
            (r"Banner a\ b\\c", "banner", vec![r"a b\c"]),
            ("Banner a#b", "banner", vec!["a#b"]),
            ("Banner", "banner", vec![]),
        ] {
            let (found, words) = line(text).unwrap();
            assert_eq!(
                (found.as_str(), words),
                (keyword, arguments.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
        for nothing in ["", "   ", "# UsePAM no", "\t#"] {
            assert_eq!(line(nothing), None);
        }
    }
}
