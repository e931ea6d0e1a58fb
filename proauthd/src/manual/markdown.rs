//! Our documents as parts of man pages.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::roff::{Page, bold, plain};

/// The part of `document` below the heading `title` of the second level, up to the next one.
pub fn section<'a>(document: &'a str, title: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("\n## {title}\n"))?;
    rest.split("\n## ").next()
}

/// Writes `document` into the page. Headings of the second level begin sections; the one of the
/// first, the document's title, is left out.
pub fn write(page: &mut Page, document: &str) {
    let mut writer = Writer::default();
    for event in Parser::new_ext(document, Options::ENABLE_TABLES) {
        writer.take(page, event);
    }
}

#[derive(Debug, Default)]
struct Writer {
    /// What has been read of the present paragraph, heading or cell: roff.
    text: String,
    /// The lines of an example, plain, where one is read.
    example: Option<String>,
    /// How deep in lists.
    depth: usize,
    table: Table,
}

#[derive(Debug, Default)]
struct Table {
    header: Vec<String>,
    row: Vec<String>,
}

impl Writer {
    fn take(&mut self, page: &mut Page, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(page, tag),
            Event::Text(text) => match &mut self.example {
                Some(lines) => lines.push_str(&text),
                None => self.text.push_str(&plain(&text)),
            },
            Event::Code(text) => self.text.push_str(&bold(&text)),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::CodeBlock(_) => self.example = Some(String::new()),
            Tag::List(_) => self.depth += 1,
            Tag::Strong => self.text.push_str("\\fB"),
            Tag::Emphasis => self.text.push_str("\\fI"),
            Tag::Table(_) => self.table = Table::default(),
            _ => {}
        }
    }

    fn end(&mut self, page: &mut Page, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis => self.text.push_str("\\fR"),
            TagEnd::Heading(level) => {
                let title = std::mem::take(&mut self.text);
                match level {
                    HeadingLevel::H1 => {}
                    HeadingLevel::H2 => page.section(&title),
                    _ => page.subsection(&title),
                }
            }
            TagEnd::Paragraph if self.depth == 0 => page.paragraph(&self.taken()),
            TagEnd::Item => {
                page.item(&["\\(bu".to_owned()]);
                page.item_paragraph(&self.taken());
            }
            TagEnd::List(_) => self.depth = self.depth.saturating_sub(1),
            TagEnd::CodeBlock => page.example(&self.example.take().unwrap_or_default()),
            TagEnd::TableCell => {
                let cell = self.taken();
                self.table.row.push(cell);
            }
            TagEnd::TableHead => {
                self.table.header = std::mem::take(&mut self.table.row);
                self.table.announce(page);
            }
            TagEnd::TableRow => self.table.write_row(page),
            _ => {}
        }
    }

    fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// Tables are too wide for a terminal: each row becomes an item.
impl Table {
    /// Says what the columns are, where the first one does not speak for itself.
    fn announce(&self, page: &mut Page) {
        let [first, others @ ..] = self.header.as_slice() else {
            return;
        };
        match others {
            _ if !first.contains(' ') => {}
            [only] => page.paragraph(&format!("\\fI{first}\\fR: \\fI{only}\\fR")),
            _ => page.paragraph(&format!("\\fI{first}\\fR:")),
        }
    }

    fn write_row(&mut self, page: &mut Page) {
        let row = std::mem::take(&mut self.row);
        let [first, others @ ..] = row.as_slice() else {
            return;
        };
        let labelled = others.len() > 1;
        let lines = others.iter().zip(self.header.iter().skip(1));
        let mut lines = lines.filter(|(cell, _)| !cell.is_empty());
        let mut line = || {
            let (cell, column) = lines.next()?;
            Some(match labelled {
                true => format!("\\fI{column}\\fR: {cell}"),
                false => cell.clone(),
            })
        };
        page.item(std::slice::from_ref(first));
        page.item_paragraph(&line().unwrap_or_default());
        while let Some(line) = line() {
            page.another_line(&line);
        }
    }
}
