//! Where the browser comes back to: a listener on 127.0.0.1 that takes one answer, the right one.
//!
//! Everybody on this machine can connect to it. Whoever does not know the state of the sign-in gets
//! a 400 and changes nothing; connections are few at a time, short, and small.

use std::collections::VecDeque;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use oauth2::CsrfToken;
use oauth2::url::{Url, form_urlencoded};
use proauth_interface::IdentityError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use crate::messages;

/// Connections at a time; one more ends the oldest.
const CONNECTIONS: usize = 64;

/// As long as one may take.
const CONNECTION: Duration = Duration::from_secs(5);

/// As large as the head of a request may be, in bytes.
const HEAD: usize = 16 * 1024;

/// The listener.
#[derive(Debug)]
pub struct Redirect {
    listener: TcpListener,
    address: Url,
}

/// How the right answer is known.
#[derive(Debug)]
pub struct Expected {
    /// Known only to us and to the browser that was sent off.
    pub state: CsrfToken,
    /// The issuer.
    pub issuer: String,
    /// Whether it always says who it is (RFC 9207).
    pub names_issuer: bool,
}

/// The issuer's no.
#[derive(Debug, PartialEq, Eq)]
pub struct No {
    /// The code of RFC 6749 section 4.1.2.1.
    pub error: String,
    /// What it says about that.
    pub description: Option<String>,
}

/// What the browser brings: a code or a no.
pub type Answer = Result<String, No>;

/// Why a request is not the answer.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    /// Not from our sign-in: it goes on.
    Stray,
    /// From our sign-in, but from another issuer: it ends.
    MixedUp,
}

impl Redirect {
    /// Listens on a port of the kernel's choice.
    ///
    /// # Errors
    /// If there is none.
    pub async fn listen() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let address = Url::parse(&format!("http://127.0.0.1:{port}/")).map_err(io::Error::other)?;
        Ok(Self { listener, address })
    }

    /// Where the browser is to come back to.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Waits for the right answer, however many wrong ones come before.
    ///
    /// # Errors
    /// If the answer comes from another issuer.
    pub async fn wait(self, expected: Expected) -> Result<Answer, IdentityError> {
        let expected = Arc::new(expected);
        let mut connections = JoinSet::new();
        let mut oldest_first = VecDeque::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    match accepted {
                        Ok((stream, _)) => {
                            // Whoever connects and says nothing keeps nobody else out.
                            if oldest_first.len() >= CONNECTIONS {
                                oldest_first.pop_front().inspect(AbortHandle::abort);
                            }
                            let served = serve(stream, Arc::clone(&expected));
                            oldest_first.push_back(connections.spawn(served));
                        }
                        // No descriptors left, most likely.
                        Err(_) => tokio::time::sleep(CONNECTION).await,
                    }
                }
                Some(served) = connections.join_next() => {
                    oldest_first.retain(|connection: &AbortHandle| !connection.is_finished());
                    match served {
                        Ok(Ok(answer)) => return Ok(answer),
                        Ok(Err(Wrong::MixedUp)) => return Err(messages::mixed_up()),
                        Ok(Err(Wrong::Stray)) | Err(_) => {}
                    }
                }
            }
        }
    }
}

/// Reads one request and answers it.
async fn serve(mut stream: TcpStream, expected: Arc<Expected>) -> Result<Answer, Wrong> {
    let request = timeout(CONNECTION, read_head(&mut stream)).await;
    let judged = match &request {
        Ok(Ok(head)) => expected.judge(head),
        _ => Err(Wrong::Stray),
    };
    let page = if judged.is_ok() {
        page(CLOSE)
    } else {
        refusal()
    };
    // Whoever does not read it has answered all the same.
    let _ = timeout(CONNECTION, send(&mut stream, &page)).await;
    judged
}

async fn send(stream: &mut TcpStream, page: &str) -> io::Result<()> {
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await
}

/// The request up to the empty line.
async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let len = stream.read(&mut chunk).await?;
        if len == 0 || head.len() + len > HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(chunk.get(..len).unwrap_or_default());
    }
    String::from_utf8(head).map_err(io::Error::other)
}

impl Expected {
    /// Whether `head` is the answer.
    fn judge(&self, head: &str) -> Result<Answer, Wrong> {
        let line = head.lines().next().ok_or(Wrong::Stray)?;
        let query = line
            .strip_prefix("GET /?")
            .and_then(|rest| rest.strip_suffix(" HTTP/1.1"))
            .ok_or(Wrong::Stray)?;
        let query = query.split('#').next().unwrap_or_default();
        let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let one = |name: &str| {
            let mut all = parameters.iter().filter(|(key, _)| key == name);
            let first = all.next().map(|(_, value)| value.to_string());
            // Twice the same parameter is neither (RFC 6749 section 3.1).
            all.next().is_none().then_some(first).flatten()
        };
        let state = one("state").ok_or(Wrong::Stray)?;
        if !is_same(&state, self.state.secret()) {
            return Err(Wrong::Stray);
        }
        match one("iss") {
            Some(issuer) if issuer != self.issuer => return Err(Wrong::MixedUp),
            None if self.names_issuer => return Err(Wrong::MixedUp),
            _ => {}
        }
        match (one("code"), one("error")) {
            (Some(code), None) => Ok(Ok(code)),
            (None, Some(error)) => Ok(Err(No {
                error,
                description: one("error_description"),
            })),
            _ => Err(Wrong::Stray),
        }
    }
}

/// Compares in a time that depends on the length alone.
fn is_same(given: &str, right: &str) -> bool {
    let differences = given
        .bytes()
        .zip(right.bytes())
        .fold(0, |differences, (a, b)| differences | (a ^ b));
    given.len() == right.len() && differences == 0
}

const CLOSE: &str = "You can close this page. The terminal shows how it goes on.";

fn page(text: &str) -> String {
    let body = format!("<!DOCTYPE html><title>ProAuth</title><p>{text}</p>\n");
    answer("200 OK", "text/html", &body)
}

fn refusal() -> String {
    answer(
        "400 Bad Request",
        "text/plain",
        "This is not the sign-in that ProAuth waits for.\n",
    )
}

/// An HTTP answer that nobody keeps, and that leads nowhere: the address it came to has the code.
fn answer(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: {kind}; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'\r\n\
         Referrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
#[path = "redirect_tests.rs"]
mod tests;
