//! Poses as `proauthd`, or as `proauth-idp`, and says yes to everything, in one of three ways:
//!
//! - `impostor own` owns the daemon's name.
//! - `impostor vouch` owns the name of `proauth-idp`, and says that alice@example.com signed in.
//! - `impostor forge SERIAL` leaves the name alone, and sends to everybody who comes to the bus
//!   answers to their message of that number, before the daemon can.
//!
//! Says `posing` when it does, or `no` and why the bus does not let it. Whom it fools is what
//! tests are after.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use proauth_interface::{
    AccountReply, BeginReply, Claims, Context, Decision, Grant, Provider, Standing, Verdict,
    VerifyReply, names,
};
use zbus::connection::Builder;
use zbus::export::ordered_stream::OrderedStreamExt;
use zbus::{MatchRule, Message, MessageStream};

const NEWCOMERS: &str = "type='signal',member='NameOwnerChanged'";

/// Less than anybody waits for an answer.
const OFTEN: Duration = Duration::from_millis(1);

const ASK: BeginReply = BeginReply {
    decision: Decision::Prompt.to_wire(),
    digits: 6,
    wait: 0,
};
const YES: VerifyReply = VerifyReply {
    verdict: Verdict::Accepted.to_wire(),
    wait: 0,
    left: 0,
    changes: Vec::new(),
};
const EXEMPT: AccountReply = AccountReply {
    standing: Standing::Exempt.to_wire(),
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

    fn account(&self, _context: Context) -> (AccountReply,) {
        (EXEMPT,)
    }
}

struct Vouching;

#[zbus::interface(name = "org.proauth.IdentityProvider1", introspection_docs = false)]
impl Vouching {
    fn start(&self, _provider: Provider, _how: u32) -> (Grant,) {
        (Grant {
            id: 1,
            uri: "https://accounts.google.com/device".to_owned(),
            code: "ABCD-EFGH".to_owned(),
            expires_in: 60,
            ..Grant::default()
        },)
    }

    fn wait(&self, _id: u64) -> (Claims,) {
        (Claims {
            issuer: "https://accounts.google.com".to_owned(),
            subject: "110000000000000000001".to_owned(),
            user: "alice@example.com".to_owned(),
            verified: true,
            domain: "example.com".to_owned(),
            ..Claims::default()
        },)
    }

    fn cancel(&self, _id: u64) {}
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    let posing = async {
        match arguments[..] {
            ["own"] => own().await,
            ["vouch"] => vouch().await,
            ["forge", serial] => forge(serial.parse().expect("not zero")).await,
            _ => panic!("impostor own | vouch | forge SERIAL"),
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

async fn vouch() -> zbus::Result<()> {
    let connection = Builder::address(names::SYSTEM_BUS)
        .serve_at(names::IDENTITY_PATH, Vouching)
        .name(names::IDENTITY_BUS_NAME)
        .build()
        .await?;
    println!("posing");
    connection.closed().await;
    Ok(())
}

async fn forge(serial: NonZeroU32) -> zbus::Result<()> {
    let connection = Builder::address(names::SYSTEM_BUS).build().await?;
    let newcomers = MatchRule::try_from(NEWCOMERS)?;
    let mut changes = MessageStream::for_match_rule(newcomers, &connection, None).await?;
    println!("posing");
    let call = Message::method_call("/", "Whatever").build(&())?;
    let mut victims = BTreeSet::new();
    loop {
        if let Ok(Some(change)) = tokio::time::timeout(OFTEN, changes.next()).await {
            let (name, _, owner): (String, String, String) = change?.body().deserialize()?;
            if owner.is_empty() {
                victims.remove(&name);
            } else if name.starts_with(':') {
                victims.insert(name);
            }
        }
        for victim in &victims {
            let answer = Message::method_return(&call.header())
                .destination(victim.as_str())
                .reply_serial(Some(serial))
                .build(&(YES,))?;
            connection.send(&answer).await?;
        }
    }
}
