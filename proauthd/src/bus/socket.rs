//! The connection to the bus, read message by message.
//!
//! zbus' own socket keeps a buffer of 4 kB that it reads into again and again: what was typed last
//! stays in it. Here each message is read into memory of its own, which is wiped when it is freed.
//!
//! Nor does it take descriptors, as zbus' own would: somebody who sends more of them than the daemon
//! may hold would cut the connection.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use zbus::connection::socket::{ReadHalf, Socket, Split, WriteHalf};
use zbus::export::async_trait::async_trait;

/// The whole socket, before zbus splits it.
#[derive(Debug)]
pub struct Stream(pub UnixStream);

/// What zbus reads from.
#[derive(Debug)]
pub struct Reader(OwnedReadHalf);

/// What zbus writes to.
#[derive(Debug)]
pub struct Writer(OwnedWriteHalf);

impl Socket for Stream {
    type ReadHalf = Reader;
    type WriteHalf = Writer;

    fn split(self) -> Split<Reader, Writer> {
        let (read, write) = self.0.into_split();
        Split::new(Reader(read), Writer(write))
    }
}

#[async_trait]
impl ReadHalf for Reader {
    async fn recvmsg(&mut self, buffer: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        Ok((self.0.read(buffer).await?, Vec::new()))
    }
}

#[async_trait]
impl WriteHalf for Writer {
    async fn sendmsg(&mut self, buffer: &[u8], _: &[BorrowedFd<'_>]) -> io::Result<usize> {
        self.0.write(buffer).await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.0.shutdown().await
    }
}
