//! Who may call what: one table, and how its words are read.
//!
//! The bus policy says the same once more, outside this process; neither relies on the other.

use proauth_core::Source;
use proauth_interface::{Context, Error};

use super::caller::Caller;
use crate::daemon::{Daemon, uid_min};
use crate::{audit, messages};

/// The methods, by their names on the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Begin,
    Verify,
    Account,
    Told,
    Start,
    Wait,
    Confirm,
    Cancel,
    Remove,
    RemoveAuthenticator,
    Invite,
    CheckIdentity,
    Status,
    List,
    Check,
    Resync,
    ResyncCodes,
    RecoveryCodes,
    Unlock,
    Emergency,
    Suspend,
    Resume,
    Prune,
    LoginsUnderWay,
    AcceptedLogins,
    Rekey,
    RekeyStatus,
}

/// Who may call a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Root alone.
    Root,
    /// Root about anybody, people about their own account.
    RootOrOwner,
    /// Root for anybody, people for their own account through a screen locker.
    RootOrLocker,
}

/// The table.
const fn who_may(method: Method) -> Who {
    match method {
        Method::Begin | Method::Verify | Method::Account => Who::RootOrLocker,
        Method::Status | Method::ResyncCodes | Method::RecoveryCodes => Who::RootOrOwner,
        // Not for lockers: what runs as the user must not keep anything from the user.
        Method::Told => Who::Root,
        Method::Start | Method::Wait | Method::Confirm | Method::Cancel => Who::RootOrOwner,
        Method::RemoveAuthenticator => Who::RootOrOwner,
        Method::Remove | Method::Invite | Method::CheckIdentity => Who::Root,
        Method::List | Method::Check | Method::Resync => Who::Root,
        Method::Unlock | Method::Emergency => Who::Root,
        Method::Suspend | Method::Resume | Method::Prune => Who::Root,
        Method::LoginsUnderWay | Method::AcceptedLogins => Who::Root,
        Method::Rekey | Method::RekeyStatus => Who::Root,
    }
}

/// Lets `caller` call `method` about the account `user`, or refuses.
///
/// # Errors
/// `NotAuthorized`; also where it could not be found out.
pub async fn authorise(
    daemon: &Daemon,
    caller: &Caller,
    method: Method,
    user: &str,
) -> Result<(), Error> {
    let allowed = match who_may(method) {
        _ if caller.uid == 0 => true,
        Who::Root => false,
        Who::RootOrOwner => owns(daemon, caller, user).await,
        // `authorise_login` is the way to these.
        Who::RootOrLocker => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(refuse(method, caller, user))
    }
}

/// Lets `caller` ask about a login, and tells whose wrong codes they would be; or refuses.
///
/// # Errors
/// `NotAuthorized`; also where it could not be found out.
pub async fn authorise_login(
    daemon: &Daemon,
    caller: &Caller,
    method: Method,
    context: &Context,
) -> Result<Source, Error> {
    if caller.uid == 0 {
        return Ok(Source::of_login(&context.rhost, &context.session));
    }
    let is_locker = who_may(method) == Who::RootOrLocker
        && context.rhost.is_empty()
        && daemon.config().lockers.contains(&context.service);
    if is_locker && owns(daemon, caller, &context.user).await {
        Ok(Source::Locker)
    } else {
        Err(refuse(method, caller, &context.user))
    }
}

/// Whether `caller` is a person and `user` their own account, for certain.
async fn owns(daemon: &Daemon, caller: &Caller, user: &str) -> bool {
    if caller.uid < uid_min() {
        return false;
    }
    let account = daemon.account(user).await;
    account.is_ok_and(|account| account.is_some_and(|account| account.uid == caller.uid))
}

fn refuse(method: Method, caller: &Caller, user: &str) -> Error {
    audit::refused(&method, caller.uid, user);
    messages::not_authorized("this is for root, or for your own account")
}
