//! A running program with all that it starts: a process group, which does not outlive it.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use super::happening::Happening;

/// The one variable that is not about the event.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Dropping it kills whatever is left of the group.
pub struct Group {
    leader: Child,
    pid: Pid,
    /// How the program has ended. From then on the number of the group may be somebody else's.
    reaped: Option<ExitStatus>,
}

impl Group {
    /// Starts `program` for `happening`. Output goes where ours goes; nothing else of ours gets
    /// there.
    ///
    /// # Errors
    /// If the system does not run it.
    pub fn start(program: &Path, happening: &Happening) -> io::Result<Self> {
        let leader = Command::new(program)
            .args([happening.event.as_str(), happening.user.as_str()])
            .env_clear()
            .env("PATH", PATH)
            .envs(happening.variables())
            .current_dir("/")
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pid = i32::try_from(leader.id()).map_err(io::Error::other)?;
        Ok(Self {
            leader,
            pid: Pid::from_raw(pid),
            reaped: None,
        })
    }

    /// Waits until the program has ended, but leaves it a zombie: until it is reaped, nobody else
    /// has the number of its group.
    pub async fn ended(&self) {
        let pid = self.pid;
        let wait = move || {
            let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
            while waitid(Id::Pid(pid), flags) == Err(Errno::EINTR) {}
        };
        // It fails only where the runtime is ending, and the group with it.
        let _ = tokio::task::spawn_blocking(wait).await;
    }

    /// Asks the group to end.
    pub fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Ends the group at once: the program, or what it has left behind. How the program has ended,
    /// if it has yet.
    pub fn end(&mut self) -> Option<ExitStatus> {
        if self.reaped.is_none() {
            self.signal(Signal::SIGKILL);
            self.reaped = self.leader.try_wait().ok().flatten();
        }
        self.reaped
    }

    fn signal(&self, signal: Signal) {
        // Fails if nobody is left, and that is as good.
        let _ = killpg(self.pid, signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _status = self.end();
    }
}
