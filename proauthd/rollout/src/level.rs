//! How bad it is.

/// How bad something is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is right.
    Green,
    /// It could not be found out.
    Unknown,
    /// Somebody should know, or look.
    Yellow,
    /// Somebody gets in who should not, or does not who should.
    Red,
}

impl Level {
    /// As people and programs read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Unknown => "unknown",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}
