//! A login over SSH, from this machine to itself: the system's sshd, with its configuration or the
//! one that it shall get, on a connection of ours, and the system's client with a key made for it.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::terminal::{Talk, talk};
use crate::program::PATH;
use crate::{run, sshd};

/// Where the client says it comes from. All of 127.0.0.0/8 is this machine; nobody who logs in comes
/// from there, so that this login stands for nobody else's.
pub const FROM: &str = "127.193.6.1";

/// How long a running sshd may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the key lies while it is needed.
const FOLDER: &str = "/run/proauth-probe";

/// How our prompt begins: no other asks for a code.
const PROMPT: &str = "ProAuth code";

/// A key that exists for this try. Dropping it removes it.
#[derive(Debug)]
pub struct Key(PathBuf);

impl Key {
    /// Makes one.
    ///
    /// # Errors
    /// If `ssh-keygen` is not there, or cannot write it.
    pub fn make() -> io::Result<Self> {
        let key = Self(PathBuf::from(FOLDER));
        key.remove()?;
        // sshd reads the public half as the user who logs in.
        DirBuilder::new().mode(0o755).create(FOLDER)?;
        fs::set_permissions(FOLDER, Permissions::from_mode(0o755))?;
        let private = key.private();
        let argv = [
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-C",
            "proauth",
            "-f",
        ];
        let ran = run(&[&argv[..], &[&private]].concat(), 30)?;
        if !ran.is_success() {
            return Err(io::Error::other(ran.complaint()));
        }
        let public = fs::read(format!("{private}.pub"))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o644);
        let mut file = options.open(key.authorized())?;
        file.write_all(b"restrict ")?;
        file.write_all(&public)?;
        file.set_permissions(Permissions::from_mode(0o644))?;
        Ok(key)
    }

    fn private(&self) -> String {
        self.0.join("key").display().to_string()
    }

    fn authorized(&self) -> String {
        self.0.join("authorized_keys").display().to_string()
    }

    fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let server = serve(listener, config, key)?;
    let (mut asked, mut asked_else) = (false, false);
    let talk = talk(&words(&client(key, user, port)), |prompt| {
        let is_ours = prompt.contains(PROMPT);
        asked |= is_ours;
        asked_else |= !is_ours;
        let typed = code.filter(|_| is_ours).unwrap_or_default();
        Some(typed.to_owned())
    });
    // The server ends with the connection; what has not begun waits for one that does not come.
    let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    let _ = server.join();
    let talk = talk?;
    Ok(Tried {
        asked,
        asked_else,
        let_in: was_let_in(&talk),
        said: talk.last_line(),
    })
}

fn was_let_in(talk: &Talk) -> bool {
    talk.said.contains("Authenticated to ")
}

fn client(key: &Key, user: &str, port: u16) -> Vec<String> {
    let options = [
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
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
    for option in options {
        argv.extend(["-o".to_owned(), option.to_owned()]);
    }
    argv.extend([Ipv4Addr::LOCALHOST.to_string(), "exit".to_owned()]);
    argv
}

fn words(argv: &[String]) -> Vec<&str> {
    argv.iter().map(String::as_str).collect()
}

/// Has systemd run an sshd on the first connection that comes from [`FROM`]: as it runs the one that
/// is tried, without the session, the rights and the label of this process.
fn serve(
    listener: TcpListener,
    config: &Path,
    key: &Key,
) -> io::Result<thread::JoinHandle<io::Result<()>>> {
    let program = sshd::program().ok_or_else(|| io::Error::other("there is no sshd"))?;
    let keys = format!("AuthorizedKeysFile={}", key.authorized());
    let config = config.display().to_string();
    let argv = [
        "systemd-run",
        "--quiet",
        "--pipe",
        "--wait",
        "--collect",
        "--property=RuntimeMaxSec=90",
        "--property=KillMode=mixed",
        program,
        "-i",
        "-f",
        &config,
        "-o",
        &keys,
    ]
    .map(str::to_owned);
    let from: IpAddr = FROM.parse().map_err(io::Error::other)?;
    thread::Builder::new().spawn(move || {
        loop {
            let (stream, peer) = listener.accept()?;
            if peer.ip() == from {
                return spawn(&argv, stream)?.wait().map(drop);
            } else if peer.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
                return Ok(());
            }
        }
    })
}

fn spawn(argv: &[String], stream: TcpStream) -> io::Result<Child> {
    let output = OwnedFd::from(stream.try_clone()?);
    let input = OwnedFd::from(stream);
    let (program, arguments) = argv.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    Command::new(program)
        .args(arguments)
        .env_clear()
        .envs([("PATH", PATH), ("LC_ALL", "C")])
        .current_dir("/")
        .stdin(Stdio::from(input))
        .stdout(Stdio::from(output))
        .stderr(Stdio::null())
        .spawn()
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
