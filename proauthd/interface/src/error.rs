//! Errors that cross the bus. Their messages are sentences for people; programs match the names.

/// An error of a ProAuth method, as its D-Bus name under `org.proauth.Daemon1.Error`.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.proauth.Daemon1.Error")]
pub enum Error {
    /// An error of the bus or of its library; on the daemon's side never sent.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The caller may not do this, or could not be looked up.
    NotAuthorized(String),
    /// An argument has the wrong form.
    InvalidArgument(String),
    /// No such Unix account.
    NoSuchUser(String),
    /// The account has no authenticator.
    NotEnrolled(String),
    /// The account has an authenticator already.
    AlreadyEnrolled(String),
    /// An enrollment of this account is under way elsewhere.
    UnderWay(String),
    /// Nobody can enroll this way: the configuration does not allow it, or is not complete.
    NotConfigured(String),
    /// A ticket is needed, or the one given does not do.
    TicketRejected(String),
    /// The sign-in came to nothing: denied, expired, or the identity provider does not work.
    SignInFailed(String),
    /// Whoever signed in may not have this account.
    IdentityRejected(String),
    /// `Wait`, `Confirm` or `Cancel` without a `Start` by the same connection, or too late.
    NoPendingEnrollment(String),
    /// The code or codes given do not fit.
    CodeRejected(String),
    /// Codes are refused for a while, after too many wrong ones.
    Locked(String),
    /// The account of that name is not the one that was enrolled.
    AccountChanged(String),
    /// The daemon could not find out or could not store: nothing was granted or changed.
    Unavailable(String),
}
