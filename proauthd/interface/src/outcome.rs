//! Wire enums. Each travels as a `u32`; a value that is not listed here means "deny", and zero is
//! never listed, so that an empty or invented reply can never let anybody in.

/// Defines an enum with its wire values, and the two ways between them.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        #[must_use]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The number that stands for this value on the bus.
            #[must_use]
            pub const fn to_wire(self) -> u32 {
                match self { $(Self::$variant => $value,)+ }
            }

            /// The value that a number on the bus stands for; `None` must be treated as a denial.
            #[must_use]
            pub const fn from_wire(value: u32) -> Option<Self> {
                match value { $($value => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

wire_enum! {
    /// What `Login.Begin` tells the module to do next.
    Decision {
        /// Ask for a code, then call `Verify`.
        Prompt = 1,
        /// Let the user in without a code: policy says so.
        Pass = 2,
        /// Ask as for `Prompt`, and say how long codes are refused.
        Locked = 3,
        /// Not enrolled, and policy allows that: as if the module were not there.
        NotEnrolled = 4,
        /// Refuse without a prompt.
        Deny = 5,
    }
}

wire_enum! {
    /// What `Login.Verify` says of a code.
    Verdict {
        /// The code was right and is used up, durably.
        Accepted = 1,
        /// Wrong, used before, malformed, or nobody to check it against: all alike.
        Rejected = 2,
        /// Not looked at: too many wrong codes.
        Locked = 3,
        /// Refused whatever is typed.
        Denied = 4,
    }
}

wire_enum! {
    /// What `Admin.Check` finds out about a code.
    Finding {
        /// Right; it is used up now.
        Right = 1,
        /// Right for a time outside the window: see the offset.
        OutsideWindow = 2,
        /// Right, but its step was used before.
        AlreadyUsed = 3,
        /// Not a code of this authenticator at any time within a day.
        Wrong = 4,
        /// Not a code at all: wrong length or characters.
        Malformed = 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_unlisted_numbers_stand_for_nothing() {
        for value in [0, 6, 7, 255, u32::MAX] {
            assert_eq!(Decision::from_wire(value), None);
            assert_eq!(Finding::from_wire(value), None);
        }
        assert_eq!(Verdict::from_wire(0), None);
        assert_eq!(Verdict::from_wire(5), None);
    }

    #[test]
    fn every_listed_number_survives_the_way_there_and_back() {
        for value in 1..=5 {
            assert_eq!(
                Decision::from_wire(value).map(Decision::to_wire),
                Some(value)
            );
            assert_eq!(Finding::from_wire(value).map(Finding::to_wire), Some(value));
        }
        for value in 1..=4 {
            assert_eq!(Verdict::from_wire(value).map(Verdict::to_wire), Some(value));
        }
    }
}
