//! Tells what never happened, in the daemon's words, to whoever believes it: `teller WORD…`
//!
//! - `own`: first takes the daemon's name.
//! - `straight`: sends it to each connection on the bus, and not to everybody.
//! - `nonsense`: first tells things that are no events.
//!
//! Says `told`, and stays until its standard input ends; or says `no`, and why the bus does not
//! let it.

use std::io::Read;

use proauth_interface::{Event, names};
use zbus::connection::Builder;
use zbus::export::serde::Serialize;
use zbus::{Connection, DynamicType, Message};

const BUS: &str = "org.freedesktop.DBus";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    match runtime.block_on(tell(&words)) {
        Ok(_connection) => {
            println!("told");
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
        }
        Err(error) => {
            println!("no: {error}");
            std::process::exit(1);
        }
    }
}

async fn tell(words: &[String]) -> zbus::Result<Connection> {
    let is_asked = |word: &str| words.iter().any(|given| given == word);
    let mut builder = Builder::address(names::SYSTEM_BUS);
    if is_asked("own") {
        builder = builder.name(names::BUS_NAME);
    }
    let connection = builder.build().await?;
    let to = if is_asked("straight") {
        let answer = connection
            .call_method(Some(BUS), "/", Some(BUS), "ListNames", &())
            .await?;
        let found: Vec<String> = answer.body().deserialize()?;
        found.into_iter().filter(|n| n.starts_with(':')).collect()
    } else {
        vec![String::new()]
    };
    for destination in &to {
        if is_asked("nonsense") {
            send(&connection, destination, &()).await?;
            send(&connection, destination, &(1u32, "alice")).await?;
            send(&connection, destination, &event("", "alice", 0)).await?;
            send(&connection, destination, &event("Not\na word", "alice", 0)).await?;
            send(&connection, destination, &event("lockout", "-rf\u{1b}", 0)).await?;
            send(
                &connection,
                destination,
                &event("lockout", "alice", u64::MAX),
            )
            .await?;
        }
        send(&connection, destination, &event("forged", "alice", 0)).await?;
    }
    // An answer to what was sent last: the bus has passed on what came before it.
    connection
        .call_method(Some(BUS), "/", Some(BUS), "GetId", &())
        .await?;
    Ok(connection)
}

fn event(event: &str, user: &str, at: u64) -> Event {
    Event {
        event: event.to_owned(),
        user: user.to_owned(),
        service: "sshd\u{7}".to_owned(),
        rhost: "192.0.2.1\nPROAUTH_EVENT=other\u{1b}[2J".to_owned(),
        caller: 0,
        at,
    }
}

async fn send<B: Serialize + DynamicType>(
    connection: &Connection,
    destination: &str,
    body: &B,
) -> zbus::Result<()> {
    let mut signal = Message::signal(names::OBJECT_PATH, names::EVENTS, "Happened");
    if !destination.is_empty() {
        signal = signal.destination(destination);
    }
    connection.send(&signal.build(body)?).await
}
