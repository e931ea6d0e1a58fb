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
        /// Not enrolled, and policy denies that: ask as for `Prompt`, so that it looks like any
        /// other account, unless a first factor was shown; then say so and refuse.
        Unenrolled = 6,
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
        /// Right, but used before: not accepted.
        AlreadyUsed = 5,
        /// A recovery code, used up now; the reply says how many are left.
        Recovered = 6,
        /// The emergency code, used up now.
        Emergency = 7,
    }
}

wire_enum! {
    /// What `Login.Account` says of an account that has been authenticated, by whatever means.
    Standing {
        /// Nothing speaks against it; a code may be required of it.
        Good = 1,
        /// Nothing speaks against it, and policy requires no code of it.
        Exempt = 2,
        /// Suspended, or not the account that was enrolled: refuse.
        Denied = 3,
    }
}

wire_enum! {
    /// A change to somebody's second factor, of which they are told at their next login.
    Change {
        /// An authenticator was bound.
        Enrolled = 1,
        /// New recovery codes were made.
        RecoveryCodesMade = 2,
        /// A recovery code was used.
        RecoveryCodeUsed = 3,
        /// An emergency code was made.
        EmergencyCodeMade = 4,
        /// The emergency code was used.
        EmergencyCodeUsed = 5,
        /// The window was moved, or the last used step set anew.
        Resynced = 6,
        /// An authenticator was bound beside the one that there was.
        AuthenticatorAdded = 7,
        /// The authenticator was replaced by another one.
        AuthenticatorReplaced = 8,
        /// An additional authenticator was taken away.
        AuthenticatorRemoved = 9,
    }
}

wire_enum! {
    /// By what `Enrollment.Start` is to be proven.
    How {
        /// By what the configuration says: signing in on another device, or a ticket.
        Configured = 1,
        /// By signing in with a browser on this machine.
        Browser = 2,
        /// By being root.
        Offline = 3,
    }
}

wire_enum! {
    /// What `Enrollment.Start` is for.
    Purpose {
        /// The first authenticator of an account.
        New = 1,
        /// Another one in place of the first.
        Replace = 2,
        /// Another one beside those that there are.
        Add = 3,
    }
}

wire_enum! {
    /// How far an enrollment is.
    Stage {
        /// Somebody has to sign in.
        SignIn = 1,
        /// The secret was handed out: the first code has to be typed.
        Secret = 2,
    }
}

wire_enum! {
    /// How somebody signs in with the identity provider.
    SignIn {
        /// On any device, with a short code: the device authorization grant of RFC 8628.
        Device = 1,
        /// With a browser on this machine: the authorization code grant of RFC 6749 with PKCE
        /// (RFC 7636), redirected to the loopback address (RFC 8252 section 7.3).
        Browser = 2,
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
        for value in [0, 10, 255, u32::MAX] {
            assert_eq!(Decision::from_wire(value), None);
            assert_eq!(Verdict::from_wire(value), None);
            assert_eq!(How::from_wire(value), None);
            assert_eq!(Purpose::from_wire(value), None);
            assert_eq!(Stage::from_wire(value), None);
            assert_eq!(SignIn::from_wire(value), None);
            assert_eq!(Standing::from_wire(value), None);
            assert_eq!(Change::from_wire(value), None);
            assert_eq!(Finding::from_wire(value), None);
        }
    }

    #[test]
    fn every_listed_number_survives_the_way_there_and_back() {
        let listed = |from_wire: fn(u32) -> Option<u32>| (0..20).filter_map(from_wire).collect();
        let decisions: Vec<u32> = listed(|value| Decision::from_wire(value).map(Decision::to_wire));
        let verdicts: Vec<u32> = listed(|value| Verdict::from_wire(value).map(Verdict::to_wire));
        let standings: Vec<u32> = listed(|value| Standing::from_wire(value).map(Standing::to_wire));
        let changes: Vec<u32> = listed(|value| Change::from_wire(value).map(Change::to_wire));
        let findings: Vec<u32> = listed(|value| Finding::from_wire(value).map(Finding::to_wire));
        assert_eq!(decisions, [1, 2, 3, 4, 5, 6]);
        assert_eq!(verdicts, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(standings, [1, 2, 3]);
        let hows: Vec<u32> = listed(|value| How::from_wire(value).map(How::to_wire));
        let purposes: Vec<u32> = listed(|value| Purpose::from_wire(value).map(Purpose::to_wire));
        let stages: Vec<u32> = listed(|value| Stage::from_wire(value).map(Stage::to_wire));
        let sign_ins: Vec<u32> = listed(|value| SignIn::from_wire(value).map(SignIn::to_wire));
        assert_eq!(changes, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(hows, [1, 2, 3]);
        assert_eq!(purposes, [1, 2, 3]);
        assert_eq!(stages, [1, 2]);
        assert_eq!(sign_ins, [1, 2]);
        assert_eq!(findings, [1, 2, 3, 4, 5]);
    }
}
