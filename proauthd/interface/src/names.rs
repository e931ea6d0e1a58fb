//! Names on the bus. Other programs rely on them: they change only with the digit at their end.

/// The well-known name that `proauthd` owns.
pub const BUS_NAME: &str = "org.proauth.Daemon1";

/// The one object that `proauthd` serves.
pub const OBJECT_PATH: &str = "/org/proauth/Daemon1";

/// Asked by the PAM module, at every login.
pub const LOGIN: &str = "org.proauth.Daemon1.Login";

/// Binds authenticators to accounts and takes them away.
pub const ENROLLMENT: &str = "org.proauth.Daemon1.Enrollment";

/// Asked by administrators, and by users about themselves.
pub const ADMIN: &str = "org.proauth.Daemon1.Admin";

/// Where the daemon tells what happened. Its one signal, `Happened`, is for root alone.
pub const EVENTS: &str = "org.proauth.Daemon1.Events";

/// The well-known name that `proauth-idp` owns. Only root calls it.
pub const IDENTITY_BUS_NAME: &str = "org.proauth.IdentityProvider1";

/// The one object that `proauth-idp` serves.
pub const IDENTITY_PATH: &str = "/org/proauth/IdentityProvider1";

/// Its one interface.
pub const IDENTITY: &str = "org.proauth.IdentityProvider1";

/// The system account that `proauth-idp` runs as: whoever else owns the name is an impostor.
pub const IDENTITY_ACCOUNT: &str = "proauth-idp";

/// What every error name of ours begins with.
pub const ERROR_PREFIX: &str = "org.proauth.Daemon1.Error";

/// The system bus, at its fixed path. Never taken from the environment: in sudo that belongs to
/// the attacker (CVE-2012-3524).
pub const SYSTEM_BUS: &str = "unix:path=/run/dbus/system_bus_socket";
