//! The blocks that ProAuth's tools write into files of PAM and sshd: lines between two marks, with
//! the lines that they replaced kept inside. docs/pam.md has the form; `pam-remove`, a shell script,
//! and the Ansible role know it, too. Files are bytes: nobody promised UTF-8.

use thiserror::Error;

/// The line before a block.
pub const BEGIN: &str = "# BEGIN proauth";

/// The line after it.
pub const END: &str = "# END proauth";

/// What stands before a line that the block replaced.
pub const WAS: &str = "#was# ";

/// A block that does not end, or does not begin: somebody has edited it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {line}: {mark:?} without its counterpart")]
pub struct Broken {
    /// Where, from 1.
    pub line: usize,
    /// Which mark.
    pub mark: &'static str,
}

/// Whether there is a block, whole or not.
#[must_use]
pub fn has_block(text: &[u8]) -> bool {
    lines(text).any(|line| is(line, BEGIN) || is(line, END))
}

/// `text` without our blocks, and with the lines that they replaced.
///
/// # Errors
/// If a block is not whole.
pub fn without_blocks(text: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut out = Vec::with_capacity(text.len());
    let mut begun = None;
    for (number, line) in (1..).zip(lines(text)) {
        match begun {
            Some(at) if is(line, BEGIN) => {
                return Err(Broken {
                    line: at,
                    mark: BEGIN,
                });
            }
            Some(_) if is(line, END) => begun = None,
            Some(_) => out.extend(line.strip_prefix(WAS.as_bytes()).unwrap_or_default()),
            None if is(line, BEGIN) => begun = Some(number),
            None if is(line, END) => {
                return Err(Broken {
                    line: number,
                    mark: END,
                });
            }
            None => out.extend(line),
        }
    }
    match begun {
        Some(line) => Err(Broken { line, mark: BEGIN }),
        None => Ok(out),
    }
}

/// Where a block goes, seen from the line that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before that line.
    Before,
    /// After it.
    After,
    /// In its place: the block keeps it.
    InPlaceOf,
}

/// `text` with a block of `ours` at each line that is `anchor`, up to white space; as it was where
/// there is none.
#[must_use]
pub fn with_block(text: &[u8], anchor: &str, place: Place, ours: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in lines(text) {
        if words(line) != words(anchor.as_bytes()) {
            out.extend(line);
            continue;
        }
        match place {
            Place::Before => out.extend(block(ours, &[]).iter().chain(line)),
            Place::After => out.extend(ended(line).iter().chain(&block(ours, &[]))),
            Place::InPlaceOf => out.extend(block(ours, line)),
        }
    }
    out
}

/// A block of `ours`, which replaces the line `was`, if that is none of none.
#[must_use]
pub fn block(ours: &[&str], was: &[u8]) -> Vec<u8> {
    let mut block = format!("{BEGIN}\n");
    for line in ours {
        block.push_str(line);
        block.push('\n');
    }
    let mut block = block.into_bytes();
    if !was.is_empty() {
        block.extend(WAS.as_bytes().iter().chain(&ended(was)));
    }
    block.extend(format!("{END}\n").into_bytes());
    block
}

/// The lines of a file, each with its end.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

fn is(line: &[u8], mark: &str) -> bool {
    line.trim_ascii_end() == mark.as_bytes()
}

fn words(line: &[u8]) -> Vec<&[u8]> {
    let words = line.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty()).collect()
}

/// With its end, which the last line of a file may lack.
fn ended(line: &[u8]) -> Vec<u8> {
    let mut line = line.to_vec();
    if !line.ends_with(b"\n") {
        line.push(b'\n');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"# PAM  \nauth required pam_env.so\n@include  common-auth\n\n\xff\n";

    #[test]
    fn what_a_block_was_put_into_comes_out_byte_for_byte() {
        for place in [Place::Before, Place::After, Place::InPlaceOf] {
            let with = with_block(FILE, "@include common-auth", place, &["auth required x"]);
            assert!(has_block(&with), "{place:?}");
            assert_eq!(without_blocks(&with).unwrap(), FILE, "{place:?}");
        }
    }

    #[test]
    fn a_block_stands_where_it_was_asked_for() {
        let text = b"a\nb\n";
        let with = |place| String::from_utf8(with_block(text, "b", place, &["x"])).unwrap();
        let block = format!("{BEGIN}\nx\n{END}\n");
        assert_eq!(with(Place::Before), format!("a\n{block}b\n"));
        assert_eq!(with(Place::After), format!("a\nb\n{block}"));
        assert_eq!(
            with(Place::InPlaceOf),
            format!("a\n{BEGIN}\nx\n{WAS}b\n{END}\n")
        );
    }

    #[test]
    fn a_block_that_is_not_whole_is_not_guessed_at() {
        for (text, line, mark) in [
            ("a\n# BEGIN proauth\nx\n", 2, BEGIN),
            ("# END proauth\n", 1, END),
            (
                "# BEGIN proauth\n# BEGIN proauth\n# END proauth\n",
                1,
                BEGIN,
            ),
        ] {
            let broken = without_blocks(text.as_bytes()).unwrap_err();
            assert_eq!((broken.line, broken.mark), (line, mark));
        }
    }

    #[test]
    fn a_last_line_without_an_end_gets_one() {
        let with = with_block(b"b", "b", Place::After, &["x"]);
        assert_eq!(without_blocks(&with).unwrap(), b"b\n");
    }
}
