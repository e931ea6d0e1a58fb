//! The commands there are.

/// Every command, as one would type it for help.
pub const COMMANDS: [&[&str]; 23] = [
    &["serve"],
    &["hooks"],
    &["init"],
    &["enroll"],
    &["invite"],
    &["status"],
    &["list"],
    &["unenroll"],
    &["reset"],
    &["unlock"],
    &["suspend"],
    &["resume"],
    &["prune"],
    &["drain"],
    &["recovery-codes"],
    &["emergency"],
    &["verify"],
    &["resync"],
    &["rekey"],
    &["identity"],
    &["identity", "check"],
    &["config"],
    &["config", "check"],
];
