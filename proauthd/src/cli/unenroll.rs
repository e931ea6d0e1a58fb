//! `proauthd unenroll`: takes authenticators away.

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::ask::{Asker, own_name};
use super::failure::Failure;
use super::typed::read_hidden;
use super::{Common, output};

/// Take the authenticators of an account away, or one that was added
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd unenroll --user alice     (as root) all of them\n  \
    proauthd unenroll --name tablet    one that you added, with a current or recovery code, asked \
    for or on stdin; root needs none"
)]
pub struct Unenroll {
    /// Account whose authenticators to remove; with --name, your own unless you are root
    #[arg(long, value_name = "USER", required_unless_present = "name")]
    user: Option<String>,
    /// Remove only the authenticator that was added under this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl Unenroll {
    /// Removes what is to be removed.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = self.user.map_or_else(own_name, Ok)?;
        let asker = Asker::connect(common)?;
        match self.name {
            Some(name) => one(common, &asker, &user, &name),
            None => all(common, &asker, &user),
        }
    }
}

fn all(common: &Common, asker: &Asker, user: &str) -> Result<(), Failure> {
    asker.ask(async |daemon| daemon.unenroll(user).await)?;
    if common.json {
        return output::line(json!({ "user": user, "unenrolled": true }));
    }
    output::line(format_args!("{user} is not enrolled any more."))
}

fn one(common: &Common, asker: &Asker, user: &str, name: &str) -> Result<(), Failure> {
    let code = if nix::unistd::getuid().is_root() {
        Zeroizing::default()
    } else {
        let mut interrupt = asker.listen()?;
        let prompt = format!("Current or recovery code of {user}: ");
        read_hidden(asker, &mut interrupt, &prompt)?
    };
    asker.ask(async |daemon| daemon.remove_authenticator(user, name, &code).await)?;
    if common.json {
        return output::line(json!({ "user": user, "name": name, "unenrolled": true }));
    }
    output::line(format_args!(
        "{name} is no authenticator of {user} any more."
    ))
}
