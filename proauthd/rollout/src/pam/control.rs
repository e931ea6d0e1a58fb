//! The control field of a line: what libpam does with each return of its module.

use super::code::Code;

/// What is done about one return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It counts for nothing.
    Ignore,
    /// It is what the stack returns, if nothing before it refused.
    Ok,
    /// The same, and this stack (or substack) ends.
    Done,
    /// The stack refuses, and goes on.
    Bad,
    /// The same, and this stack (or substack) ends.
    Die,
    /// Whatever was decided in this stack (or substack) is forgotten.
    Reset,
    /// So many lines are passed over, at least one.
    Jump(u32),
}

/// An action for each return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control(Vec<(Code, Action)>, Action);

impl Control {
    /// The same action for everything.
    pub const fn all(action: Action) -> Self {
        Self(Vec::new(), action)
    }

    /// What is done about `code`.
    pub fn on(&self, code: Code) -> Action {
        let own = self.0.iter().find(|(of, _)| *of == code);
        own.map_or(self.1, |(_, action)| *action)
    }

    /// Reads a control field: a word, or what stands between brackets. None if libpam does not
    /// understand it: then it refuses whatever the module returns.
    pub fn parse(text: &str) -> Option<Self> {
        use Action::{Bad, Die, Done, Ignore, Ok};
        let word = |ok, ignore, default| {
            Self(
                vec![
                    (Code::SUCCESS, ok),
                    (Code::NEW_AUTHTOK_REQD, ok),
                    (Code::IGNORE, ignore),
                ],
                default,
            )
        };
        match text.to_ascii_lowercase().as_str() {
            "required" => Some(word(Ok, Ignore, Bad)),
            "requisite" => Some(word(Ok, Ignore, Die)),
            "optional" => Some(word(Ok, Ignore, Ignore)),
            "sufficient" => Some(word(Done, Ignore, Ignore)),
            _ => pairs(text),
        }
    }
}

/// `value=action` as often as one likes. Of a value given twice, the last holds; of `default`, the
/// first. What nothing was said about is `bad`.
fn pairs(text: &str) -> Option<Control> {
    let mut own: Vec<(Code, Action)> = Vec::new();
    let mut default = None;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (value, after) = rest.split_once('=')?;
        let value = value.trim_end();
        let after = after.trim_start();
        let end = after.find(|c: char| c.is_ascii_whitespace());
        let (word, after) = after.split_at_checked(end.unwrap_or(after.len()))?;
        let action = action(word)?;
        if value == "default" {
            default.get_or_insert(action);
        } else {
            let code = Code::named(value)?;
            own.retain(|(of, _)| *of != code);
            own.push((code, action));
        }
        rest = after.trim_start();
    }
    Some(Control(own, default.unwrap_or(Action::Bad)))
}

fn action(word: &str) -> Option<Action> {
    Some(match word {
        "ignore" => Action::Ignore,
        "ok" => Action::Ok,
        "done" => Action::Done,
        "bad" => Action::Bad,
        "die" => Action::Die,
        "reset" => Action::Reset,
        number => Action::Jump(number.parse().ok().filter(|lines| *lines > 0)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_for_brackets() {
        let required = Control::parse("Required").unwrap();
        assert_eq!(required.on(Code::SUCCESS), Action::Ok);
        assert_eq!(required.on(Code::IGNORE), Action::Ignore);
        assert_eq!(required.on(Code::AUTH_ERR), Action::Bad);
        let brackets = "success=1 new_authtok_reqd = done default=ignore";
        let brackets = Control::parse(brackets).unwrap();
        assert_eq!(brackets.on(Code::SUCCESS), Action::Jump(1));
        assert_eq!(brackets.on(Code::NEW_AUTHTOK_REQD), Action::Done);
        assert_eq!(brackets.on(Code::AUTH_ERR), Action::Ignore);
    }

    #[test]
    fn what_is_not_understood_is_not_guessed_at() {
        for text in [
            "requierd",
            "success",
            "success=yes",
            "succes=ok",
            "success=-1",
            "success=0",
        ] {
            assert_eq!(Control::parse(text), None, "{text}");
        }
        let silent = Control::parse("success=ok").unwrap();
        assert_eq!(silent.on(Code::AUTH_ERR), Action::Bad);
    }
}
