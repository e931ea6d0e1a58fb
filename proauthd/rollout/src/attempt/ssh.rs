//! A login over SSH, from this machine to itself: the system's sshd, with its configuration or the
//! one that it shall get, on a connection of ours, and the system's client with a key made for it.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::key::{Key, THIS_HOST};
use super::server::Server;
use super::terminal::{Talk, talk};

/// Where the client says it comes from. All of 127.0.0.0/8 is this machine; nobody who logs in comes
/// from there, so that this login stands for nobody else's.
pub const FROM: &str = "127.193.6.1";

/// How long a running sshd may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How our prompt begins: no other asks for a code.
const PROMPT: &str = "ProAuth code";

/// How a login ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Whether a code was asked for.
    pub asked: bool,
    /// Whether something else was asked for: a password, say.
    pub asked_else: bool,
    /// Whether it was let in.
    pub let_in: bool,
    /// The last line that the client wrote.
    pub said: String,
}

/// Logs `user` in by `key`, under the sshd configuration `config`, and types `code` when asked for
/// one: nothing but Return where there is none.
///
/// # Errors
/// If a program cannot be started.
pub fn try_ssh(config: &Path, key: &Key, user: &str, code: Option<&str>) -> io::Result<Tried> {
    key.know_this_host(config)?;
    let server = Server::start(config, key)?;
    let (mut asked, mut asked_else) = (false, false);
    let talk = talk(&words(&client(key, user, server.port())), |prompt| {
        let is_ours = prompt.contains(PROMPT);
        asked |= is_ours;
        asked_else |= !is_ours;
        let typed = code.filter(|_| is_ours).unwrap_or_default();
        Some(typed.to_owned())
    });
    // Not before: nobody else shall listen where the client is told to go.
    server.end();
    let talk = talk?;
    Ok(Tried {
        asked,
        asked_else,
        let_in: was_let_in(&talk),
        said: talk.last_line(),
    })
}

/// sshd ends the connection of whom PAM opens no session for with 254, and the client ends with 255
/// if something is wrong with the connection. Anything else is what the user's shell says.
fn was_let_in(talk: &Talk) -> bool {
    let has_run = talk.code.is_some_and(|code| code < 254);
    talk.said.contains("Authenticated to ") && has_run
}

fn client(key: &Key, user: &str, port: u16) -> Vec<String> {
    let options = [
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "StrictHostKeyChecking=yes",
        "GlobalKnownHostsFile=/dev/null",
        "PreferredAuthentications=publickey,keyboard-interactive",
        "NumberOfPasswordPrompts=1",
        "ConnectTimeout=10",
        "LogLevel=VERBOSE",
    ];
    let mut argv: Vec<String> = ["ssh", "-F", "none", "-T", "-b", FROM, "-l", user]
        .map(str::to_owned)
        .to_vec();
    argv.extend([
        "-p".to_owned(),
        port.to_string(),
        "-i".to_owned(),
        key.private(),
    ]);
    let options = options.map(str::to_owned).into_iter();
    for option in options.chain([
        format!("HostKeyAlias={THIS_HOST}"),
        format!("UserKnownHostsFile={}", key.known_hosts()),
    ]) {
        argv.extend(["-o".to_owned(), option]);
    }
    argv.extend([Ipv4Addr::LOCALHOST.to_string(), "exit".to_owned()]);
    argv
}

fn words(argv: &[String]) -> Vec<&str> {
    argv.iter().map(String::as_str).collect()
}

/// Where an sshd that listens at `address` is reached from this machine.
#[must_use]
pub fn reach(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Whether an SSH server answers at `address`.
///
/// # Errors
/// If not, with why.
pub fn ask_running(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut greeting = [0; 4];
    stream.read_exact(&mut greeting)?;
    match &greeting {
        b"SSH-" => Ok(()),
        _ => Err(io::Error::other("what answers is no SSH server")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn a_server_for_all_addresses_is_reached_at_this_machine() {
        for (address, reached) in [
            ("0.0.0.0:2222", "127.0.0.1:2222"),
            ("[::]:22", "[::1]:22"),
            ("192.0.2.1:22", "192.0.2.1:22"),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(reach(address).to_string(), reached);
        }
    }

    #[test]
    fn who_gets_no_session_was_not_let_in() {
        for (said, code, let_in) in [
            ("Authenticated to host", Some(0), true),
            ("Authenticated to host", Some(1), true),
            ("Authenticated to host", Some(254), false),
            ("Authenticated to host", Some(255), false),
            ("Authenticated to host", None, false),
            ("Permission denied", Some(255), false),
        ] {
            let said = said.to_owned();
            assert_eq!(was_let_in(&Talk { said, code }), let_in, "{code:?}");
        }
    }

    #[test]
    fn only_what_greets_as_ssh_is_one() {
        for (greeting, is_one) in [("SSH-2.0-x\r\n", true), ("HTTP/1.1 400\r\n", false)] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let address = listener.local_addr().unwrap();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(greeting.as_bytes()).unwrap();
            });
            assert_eq!(ask_running(address).is_ok(), is_one, "{greeting}");
            server.join().unwrap();
        }
    }
}
