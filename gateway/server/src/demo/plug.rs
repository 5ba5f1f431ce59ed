//! The network plug of the demo's wallet: bytes pass while it is in, everything is cut when not.
//!
//! Owns a small relay on loopback in front of the wallet. It can be pulled at the worst moment:
//! after the wallet has charged and before anybody hears so. Next: [`super::outage`], its act.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// Bytes carried at once: more than any message between the demo and its wallet.
const CHUNK_BYTES: usize = 16 * 1024;
/// How a request to charge begins.
const CHARGE: &[u8] = b"POST /v1/authorizations";

/// Where the plug is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// In.
    In,
    /// In, and pulled as soon as the wallet answers the next charge.
    PulledInTheMiddle,
    /// Out.
    Out,
}

/// The plug.
#[derive(Debug)]
pub struct Plug {
    /// Where the wallet is reached through it.
    pub address: SocketAddr,
    position: watch::Sender<Position>,
    carrier: AbortHandle,
}

impl Plug {
    /// Puts a plug between a free port and a server.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn before(server: SocketAddr) -> std::io::Result<Arc<Self>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let position = watch::Sender::new(Position::In);
        let carrier = tokio::spawn(accept(listener, server, position.clone())).abort_handle();
        Ok(Arc::new(Self { address, position, carrier }))
    }

    /// Moves it.
    pub fn put(&self, position: Position) {
        self.position.send_replace(position);
    }

    /// Waits until it is out.
    pub async fn until_out(&self) {
        let mut seen = self.position.subscribe();
        out(&mut seen).await;
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, position: watch::Sender<Position>) {
    while let Ok((client, _)) = listener.accept().await {
        if *position.borrow() == Position::Out {
            continue;
        }
        let position = position.clone();
        tokio::spawn(async move {
            if let Ok(server) = TcpStream::connect(server).await {
                // Either side may hang up whenever it likes.
                carry(client, server, position).await.unwrap_or_default();
            }
        });
    }
}

/// Carries bytes both ways until somebody hangs up or the plug is pulled.
async fn carry(
    mut client: TcpStream,
    mut server: TcpStream,
    position: watch::Sender<Position>,
) -> std::io::Result<()> {
    let mut seen = position.subscribe();
    let (mut asked, mut answered) = (vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]);
    let mut charging = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let bytes = asked.get(..read?).unwrap_or_default();
                if bytes.is_empty() {
                    return Ok(());
                }
                charging |= bytes.starts_with(CHARGE);
                server.write_all(bytes).await?;
            }
            read = server.read(&mut answered) => {
                let bytes = answered.get(..read?).unwrap_or_default();
                let middle = charging && *position.borrow() == Position::PulledInTheMiddle;
                if middle {
                    position.send_replace(Position::Out);
                }
                if bytes.is_empty() || middle {
                    return Ok(());
                }
                charging = false;
                client.write_all(bytes).await?;
            }
            () = out(&mut seen) => return Ok(()),
        }
    }
}

/// Waits until the plug is out; an error would mean that it is gone, which is no less.
async fn out(seen: &mut watch::Receiver<Position>) {
    seen.wait_for(|position| *position == Position::Out).await.map(drop).unwrap_or_default();
}
