//! The sshd of a try.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::key::Key;
use super::ssh::FROM;
use crate::program::PATH;
use crate::sshd;

/// How many connections are served: other users of this machine may connect, too, and must not take
/// ours away. They have no key.
const CONNECTIONS: usize = 16;

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
        if peer.ip().to_string() == FROM && children.len() < CONNECTIONS {
            children.extend(spawn(argv, stream));
        }
    }
    for mut child in children {
        // The client is done. What others have begun, systemd ends.
        let _ = child.kill();
        let _ = child.wait();
    }
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
