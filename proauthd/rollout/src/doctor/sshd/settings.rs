//! What sshd's configuration says about codes: for everybody, and for whom a `Match` fits.

use crate::sshd::{CONFIG, Directive, Effective};

/// Two names for one thing.
pub const QUESTIONS: [&str; 2] = [
    "kbdinteractiveauthentication",
    "challengeresponseauthentication",
];

/// What decides whether a code is asked for.
pub const OURS: [&str; 8] = [
    "authenticationmethods",
    "usepam",
    "kbdinteractiveauthentication",
    "challengeresponseauthentication",
    "passwordauthentication",
    "pubkeyauthentication",
    "hostbasedauthentication",
    "gssapiauthentication",
];

/// What holds, for everybody or for whom a `Match` fits.
pub struct Settings {
    /// Where a line says it: the keyword, and the place.
    places: Vec<(String, String)>,
    /// The text of the `Match`, for whom it is.
    criteria: Option<String>,
    /// `UsePAM`.
    pub use_pam: bool,
    /// `KbdInteractiveAuthentication`.
    pub questions: bool,
    /// `PasswordAuthentication`.
    pub passwords: bool,
    /// Whether something else than PAM can prove who somebody is: a key, mostly.
    keys: bool,
    /// `PubkeyAuthentication`.
    pub public_keys: bool,
    /// Lists of methods, each of which lets in; empty for any one.
    pub methods: Vec<Vec<String>>,
}

impl Settings {
    /// Those for everybody, and those of each `Match` that says something about any of this;
    /// `real`: what sshd makes of those for everybody.
    pub fn all(directives: &[Directive], real: Option<&Effective>) -> Vec<Self> {
        let source = |criteria| Source {
            directives,
            real,
            criteria,
        };
        let mut all = vec![source(None).settings()];
        let mut seen: Vec<&str> = Vec::new();
        for directive in directives {
            if let Some(criteria) = directive.criteria.as_deref()
                && OURS.contains(&directive.keyword.as_str())
                && !seen.contains(&criteria)
            {
                seen.push(criteria);
                all.push(source(Some(criteria)).settings());
            }
        }
        all
    }

    /// Whether they are for everybody whom no `Match` fits.
    pub fn are_general(&self) -> bool {
        self.criteria.is_none()
    }

    /// Where the first of these keywords is set, and for whom.
    pub fn at(&self, keywords: &[&str]) -> String {
        let mut places = self.places.iter();
        let place = places.find(|(keyword, _)| keywords.contains(&keyword.as_str()));
        let place = place.map_or(CONFIG, |(_, place)| place);
        match &self.criteria {
            Some(criteria) => format!("{place}: Match {criteria}"),
            None => place.to_owned(),
        }
    }

    /// The methods, as one would write them.
    pub fn shown(&self) -> String {
        match self.methods.is_empty() {
            true => "AuthenticationMethods any".to_owned(),
            false => {
                let lists: Vec<String> = self.methods.iter().map(|list| list.join(",")).collect();
                format!("AuthenticationMethods {}", lists.join(" "))
            }
        }
    }

    /// Whether `method` is part of some way in.
    pub fn takes_part(&self, method: &str) -> bool {
        self.methods.is_empty() || self.methods.iter().flatten().any(|m| is(m, method))
    }

    /// Whether each way in asks for a key, and no key is taken.
    pub fn asks_in_vain_for_keys(&self) -> bool {
        let wants_key = |list: &Vec<String>| list.iter().any(|m| is(m, "publickey"));
        !self.public_keys && !self.methods.is_empty() && self.methods.iter().all(wants_key)
    }

    /// Whether some way in asks PAM nothing.
    pub fn skips_pam(&self) -> bool {
        match self.methods.is_empty() {
            true => self.keys,
            false => self
                .methods
                .iter()
                .any(|list| !list.iter().any(|m| asks_pam(m) || is(m, "password"))),
        }
    }
}

/// `publickey:…` and `keyboard-interactive:pam` are the same with more said.
pub fn is(method: &str, name: &str) -> bool {
    method.split(':').next() == Some(name)
}

/// Whether PAM asks its questions in it.
pub fn asks_pam(method: &str) -> bool {
    is(method, "keyboard-interactive")
}

/// Where settings come from.
#[derive(Clone, Copy)]
struct Source<'a> {
    directives: &'a [Directive],
    real: Option<&'a Effective>,
    criteria: Option<&'a str>,
}

impl<'a> Source<'a> {
    fn settings(self) -> Settings {
        let place = |keyword: &&str| Some(((*keyword).to_owned(), self.find(&[*keyword])?.at()));
        let methods = self.value(&["authenticationmethods"], "any");
        let lists = methods.split_whitespace().filter(|list| *list != "any");
        Settings {
            places: OURS.iter().filter_map(place).collect(),
            criteria: self.criteria.map(str::to_owned),
            use_pam: self.yes(&["usepam"], "no"),
            questions: self.yes(&QUESTIONS, "yes"),
            passwords: self.yes(&["passwordauthentication"], "yes"),
            public_keys: self.yes(&["pubkeyauthentication"], "yes"),
            keys: self.yes(&["pubkeyauthentication"], "yes")
                || self.yes(&["hostbasedauthentication"], "no")
                || self.yes(&["gssapiauthentication"], "no"),
            methods: lists
                .map(|list| list.split(',').map(str::to_owned).collect())
                .collect(),
        }
    }

    /// What a `Match` says holds before what is said outside; of either, the first.
    fn find(self, keywords: &[&str]) -> Option<&'a Directive> {
        let of = |criteria: Option<&str>| {
            let mut all = self.directives.iter();
            all.find(|directive| {
                directive.criteria.as_deref() == criteria
                    && keywords.contains(&directive.keyword.as_str())
            })
        };
        let own = self.criteria.and_then(|_| of(self.criteria));
        own.or_else(|| of(None))
    }

    fn value(self, keywords: &[&str], default: &str) -> String {
        let said = |directive: &Directive| directive.arguments.join(" ");
        let found = self.find(keywords);
        let own = found.filter(|directive| directive.criteria.is_some());
        let real = keywords.first().and_then(|keyword| self.real?.get(keyword));
        own.map(said)
            .or_else(|| real.map(str::to_owned))
            .or_else(|| found.map(said))
            .unwrap_or_else(|| default.to_owned())
    }

    fn yes(self, keywords: &[&str], default: &str) -> bool {
        self.value(keywords, default).eq_ignore_ascii_case("yes")
    }
}
