//! Many logins at the same moment.

use std::io::Write;
use std::process::{Child, ChildStdin};

use crate::ran::Program;
use crate::{DEADLINE, Log, World};

/// A login that has been asked for its code and not answered yet.
struct Asked {
    pamtester: Child,
    stdin: ChildStdin,
    said: Log,
}

impl World {
    /// Lets each user of `logins` answer their code at the same moment, in processes of their own
    /// that have all been asked before. Tells who was let in.
    ///
    /// # Panics
    /// If one is not asked for a code.
    #[must_use]
    pub fn burst(&self, logins: &[(&str, &str)]) -> Vec<bool> {
        // First all are started, then all are waited for.
        let started: Vec<Asked> = logins
            .iter()
            .map(|(user, _)| start(&self.pam_program(user)))
            .collect();
        for asked in &started {
            assert!(
                asked.said.wait_for("): ", DEADLINE),
                "no prompt: {}",
                asked.said.text()
            );
        }
        let answered: Vec<(Child, Log)> = started
            .into_iter()
            .zip(logins)
            .map(|(mut asked, (_, code))| {
                writeln!(asked.stdin, "{code}").expect("pamtester waits for the code");
                (asked.pamtester, asked.said)
            })
            .collect();
        answered
            .into_iter()
            .map(|(pamtester, said)| was_let_in(pamtester, &said))
            .collect()
    }

    fn pam_program(&self, user: &str) -> Program {
        self.program(&["pamtester", "code-only", user, "authenticate"])
    }
}

fn start(program: &Program) -> Asked {
    let mut pamtester = program.spawn();
    let said = Log::default();
    said.follow(pamtester.stdout.take().expect("it is piped"));
    said.follow(pamtester.stderr.take().expect("it is piped"));
    let stdin = pamtester.stdin.take().expect("it is piped");
    Asked {
        pamtester,
        stdin,
        said,
    }
}

fn was_let_in(mut pamtester: Child, said: &Log) -> bool {
    let status = pamtester.wait().expect("a child can be waited for");
    let text = said.finished(DEADLINE);
    let let_in = text.contains("pamtester: successfully authenticated");
    assert_eq!(status.success(), let_in, "{text}");
    let_in
}
