//! A stranger: a bare connection to a listener, from a chosen address, at its own pace.
//!
//! Owns bytes only. What it is answered is read to the end of the connection, for the gateway is
//! expected to end it. Next: [`super::wait`].

use super::World;
use super::phone::Reply;
use super::wait::within;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A whole request that is answered from memory.
pub const ALIVE: &str = "GET /healthz HTTP/1.1\r\nHost: baton\r\n\r\n";

/// One connection of somebody unknown.
pub struct Stranger {
    stream: TcpStream,
}

impl World {
    /// Connects to the public listener.
    ///
    /// # Errors
    /// When the gateway cannot be reached at all.
    pub async fn stranger(&self) -> anyhow::Result<Stranger> {
        self.stranger_from(Ipv4Addr::LOCALHOST).await
    }

    /// Connects from one of this machine's loopback addresses.
    ///
    /// # Errors
    /// When the gateway cannot be reached at all.
    pub async fn stranger_from(&self, address: Ipv4Addr) -> anyhow::Result<Stranger> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((address, 0)))?;
        let stream = socket.connect(self.gateway()?.public).await?;
        Ok(Stranger { stream })
    }
}

impl Stranger {
    /// Sends some bytes.
    ///
    /// # Errors
    /// When the gateway has closed.
    pub async fn send(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.stream.write_all(text.as_bytes()).await?)
    }

    /// Asks whether the gateway is alive and hears that it is: from then on it is let in.
    ///
    /// # Errors
    /// When it is not let in.
    pub async fn let_in(mut self) -> anyhow::Result<Self> {
        self.send(ALIVE).await?;
        let mut heard = Vec::new();
        let read = async {
            while !heard.ends_with(b"alive\n") {
                anyhow::ensure!(self.stream.read_buf(&mut heard).await? > 0, "closed");
            }
            Ok(())
        };
        within("the gateway says that it is alive", read).await?;
        Ok(self)
    }

    /// Reads to the end of the connection and returns all that came; nothing is an answer too.
    ///
    /// # Errors
    /// When the gateway does not end it.
    pub async fn heard(mut self) -> anyhow::Result<String> {
        let mut heard = Vec::new();
        // A reset ends it as well; what came before counts.
        let read = async { Ok(self.stream.read_to_end(&mut heard).await.ok()) };
        within("the gateway ends the connection", read).await?;
        Ok(String::from_utf8(heard)?)
    }

    /// Reads the one answer that the gateway gives before it closes.
    ///
    /// # Errors
    /// When the gateway does not end it, or answers nothing.
    pub async fn answer(self) -> anyhow::Result<Reply> {
        Reply::read(&self.heard().await?)
    }
}
