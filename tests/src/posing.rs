//! Somebody poses as the daemon: the program `impostor`.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Child;

use crate::World;

/// Where it is in the world.
const PROGRAM: &str = "/run/e2e/impostor";

/// The running impostor; dropping it ends it.
#[derive(Debug)]
pub struct Impostor(Child);

impl World {
    /// Lets `user` own the daemon's name; `program` is `env!("CARGO_BIN_EXE_impostor")`.
    ///
    /// # Panics
    /// If the bus does not let it.
    #[must_use]
    pub fn pose(&self, program: &str, user: &str) -> Impostor {
        let installed = self.path(PROGRAM);
        if !installed.exists() {
            std::fs::copy(Path::new(program), &installed).expect("cargo built it");
            let executable = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&installed, executable).expect("it is ours");
        }
        // The shell ends it when nobody holds its standard input any more.
        let script = r#""$0" own & read -r _; kill $!"#;
        let mut impostor = self
            .program(&["sh", "-c", script, PROGRAM])
            .by(user)
            .spawn();
        let mut said = String::new();
        let stdout = impostor.stdout.as_mut().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut said)
            .expect("it speaks UTF-8");
        assert_eq!(said, "posing\n");
        Impostor(impostor)
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
