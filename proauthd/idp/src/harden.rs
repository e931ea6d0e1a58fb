//! What this process gives up at its start: it holds client secrets and tokens.

use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::stat::{Mode, umask};

/// No core dumps, no ptrace by the same uid, and files for their owner alone.
///
/// # Errors
/// If the kernel refuses.
pub fn harden() -> nix::Result<()> {
    umask(Mode::from_bits_truncate(0o077));
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_dumpable(false)
}
