//! Whether what was changed works: tried by logins with the system's own programs.

mod key;
mod may;
mod server;
mod ssh;
mod sudo;
mod terminal;

pub use key::Key;
pub use may::{kept_out_by, of_try};
pub use ssh::{FROM, Tried, ask_running, reach, try_ssh};
pub use sudo::{SudoSays, sudo_of, try_sudo};
pub use terminal::{Talk, talk};
