//! proauthd.toml(5): the comments and keys of config/proauthd.toml as a man page.

use super::module::see_also;
use super::roff::{Page, bold, plain};

/// The shipped configuration, in which every key stands at its default, commented out.
pub const SHIPPED: &str = include_str!("../../../config/proauthd.toml");

/// The page.
pub fn page(date: &str) -> String {
    let mut page = Page::new("proauthd.toml", 5, date, "configuration of proauthd");
    page.section("Synopsis");
    page.paragraph(&format!(
        "{}, then {} in the order of their names",
        bold("/etc/proauth/proauthd.toml"),
        bold("/etc/proauth/proauthd.toml.d/*.toml")
    ));
    page.section("Description");
    for block in SHIPPED.split("\n\n") {
        write_block(&mut page, block);
    }
    see_also(&mut page, "proauthd(8), pam_proauth(8)");
    page.finish()
}

/// A block between empty lines: perhaps the name of a section, a comment, perhaps keys.
fn write_block(page: &mut Page, block: &str) {
    let mut comment = Vec::new();
    let mut keys = Vec::new();
    for line in block.lines() {
        match line.strip_prefix('#') {
            None => page.heading(line),
            // A list may have lines of its own.
            Some(text) if !keys.is_empty() => keys.push(text),
            Some("") => comment.push(""),
            Some(text) => match text.strip_prefix(' ') {
                Some(text) => comment.push(text),
                None => keys.push(text),
            },
        }
    }
    if keys.is_empty() {
        return write_comment(page, &comment, Page::paragraph, Page::example);
    }
    let names = keys.iter().filter_map(|key| key.split_once(" = "));
    let names: Vec<String> = names.map(|(name, _)| bold(name)).collect();
    page.item(&names);
    write_comment(page, &comment, Page::item_paragraph, Page::item_example);
    page.item_paragraph(match names.len() {
        1 => "Default:",
        _ => "Defaults:",
    });
    page.item_example(&keys.join("\n"));
}

/// Writes a comment; what is indented in it is an example.
fn write_comment(
    page: &mut Page,
    comment: &[&str],
    paragraph: fn(&mut Page, &str),
    example: fn(&mut Page, &str),
) {
    let is_example = |line: &str| line.starts_with("  ");
    let is_same_part =
        |one: &&str, next: &&str| is_example(one) == is_example(next) && !next.is_empty();
    for part in comment.chunk_by(is_same_part) {
        let lines: Vec<&str> = part.iter().map(|line| line.trim_start()).collect();
        match part.first() {
            Some(first) if is_example(first) => example(page, &lines.join("\n")),
            _ if lines.iter().all(|line| line.is_empty()) => {}
            _ => paragraph(page, &marked(lines.join(" ").trim())),
        }
    }
}

/// Text in which what is to be typed stands between grave accents.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => plain(part),
        _ => bold(part),
    });
    parts.collect()
}
