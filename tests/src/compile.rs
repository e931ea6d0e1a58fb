//! C programs for a world: hosts of the PAM module that no real program is odd enough to be.

use crate::{World, repository};

impl World {
    /// Compiles `tests/hosts/NAME.c` in the world and tells where the program is. `flags` go to
    /// the compiler: `-lpam`, for example.
    ///
    /// # Panics
    /// If it does not compile.
    #[must_use]
    pub fn compile(&self, name: &str, flags: &[&str]) -> String {
        let source = repository().join(format!("tests/hosts/{name}.c"));
        let source = std::fs::read(&source).unwrap_or_else(|e| panic!("{}: {e}", source.display()));
        let program = format!("/run/e2e/{name}");
        let cc = [
            "cc", "-Wall", "-Wextra", "-Werror", "-O2", "-x", "c", "-", "-x", "none", "-o",
        ];
        let argv = [&cc, [program.as_str()].as_slice(), flags].concat();
        self.program(&argv).typing(source).run().expect_success();
        program
    }
}
