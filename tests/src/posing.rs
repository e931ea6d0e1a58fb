//! Somebody poses as a process of ours: the program `impostor`.

use std::io::{BufRead, BufReader};
use std::process::Child;

use crate::World;
use crate::ran::Program;

/// Where it is in the world.
const PROGRAM: &str = "/run/e2e/impostor";

/// The running impostor; dropping it ends it.
#[derive(Debug)]
pub struct Impostor {
    process: Child,
    end: Program,
}

impl World {
    /// Lets `user` pose, in one of the ways of `program`, which is
    /// `env!("CARGO_BIN_EXE_impostor")`.
    ///
    /// # Panics
    /// If the bus does not let it.
    #[must_use]
    pub fn pose(&self, program: &str, user: &str, how: &str) -> Impostor {
        self.bring_program(program, PROGRAM);
        let script = ["sh", "-c", r#"echo $$; exec "$0" "$1""#, PROGRAM, how];
        let mut process = self.program(&script).by(user).spawn();
        let stdout = process.stdout.take().expect("it is piped");
        let mut said = BufReader::new(stdout).lines().map_while(Result::ok);
        let pid = said.next().expect("a shell says its PID");
        assert_eq!(said.next().as_deref(), Some("posing"));
        let end = self.program(&["kill", &pid]);
        Impostor { process, end }
    }

    /// Brings `program`, which cargo built, into the world as `inside`; once.
    ///
    /// Written by a process of its own: while another thread of ours forks, a file that we write
    /// is open in the child, and cannot be run.
    ///
    /// # Panics
    /// If it is not there.
    pub fn bring_program(&self, program: &str, inside: &str) {
        if self.path(inside).exists() {
            return;
        }
        let bytes = std::fs::read(program).expect("cargo built it");
        let script = ["sh", "-ec", r#"cat >"$0"; chmod 0755 "$0""#, inside];
        let _installed = self.program(&script).typing(bytes).run().expect_success();
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        // Fails if it has ended already.
        let _ended = self.end.run();
        let _ = self.process.wait();
    }
}
