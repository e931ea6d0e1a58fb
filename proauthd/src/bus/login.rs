//! `org.proauth.Daemon1.Login`: asked by the PAM module.

use std::sync::Arc;

use proauth_core::changes::{Change as Changes, Changed as Made};
use proauth_core::login::{Begin, Standing as Stands, Verdict as Judged};
use proauth_core::recovery::Spent;
use proauth_core::{Typed, UnixTime};
use proauth_interface::{
    AccountReply, BeginReply, Change, Changed, Context, Decision, Error, Standing, Verdict,
    VerifyReply,
};
use zbus::Connection;
use zbus::message::Header;

use super::access::{Method, authorise, authorise_login};
use super::caller::Caller;
use crate::daemon::{Attempt, Daemon, Judgement, wire_seconds};

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
            &self.0.verify(&attempt, &Typed::parse(code)).await?,
        ),))
    }

    /// The user was told of the changes up to a Unix time.
    async fn told(
        &self,
        context: Context,
        at: u64,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        authorise(&self.0, &caller, Method::Told, &context.user).await?;
        self.0.told(&context, UnixTime(at)).await
    }

    /// Whether an account may be used, however it was authenticated.
    #[zbus(out_args("reply"))]
    async fn account(
        &self,
        context: Context,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(AccountReply,), Error> {
        let caller = Caller::of_message(connection, &header).await?;
        let source = authorise_login(&self.0, &caller, Method::Account, &context).await?;
        let attempt = Attempt {
            context: &context,
            source,
            caller: caller.uid,
        };
        let standing = match self.0.standing(&attempt).await? {
            Stands::Good => Standing::Good,
            Stands::Exempt => Standing::Exempt,
            Stands::Denied => Standing::Denied,
        };
        Ok((AccountReply {
            standing: standing.to_wire(),
        },))
    }
}

fn begin_reply(begin: Begin) -> BeginReply {
    let (decision, digits, wait) = match begin {
        Begin::Prompt(digits) => (Decision::Prompt, digits.get(), 0),
        Begin::Locked(digits, hold) => (Decision::Locked, digits.get(), wire_seconds(hold)),
        Begin::Unenrolled(digits) => (Decision::Unenrolled, digits.get(), 0),
        Begin::NotEnrolled(digits, hold) => (
            Decision::NotEnrolled,
            digits.get(),
            hold.map_or(0, wire_seconds),
        ),
        Begin::Deny => (Decision::Deny, 0, 0),
    };
    BeginReply {
        decision: decision.to_wire(),
        digits: u32::from(digits),
        wait,
    }
}

/// Says no more than whoever typed the code may know: wrong and not enrolled are one.
fn verify_reply(judgement: &Judgement) -> VerifyReply {
    let (verdict, wait, left) = match judgement.verdict {
        Some(Judged::Accepted(_)) => (Verdict::Accepted, 0, 0),
        Some(Judged::Recovered(Spent::Recovery(left))) => (Verdict::Recovered, 0, left),
        Some(Judged::Recovered(Spent::Emergency)) => (Verdict::Emergency, 0, 0),
        Some(Judged::Replayed) => (Verdict::AlreadyUsed, 0, 0),
        Some(Judged::Wrong) => (Verdict::Rejected, judgement.hold.map_or(0, wire_seconds), 0),
        Some(Judged::Nothing) => (Verdict::Rejected, 0, 0),
        Some(Judged::Locked(hold)) => (Verdict::Locked, wire_seconds(hold), 0),
        None => (Verdict::Denied, 0, 0),
    };
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    let changes = judgement
        .changes
        .iter()
        .map(|it| changed(*it, judgement.now))
        .collect();
    VerifyReply {
        verdict: verdict.to_wire(),
        wait,
        left,
        changes,
    }
}

fn changed(made: Made, now: UnixTime) -> Changed {
    let change = match made.change {
        Changes::Enrolled => Change::Enrolled,
        Changes::RecoveryCodesMade => Change::RecoveryCodesMade,
        Changes::RecoveryCodeUsed => Change::RecoveryCodeUsed,
        Changes::EmergencyCodeMade => Change::EmergencyCodeMade,
        Changes::EmergencyCodeUsed => Change::EmergencyCodeUsed,
        Changes::Resynced => Change::Resynced,
        Changes::AuthenticatorAdded => Change::AuthenticatorAdded,
        Changes::AuthenticatorReplaced => Change::AuthenticatorReplaced,
        Changes::AuthenticatorRemoved => Change::AuthenticatorRemoved,
    };
    Changed {
        change: change.to_wire(),
        ago: now.since(made.at),
        at: made.at.0,
    }
}
