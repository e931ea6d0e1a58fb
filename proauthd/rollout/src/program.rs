//! Other programs of the system: sshd, systemctl and the like.

use std::io;
use std::process::{Command, Stdio};

/// What a program said when it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code; none if a signal ended it, 124 if that was because it took too long.
    pub code: Option<i32>,
    /// What it wrote to stdout, without what is not UTF-8.
    pub stdout: String,
    /// The same of stderr.
    pub stderr: String,
}

impl Ran {
    /// Whether it says that all is well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.code == Some(0)
    }

    /// The last line that it wrote to stderr, or else to stdout, without control characters.
    #[must_use]
    pub fn complaint(&self) -> String {
        let last = |text: &str| {
            text.lines()
                .rfind(|line| !line.trim().is_empty())
                .map(str::to_owned)
        };
        let line = last(&self.stderr).or_else(|| last(&self.stdout));
        let line = line.unwrap_or_else(|| format!("it ended with {:?}", self.code));
        line.chars().filter(|c| !c.is_control()).collect()
    }
}

/// Where programs are looked for: never where the environment says.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs the program `argv` without input and without our environment, for `seconds` at most.
///
/// # Errors
/// If it cannot be started; also if there is no such program.
pub fn run(argv: &[&str], seconds: u32) -> io::Result<Ran> {
    let output = Command::new("/usr/bin/timeout")
        .arg("--kill-after=1")
        .arg(seconds.to_string())
        .args(argv)
        .env_clear()
        .envs([("PATH", PATH), ("LC_ALL", "C")])
        .current_dir("/")
        .stdin(Stdio::null())
        .output()?;
    let code = output.status.code();
    if code == Some(127) {
        return Err(io::Error::from(io::ErrorKind::NotFound));
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    Ok(Ran {
        code,
        stdout,
        stderr,
    })
}
