//! One connection through the proxy: two streams of bytes under one sky.
//!
//! Owns what the weather does to bytes. A connection that swallowed bytes is mute for ever: TCP
//! never delivers a stream with a hole in it. Next: nothing; `stage` places the proxies.

use super::Tally;
use super::weather::{Sky, Way, Weather};
use crate::clock::pause;
use futures_util::FutureExt;
use futures_util::future::Either;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

/// Bytes that are moved at a time: more than most messages have.
const PIECE_BYTES: usize = 8 * 1024;
/// Bytes of a slow link's piece: a 600-byte command takes three quarters of a second.
const SLOW_BYTES: usize = 16;
/// Pause between such pieces, in milliseconds.
const SLOW_MS: u64 = 20;

/// What both ways of a connection share.
struct Link<'a> {
    sky: watch::Receiver<Sky>,
    mute: &'a AtomicBool,
    tally: &'a Tally,
}

/// What became of a piece.
enum Piece {
    Passed,
    Cut,
}

/// Moves bytes both ways until either side ends or the sky cuts the connection.
pub async fn join(near: TcpStream, far: TcpStream, sky: watch::Receiver<Sky>, tally: &Tally) {
    if near.set_nodelay(true).is_err() || far.set_nodelay(true).is_err() {
        return;
    }
    let mute = AtomicBool::new(false);
    let (mut near_read, mut near_write) = near.into_split();
    let (mut far_read, mut far_write) = far.into_split();
    let link = |sky| Link { sky, mute: &mute, tally };
    let up = link(sky.clone()).pump(&mut near_read, &mut far_write, Way::Up);
    let down = link(sky).pump(&mut far_read, &mut near_write, Way::Down);
    let (up, down) = (std::pin::pin!(up), std::pin::pin!(down));
    // On a mute connection nobody learns that the other side has closed.
    let other = match futures_util::future::select(up, down).await {
        Either::Left((_, other)) => other.left_future(),
        Either::Right((_, other)) => other.right_future(),
    };
    if mute.load(Ordering::Relaxed) {
        other.await.ok();
    }
}

impl Link<'_> {
    async fn pump(
        mut self,
        from: &mut OwnedReadHalf,
        to: &mut OwnedWriteHalf,
        way: Way,
    ) -> io::Result<()> {
        let born = self.sky.borrow_and_update().cuts;
        let mut buffer = vec![0; PIECE_BYTES];
        let mut passed = 0;
        loop {
            let read = tokio::select! {
                biased;
                changed = self.sky.changed() => {
                    passed = 0;
                    if changed.is_err() || self.sky.borrow_and_update().cuts != born {
                        self.tally.cut.fetch_add(1, Ordering::Relaxed);
                        return Ok(());
                    }
                    continue;
                }
                read = from.read(&mut buffer) => read?,
            };
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                return Ok(());
            };
            let piece = self.deliver(bytes, to, way, passed).await?;
            passed += read;
            if matches!(piece, Piece::Cut) {
                self.tally.cut.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
        }
    }

    async fn deliver(
        &self,
        bytes: &[u8],
        to: &mut OwnedWriteHalf,
        way: Way,
        passed: usize,
    ) -> io::Result<Piece> {
        let weather = self.sky.borrow().weather;
        if self.mute.load(Ordering::Relaxed) || weather == Weather::HalfOpen {
            self.mute.store(true, Ordering::Relaxed);
            self.tally.swallowed_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            return Ok(Piece::Passed);
        }
        match weather {
            Weather::CutAfter { bytes: most, way: counted } if counted == way => {
                let left = most.saturating_sub(passed);
                to.write_all(bytes.get(..left).unwrap_or(bytes)).await?;
                return Ok(if bytes.len() > left { Piece::Cut } else { Piece::Passed });
            }
            Weather::Late { ms } => {
                pause(ms).await;
                to.write_all(bytes).await?;
            }
            Weather::Slow => {
                for piece in bytes.chunks(SLOW_BYTES) {
                    to.write_all(piece).await?;
                    pause(SLOW_MS).await;
                }
            }
            Weather::Clear | Weather::Refusing | Weather::HalfOpen | Weather::CutAfter { .. } => {
                to.write_all(bytes).await?
            }
        }
        Ok(Piece::Passed)
    }
}
