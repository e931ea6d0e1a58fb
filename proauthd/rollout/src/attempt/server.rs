//! The sshd of a try.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::key::Key;
use super::ssh::FROM;
use crate::program::PATH;
use crate::sshd;

/// The kernel's list of TCP connections over IPv4: proc_pid_net(5).
const CONNECTIONS: &str = "/proc/net/tcp";

/// Listens on a port of its own on the loopback address, and has systemd run an sshd for each
/// connection: as it runs the one that is tried, without the session, the rights and the label of
/// this process.
pub(super) struct Server {
    port: u16,
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts it, with the configuration `config`, for the one who has `key`.
    pub(super) fn start(config: &Path, key: &Key) -> io::Result<Self> {
        let argv = sshd_for(config, key)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let is_over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_over);
        let thread = thread::Builder::new().spawn(move || serve(&listener, &argv, &until))?;
        Ok(Self {
            port,
            is_over,
            thread,
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it.
    pub(super) fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        // It sees that with the next connection.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = self.thread.join();
    }
}

fn sshd_for(config: &Path, key: &Key) -> io::Result<Vec<String>> {
    let program = sshd::program().ok_or_else(|| io::Error::other("there is no sshd"))?;
    let keys = format!("AuthorizedKeysFile={}", key.authorized());
    let config = config.display().to_string();
    let argv = [
        "systemd-run",
        "--quiet",
        "--pipe",
        "--wait",
        "--collect",
        "--description=ProAuth tries a login",
        "--property=RuntimeMaxSec=90",
        // So it ends when a client is refused, or goes: no unit has failed by that.
        "--property=SuccessExitStatus=255",
        "--property=KillMode=mixed",
        program,
        "-i",
        "-f",
        &config,
        "-o",
        &keys,
    ];
    Ok(argv.map(str::to_owned).to_vec())
}

fn serve(listener: &TcpListener, argv: &[String], is_over: &AtomicBool) {
    let mut children = Vec::new();
    while let Ok((stream, peer)) = listener.accept() {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        // Other users of this machine may connect, too, and must not take ours away.
        if peer.ip().to_string() == FROM && is_own(peer, listener) {
            children.extend(spawn(argv, stream));
        }
    }
    for mut child in children {
        // The client is done. What others have begun, systemd ends.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Whether the other end of a connection that `listener` took, at `peer`, was made by the user whom
/// this process runs as.
fn is_own(peer: SocketAddr, listener: &TcpListener) -> bool {
    let (Ok(here), Ok(own)) = (listener.local_addr(), fs::metadata("/proc/self")) else {
        return false;
    };
    let list = fs::read_to_string(CONNECTIONS).unwrap_or_default();
    owner(&list, peer, here) == Some(own.uid())
}

/// The uid that has the end `from` of the connection to `to`.
fn owner(list: &str, from: SocketAddr, to: SocketAddr) -> Option<u32> {
    let (from, to) = (listed(from)?, listed(to)?);
    let mut ends = list.lines().map(|line| line.split_whitespace());
    let mut end = ends.find(|end| {
        let mut end = end.clone().skip(1);
        end.next() == Some(&from) && end.next() == Some(&to)
    })?;
    end.nth(7)?.parse().ok()
}

/// As the list has it: the address as this machine keeps it in memory, then the port.
fn listed(address: SocketAddr) -> Option<String> {
    let IpAddr::V4(ip) = address.ip() else {
        return None;
    };
    let ip = u32::from_ne_bytes(ip.octets());
    Some(format!("{ip:08X}:{:04X}", address.port()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_connection_it_is_the_kernel_knows() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_stream, peer) = listener.accept().unwrap();
        assert!(is_own(peer, &listener));
        let other = SocketAddr::new(peer.ip(), peer.port().wrapping_add(1));
        assert!(!is_own(other, &listener));
    }

    #[test]
    fn the_connection_of_another_user_is_theirs() {
        let (from, to) = ("127.193.6.1:40000", "127.0.0.1:50000");
        let [from, to] = [from, to].map(|it| it.parse::<SocketAddr>().unwrap());
        let [a, b] = [from, to].map(|it| listed(it).unwrap());
        let list = format!(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n   \
             0: {b} {a} 01 00000000:00000000 00:00000000 00000000     0        0 7 1\n   \
             1: {a} {b} 01 00000000:00000000 00:00000000 00000000  1000        0 8 1\n"
        );
        assert_eq!(owner(&list, from, to), Some(1000));
        assert_eq!(owner(&list, to, from), Some(0));
    }
}
