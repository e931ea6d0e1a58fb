//! `org.proauth.Daemon1.Events`: its one signal. The bus policy lets root alone receive it.

use proauth_interface::{Event, names};
use tokio::sync::mpsc::Receiver;
use zbus::Connection;
use zbus::object_server::SignalEmitter;

use crate::audit;

/// The served interface.
pub struct Events;

#[zbus::interface(name = "org.proauth.Daemon1.Events", introspection_docs = false)]
impl Events {
    /// Something happened to an account; see [`Event`].
    #[zbus(signal)]
    async fn happened(
        emitter: &SignalEmitter<'_>,
        event: &str,
        user: &str,
        service: &str,
        rhost: &str,
        caller: u32,
        at: u64,
    ) -> zbus::Result<()>;
}

/// Sends `events` as they come, for ever.
pub async fn tell(connection: &Connection, mut events: Receiver<Event>) {
    let Ok(emitter) = SignalEmitter::new(connection, names::OBJECT_PATH) else {
        return std::future::pending().await;
    };
    while let Some(event) = events.recv().await {
        let Event {
            event,
            user,
            service,
            rhost,
            caller,
            at,
        } = &event;
        let sent = Events::happened(&emitter, event, user, service, rhost, *caller, *at).await;
        if sent.is_err() {
            audit::event_dropped(event);
        }
    }
    std::future::pending().await
}
