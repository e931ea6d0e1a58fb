//! `org.proauth.Daemon1.Login`: asked by the PAM module.

use std::sync::Arc;

use proauth_core::Typed;
use proauth_core::login::{Begin, Verdict as Judged};
use proauth_interface::{BeginReply, Context, Decision, Error, Verdict, VerifyReply};
use zbus::Connection;
use zbus::message::Header;

use super::access::{Method, authorise_login};
use super::caller::Caller;
use crate::daemon::{Attempt, Daemon};

/// The served interface.
pub struct Login(pub Arc<Daemon>);

#[zbus::interface(name = "org.proauth.Daemon1.Login", introspection_docs = false)]
impl Login {
    /// What to do about a login.
    #[zbus(out_args("reply"))]
    async fn begin(
        &self,
        context: Context,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(BeginReply,), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        let source = authorise_login(&self.0, &caller, Method::Begin, &context).await?;
        let attempt = Attempt {
            context: &context,
            source,
            caller: caller.uid,
        };
        Ok((begin_reply(self.0.begin(&attempt).await?),))
    }

    /// Whether a code lets it in.
    #[zbus(out_args("reply"))]
    async fn verify(
        &self,
        context: Context,
        code: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(VerifyReply,), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        let source = authorise_login(&self.0, &caller, Method::Verify, &context).await?;
        let attempt = Attempt {
            context: &context,
            source,
            caller: caller.uid,
        };
        Ok((verify_reply(
            self.0.verify(&attempt, &Typed::parse(code)).await?,
        ),))
    }
}

fn begin_reply(begin: Begin) -> BeginReply {
    let (decision, digits, wait) = match begin {
        Begin::Prompt(digits) => (Decision::Prompt, u32::from(digits.get()), 0),
        Begin::Locked(digits, wait) => (Decision::Locked, u32::from(digits.get()), wait),
        Begin::NotEnrolled => (Decision::NotEnrolled, 0, 0),
        Begin::Deny => (Decision::Deny, 0, 0),
    };
    BeginReply {
        decision: decision.to_wire(),
        digits,
        wait: seconds(wait),
    }
}

/// Says no more than whoever typed the code may know: wrong, used before and not enrolled are one.
fn verify_reply(judged: Option<Judged>) -> VerifyReply {
    let (verdict, wait) = match judged {
        Some(Judged::Accepted(_)) => (Verdict::Accepted, 0),
        Some(Judged::Wrong | Judged::Replayed | Judged::Nothing) => (Verdict::Rejected, 0),
        Some(Judged::Locked(wait)) => (Verdict::Locked, wait),
        None => (Verdict::Denied, 0),
    };
    VerifyReply {
        verdict: verdict.to_wire(),
        wait: seconds(wait),
    }
}

fn seconds(wait: u64) -> u32 {
    u32::try_from(wait).unwrap_or(u32::MAX)
}
