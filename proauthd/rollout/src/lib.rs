//! Has PAM and sshd ask for codes, puts that back unless somebody proved to get in, and looks for
//! what is wrong with it. Everything in here works while the daemon and the bus do not.

pub mod attempt;
mod attributes;
pub mod block;
pub mod clock;
pub mod diff;
pub mod doctor;
mod finding;
mod host;
mod level;
pub mod look;
pub mod messages;
pub mod pam;
pub mod plan;
mod program;
pub mod protect;
mod reload;
pub mod replace;
pub mod roll_back;
pub mod session;
pub mod sshd;
pub mod state;
pub mod this_run;
pub mod timer;
pub mod unprotect;

pub use finding::Finding;
pub use host::Host;
pub use level::Level;
pub use program::{Ran, run};
pub use reload::{Told, reload_sshd};
