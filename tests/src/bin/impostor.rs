//! Poses as `proauthd` and says yes to everything, in one of two ways:
//!
//! - `impostor own` owns the daemon's name, where the bus lets it.
//! - `impostor forge` leaves the name alone, listens to what others are asked, and answers in
//!   their place, where the bus lets it.
//!
//! Says `posing` when it does. Whom it fools is what tests are after.

use proauth_interface::{BeginReply, Context, Decision, Verdict, VerifyReply, names};
use zbus::connection::Builder;
use zbus::export::ordered_stream::OrderedStreamExt;
use zbus::{Connection, Message, MessageStream};

const BUS: &str = "org.freedesktop.DBus";
const LISTEN: &str = "eavesdrop='true',type='method_call',interface='org.proauth.Daemon1.Login'";

const ASK: BeginReply = BeginReply {
    decision: Decision::Prompt.to_wire(),
    digits: 6,
    wait: 0,
};
const YES: VerifyReply = VerifyReply {
    verdict: Verdict::Accepted.to_wire(),
    wait: 0,
};

struct Login;

#[zbus::interface(name = "org.proauth.Daemon1.Login", introspection_docs = false)]
impl Login {
    fn begin(&self, _context: Context) -> (BeginReply,) {
        (ASK,)
    }

    fn verify(&self, _context: Context, _code: &str) -> (VerifyReply,) {
        (YES,)
    }
}

fn main() {
    let way = std::env::args().nth(1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    let posing = async {
        match way.as_deref() {
            Some("own") => own().await,
            Some("forge") => forge().await,
            _ => panic!("impostor own | forge"),
        }
    };
    if let Err(error) = runtime.block_on(posing) {
        println!("no: {error}");
        std::process::exit(1);
    }
}

async fn own() -> zbus::Result<()> {
    let connection = Builder::address(names::SYSTEM_BUS)
        .serve_at(names::OBJECT_PATH, Login)
        .name(names::BUS_NAME)
        .build()
        .await?;
    println!("posing");
    connection.closed().await;
    Ok(())
}

async fn forge() -> zbus::Result<()> {
    let connection = Builder::address(names::SYSTEM_BUS).build().await?;
    let mut heard = MessageStream::from(&connection);
    connection
        .call_method(
            Some(BUS),
            "/org/freedesktop/DBus",
            Some(BUS),
            "AddMatch",
            &LISTEN,
        )
        .await?;
    println!("posing");
    while let Some(message) = heard.next().await {
        answer(&connection, &message?).await?;
    }
    Ok(())
}

async fn answer(connection: &Connection, call: &Message) -> zbus::Result<()> {
    let header = call.header();
    let reply = Message::method_return(&header);
    let reply = match header.member().map(|member| member.as_str()) {
        Some("Begin") => reply.build(&(ASK,))?,
        Some("Verify") => reply.build(&(YES,))?,
        _ => return Ok(()),
    };
    connection.send(&reply).await
}
