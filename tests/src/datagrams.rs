//! The sockets to which programs log: `/dev/log`, and journald's.

use std::fs::Permissions;
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use crate::Log;

/// A datagram socket in a world whose messages are kept, one a line.
#[derive(Debug)]
pub struct Datagrams {
    socket: UnixDatagram,
    log: Log,
}

impl Datagrams {
    /// Listens at `path`, which everybody may write to.
    ///
    /// # Panics
    /// If that cannot be done.
    #[must_use]
    pub fn listen(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).expect("a socket can be made in the world");
        std::fs::set_permissions(path, Permissions::from_mode(0o666)).expect("it is ours");
        let log = Log::default();
        let (receiver, kept) = (
            socket.try_clone().expect("a socket can be shared"),
            log.clone(),
        );
        std::thread::spawn(move || {
            let mut message = vec![0; 64 * 1024];
            while let Ok(len @ 1..) = receiver.recv(&mut message) {
                kept.push(&message[..len]);
                kept.push(b"\n");
            }
        });
        Self { socket, log }
    }

    /// What has come so far.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }
}

impl Drop for Datagrams {
    fn drop(&mut self) {
        // Ends the thread, which then finds an empty message.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}
