//! What libpam makes of the returns of modules: `_pam_dispatch_aux` of Linux-PAM, which judges one
//! line after the other. tests/tests/doctor compares this with libpam itself.

use super::code::Code;
use super::control::Action;
use super::stack::{Entry, Stack, What};

/// What libpam thinks so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impression {
    /// Nothing yet.
    Undecided,
    /// This, and it is what the stack returns.
    Good(Code),
    /// Refused, with this.
    Bad(Code),
}

/// What the whole stack returns, where each line returns what `returns` says.
#[must_use]
pub fn dispatch(stack: &Stack, mut returns: impl FnMut(&Entry) -> Code) -> Code {
    let mut place = Place::start();
    while let Some(entry) = place.entry(&stack.entries) {
        place = place.after(&stack.entries, returns(entry));
    }
    place.verdict()
}

/// A place in a stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line that comes next.
    pub next: usize,
    /// What libpam thinks.
    pub impression: Impression,
    /// What it thought when it entered the substacks that it is in, the outermost first.
    saved: Vec<Impression>,
}

impl Place {
    /// Before the first line.
    pub fn start() -> Self {
        Self {
            next: 0,
            impression: Impression::Undecided,
            saved: vec![Impression::Undecided],
        }
    }

    /// The line that libpam looks at now; none at the end.
    pub fn entry<'a>(&self, entries: &'a [Entry]) -> Option<&'a Entry> {
        entries.get(self.next)
    }

    /// Where libpam goes when that line returns `code`.
    pub fn after(&self, entries: &[Entry], code: Code) -> Self {
        let Some(entry) = self.entry(entries) else {
            return self.clone();
        };
        let mut place = self.clone();
        place.enter(entry.level);
        let end = end_of_level(entries, self.next, entry.level);
        place.next = self.next + 1;
        if entry.what == What::Substack {
            return place;
        }
        match entry.control.on(code) {
            Action::Ignore => {}
            Action::Reset => place.impression = place.entered_with(),
            Action::Ok => place.approve(code),
            Action::Done => {
                place.approve(code);
                if matches!(place.impression, Impression::Good(_)) {
                    place.next = end;
                }
            }
            Action::Bad => place.refuse(code),
            Action::Die => {
                place.refuse(code);
                place.next = end;
            }
            Action::Jump(lines) => place.jump(entries, entry.level, lines),
        }
        place
    }

    /// What the stack returns, at its end.
    pub fn verdict(&self) -> Code {
        match self.impression {
            Impression::Good(code) | Impression::Bad(code) => code,
            Impression::Undecided => Code::PERM_DENIED,
        }
    }

    /// The same, for whoever does not care which refusal it was: far fewer places.
    pub fn simplified(mut self) -> Self {
        if matches!(self.impression, Impression::Bad(_)) {
            self.impression = Impression::Bad(Code::PERM_DENIED);
        }
        let is_plain = |code| matches!(code, Code::SUCCESS | Code::NEW_AUTHTOK_REQD);
        if matches!(self.impression, Impression::Good(code) if !is_plain(code)) {
            self.impression = Impression::Good(Code::AUTH_ERR);
        }
        self
    }

    /// Remembers the impression at the beginning of a substack.
    fn enter(&mut self, level: usize) {
        self.saved.truncate(level + 1);
        while self.saved.len() <= level {
            self.saved.push(self.impression);
        }
    }

    fn entered_with(&self) -> Impression {
        self.saved.last().copied().unwrap_or(Impression::Undecided)
    }

    fn approve(&mut self, code: Code) {
        if matches!(
            self.impression,
            Impression::Undecided | Impression::Good(Code::SUCCESS)
        ) {
            self.impression = Impression::Good(code);
        }
    }

    fn refuse(&mut self, code: Code) {
        if !matches!(self.impression, Impression::Bad(_)) {
            // A refusal is never told as what is none.
            let code = match code {
                Code::IGNORE | Code::SUCCESS => Code::PERM_DENIED,
                code => code,
            };
            self.impression = Impression::Bad(code);
        }
    }

    /// Passes over lines of this level, a substack counting as one with its line; never out of it.
    fn jump(&mut self, entries: &[Entry], level: usize, lines: u32) {
        let end = end_of_level(entries, self.next - 1, level);
        let mut left = lines;
        while left > 0 && self.next < end {
            self.next += 1;
            while entries
                .get(self.next)
                .is_some_and(|entry| entry.level > level)
            {
                self.next += 1;
            }
            left -= 1;
        }
        if left > 0 {
            self.impression = Impression::Bad(Code::PERM_DENIED);
        }
    }
}

/// Behind the last line of the substack that the line `at` stands in.
fn end_of_level(entries: &[Entry], at: usize, level: usize) -> usize {
    let rest = entries.iter().enumerate().skip(at + 1);
    let mut outside = rest.filter(|(_, entry)| entry.level < level);
    outside.next().map_or(entries.len(), |(at, _)| at)
}
