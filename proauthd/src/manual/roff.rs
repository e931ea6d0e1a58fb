//! A man page in the making: the few macros of man(7) that our pages need.

/// A man page, from its title on.
#[derive(Debug)]
pub struct Page {
    text: String,
    /// Whether an item waits for the first line that explains it.
    begun: bool,
    /// Whether a heading was the last.
    headed: bool,
}

impl Page {
    /// A page with its NAME: `what` completes "`name` – ".
    pub fn new(name: &str, section: u8, date: &str, what: &str) -> Self {
        let title = name.to_uppercase();
        let version = env!("CARGO_PKG_VERSION");
        let mut page = Self {
            text: format!(
                ".\\\" Made by packaging/manual: change what it is made from.\n\
                 .TH {title} {section} {date} \"ProAuth {version}\" \"ProAuth\"\n\
                 .nh\n.ad l\n"
            ),
            begun: false,
            headed: false,
        };
        page.section("Name");
        page.line(&format!("{} \\- {}", plain(name), plain(what)));
        page
    }

    /// Begins a section; man pages have their titles in capitals.
    pub fn section(&mut self, title: &str) {
        self.heading(&title.to_uppercase());
    }

    /// Begins a section whose title stands as it is.
    pub fn heading(&mut self, title: &str) {
        self.macro_line("SH", &plain(title));
    }

    /// Begins a part of a section. `title` is roff.
    pub fn subsection(&mut self, title: &str) {
        self.macro_line("SS", title);
    }

    /// A paragraph of roff, as [`plain`] and its like give it.
    pub fn paragraph(&mut self, text: &str) {
        self.begin_paragraph();
        self.line(text);
    }

    /// Goes on in the same paragraph, on a line of its own.
    pub fn another_line(&mut self, text: &str) {
        self.text.push_str(".br\n");
        self.line(text);
    }

    /// Begins an item with its terms, roff, one below the other. What explains it comes next.
    pub fn item(&mut self, terms: &[String]) {
        let mut name = ".TP\n";
        for term in terms {
            self.text.push_str(name);
            self.line(term);
            name = ".TQ\n";
        }
        self.begun = true;
        self.headed = false;
    }

    /// A paragraph of roff in the explanation of an item.
    pub fn item_paragraph(&mut self, text: &str) {
        if !std::mem::take(&mut self.begun) {
            self.text.push_str(".IP\n");
        }
        self.line(text);
    }

    /// The same as [`Page::example`], in the explanation of an item.
    pub fn item_example(&mut self, lines: &str) {
        self.text.push_str(".IP\n");
        self.verbatim(lines);
    }

    /// Lines to be shown as they are, given as plain text.
    pub fn example(&mut self, lines: &str) {
        self.begin_paragraph();
        self.text.push_str(".RS 4\n");
        self.verbatim(lines);
        self.text.push_str(".RE\n");
    }

    fn verbatim(&mut self, lines: &str) {
        self.text.push_str(".EX\n");
        for line in lines.trim_end().lines() {
            self.line(&code(line));
        }
        self.text.push_str(".EE\n");
    }

    /// The page.
    pub fn finish(self) -> String {
        self.text
    }

    /// A heading is followed by a paragraph anyhow.
    fn begin_paragraph(&mut self) {
        if !std::mem::take(&mut self.headed) {
            self.text.push_str(".PP\n");
        }
    }

    fn macro_line(&mut self, name: &str, argument: &str) {
        let argument = argument.replace('"', "\\(dq");
        self.text.push_str(&format!(".{name} \"{argument}\"\n"));
        self.headed = true;
    }

    /// A line of text, which must not look like a macro.
    fn line(&mut self, text: &str) {
        self.headed = false;
        if text.starts_with(['.', '\'']) {
            self.text.push_str("\\&");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }
}

/// Text as it is to be read, in one line.
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\e"),
            '\n' => escaped.push(' '),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            '`' => escaped.push_str("\\(ga"),
            ascii if ascii.is_ascii() => escaped.push(ascii),
            other => escaped.push_str(&format!("\\[u{:04X}]", u32::from(other))),
        }
    }
    escaped
}

/// Text as it is to be typed: its dashes and quotes are those of ASCII.
pub fn code(text: &str) -> String {
    plain(text).replace('-', "\\-").replace('\'', "\\(aq")
}

/// Something to type as it stands here.
pub fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", code(text))
}

/// A word that stands for something else.
pub fn italic(text: &str) -> String {
    format!("\\fI{}\\fR", plain(text))
}
