//! Where a caller is logged in from, as systemd's login manager has it from PAM: for people to
//! read, who may see in it that it was not they who asked. Nothing is decided by it.

use std::net::IpAddr;
use std::time::Duration;

use proauth_interface::ask_bus;
use zbus::{Connection, OwnedObjectPath, Variant};

const LOGIN: &str = "org.freedesktop.login1";
const LOGIN_PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Nobody waits longer to read it.
const PATIENCE: Duration = Duration::from_secs(1);

/// The IP address that the session of `sender` came from; empty where nobody says, and for a
/// session at the machine itself.
pub async fn of(connection: &Connection, sender: &str) -> String {
    let address = tokio::time::timeout(PATIENCE, remote_host(connection, sender)).await;
    let address = address.ok().flatten().unwrap_or_default();
    // A name is what whoever owns the address says it is.
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => String::new(),
    }
}

async fn remote_host(connection: &Connection, sender: &str) -> Option<String> {
    // Asking would start it, or wait for what cannot start.
    let runs: bool = ask_bus(connection, "NameHasOwner", &LOGIN).await.ok()?;
    if !runs {
        return None;
    }
    let pid = ask_bus(connection, "GetConnectionUnixProcessID", &sender).await;
    let pid: u32 = pid.ok()?;
    let session = connection
        .call_method(
            Some(LOGIN),
            LOGIN_PATH,
            Some(MANAGER),
            "GetSessionByPID",
            &pid,
        )
        .await;
    let session: OwnedObjectPath = session.ok()?.body().deserialize().ok()?;
    let property = (SESSION, "RemoteHost");
    let host = connection
        .call_method(Some(LOGIN), &session, Some(PROPERTIES), "Get", &property)
        .await;
    let host = host.ok()?;
    match host.body().deserialize::<Variant<'_>>().ok()? {
        Variant::Str(host) => Some(host.to_string()),
        _ => None,
    }
}
