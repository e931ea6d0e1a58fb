//! The commands there are.

/// Every command, as one would type it for help.
pub const COMMANDS: [&[&str]; 17] = [
    &["serve"],
    &["hooks"],
    &["init"],
    &["enroll"],
    &["status"],
    &["list"],
    &["unenroll"],
    &["unlock"],
    &["suspend"],
    &["resume"],
    &["prune"],
    &["recovery-codes"],
    &["emergency"],
    &["verify"],
    &["resync"],
    &["config"],
    &["config", "check"],
];
