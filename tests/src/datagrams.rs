//! The sockets to which programs log: `/dev/log`, and journald's.

use std::fs::Permissions;
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Log;

/// A datagram socket in a world whose messages are kept, one a line.
#[derive(Debug)]
pub struct Datagrams {
    socket: UnixDatagram,
    log: Log,
    is_over: Arc<AtomicBool>,
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
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        std::thread::spawn(move || {
            let mut message = vec![0; 64 * 1024];
            while let Ok(len) = receiver.recv(&mut message) {
                match len {
                    0 if ends.load(Ordering::Relaxed) => break,
                    // Somebody has looked whether anybody listens.
                    0 => {}
                    len => {
                        kept.push(&message[..len]);
                        kept.push(b"\n");
                    }
                }
            }
        });
        Self {
            socket,
            log,
            is_over,
        }
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
        self.is_over.store(true, Ordering::Relaxed);
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}
