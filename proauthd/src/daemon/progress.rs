//! How far an enrollment is, in the words of the bus.

use proauth_core::AccountName;
use proauth_core::enrollment::{PENDING_FOR, Pending};
use proauth_interface::{Progress, Stage};

use super::sign_in::SigningIn;
use super::{Daemon, clock};

impl Daemon {
    /// The secret was handed out, to somebody who is logged in from `origin`.
    pub(super) fn secret_progress(&self, pending: &Pending, origin: &str) -> Progress {
        let host = host_name();
        Progress {
            stage: Stage::Secret.to_wire(),
            user: pending.name().to_string(),
            key_uri: pending.uri(&self.config().issuer, &host),
            secret: pending.secret().to_base32(),
            host,
            origin: origin.to_owned(),
            expires_in: u32::try_from(PENDING_FOR).unwrap_or(u32::MAX),
            ..Progress::default()
        }
    }
}

/// Somebody has to sign in.
pub fn sign_in_progress(name: &AccountName, origin: &str, signing_in: &SigningIn) -> Progress {
    let grant = signing_in.grant();
    Progress {
        stage: Stage::SignIn.to_wire(),
        user: name.to_string(),
        host: host_name(),
        origin: origin.to_owned(),
        expires_in: signing_in.left(clock::now()),
        sign_in_uri: grant.uri.clone(),
        complete_uri: grant.complete_uri.clone(),
        sign_in_code: grant.code.clone(),
        ..Progress::default()
    }
}

/// What stands behind the `@` in the app. Without a name, the machine is called what it is.
fn host_name() -> String {
    let name = nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}
