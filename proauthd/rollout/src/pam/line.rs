//! Lines of a PAM file, as libpam takes them apart.

/// A line that says something: its number (that on which it began), and its words.
pub type Line = (usize, Vec<String>);

/// The lines of a file. A `#` begins a comment wherever it stands, a backslash at the end
/// continues a line.
pub fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let (begun, mut whole) = open.take().unwrap_or((number, String::new()));
        let (said, commented) = match line.split_once('#') {
            Some((said, _)) => (said, true),
            None => (line, false),
        };
        let said = said.trim_end();
        match said.strip_suffix('\\').filter(|_| !commented) {
            Some(said) => {
                whole.push_str(said);
                whole.push(' ');
                open = Some((begun, whole));
            }
            None => {
                whole.push_str(said);
                lines.push((begun, words(&whole)));
            }
        }
    }
    lines.extend(open.map(|(begun, whole)| (begun, words(&whole))));
    lines.retain(|(_, words)| !words.is_empty());
    lines
}

/// Words are separated by white space; what stands between brackets is one of them, without the
/// brackets.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('[') {
            Some(inside) => bracketed(inside),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (word.to_owned(), after)
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// Up to the first bracket that closes and has no backslash before it.
fn bracketed(inside: &str) -> (String, &str) {
    let mut word = String::new();
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ']' => break,
            '\\' if letters.as_str().starts_with(']') => word.extend(letters.next()),
            letter => word.push(letter),
        }
    }
    (word, letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_apart_as_libpam_does() {
        let text = "#%PAM\n\nauth [success=1 default=ignore] \\\n  pam_unix.so nullok # why\n\
                    auth required x.so [prompt=a [b\\]: ] \\ # no continuation\nlast\\";
        let expected = [
            (
                3,
                vec!["auth", "success=1 default=ignore", "pam_unix.so", "nullok"],
            ),
            (5, vec!["auth", "required", "x.so", "prompt=a [b]: ", "\\"]),
            (6, vec!["last"]),
        ];
        let expected = expected
            .map(|(number, words)| (number, words.iter().map(ToString::to_string).collect()));
        assert_eq!(lines(text), expected);
    }
}
