//! What each weather does to a real connection.
//!
//! Owns a server that sends everything back.

use super::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How long a test waits for bytes that must not come, in milliseconds.
const SILENCE_MS: u64 = 150;

/// Starts a server that echoes, and a proxy before it.
async fn stage() -> (Proxy, SocketAddr) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = server.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = server.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = stream.split();
                tokio::io::copy(&mut read, &mut write).await.ok();
            });
        }
    });
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let proxy = Proxy::start(free, to);
    while TcpStream::connect(free).await.is_err() {
        tokio::task::yield_now().await;
    }
    (proxy, free)
}

async fn echo(stream: &mut TcpStream, text: &[u8]) -> Vec<u8> {
    stream.write_all(text).await.unwrap();
    let mut back = vec![0; text.len()];
    let read = stream.read_exact(&mut back);
    match tokio::time::timeout(Duration::from_millis(SILENCE_MS), read).await {
        Ok(Ok(_)) => back,
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

#[tokio::test]
async fn clear_weather_passes_everything_both_ways() {
    let (_proxy, at) = stage().await;
    let mut stream = TcpStream::connect(at).await.unwrap();

    assert_eq!(echo(&mut stream, b"hello").await, b"hello");
}

#[tokio::test]
async fn a_half_open_link_stays_mute_after_the_weather_clears_and_a_new_one_works() {
    let (proxy, at) = stage().await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    assert_eq!(echo(&mut stream, b"before").await, b"before");

    proxy.set(Weather::HalfOpen);
    assert_eq!(echo(&mut stream, b"lost").await, b"");
    proxy.set(Weather::Clear);

    assert_eq!(echo(&mut stream, b"late").await, b"");
    let mut fresh = TcpStream::connect(at).await.unwrap();
    assert_eq!(echo(&mut fresh, b"fresh").await, b"fresh");
    assert_eq!(proxy.tally().2, 8);
}

#[tokio::test]
async fn a_cut_ends_what_stands_and_nothing_else() {
    let (proxy, at) = stage().await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    assert_eq!(echo(&mut stream, b"before").await, b"before");

    proxy.cut();

    assert_eq!(stream.read(&mut [0; 8]).await.unwrap_or(0), 0);
    let mut fresh = TcpStream::connect(at).await.unwrap();
    assert_eq!(echo(&mut fresh, b"fresh").await, b"fresh");
}

#[tokio::test]
async fn an_answer_is_cut_in_its_middle() {
    let (proxy, at) = stage().await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    assert_eq!(echo(&mut stream, b"before").await, b"before");

    proxy.set(Weather::CutAfter { bytes: 3, way: Way::Down });
    stream.write_all(b"answer").await.unwrap();

    let mut got = Vec::new();
    stream.read_to_end(&mut got).await.ok();
    assert_eq!(got, b"ans");
}

#[tokio::test]
async fn a_refusing_address_has_no_listener_until_the_weather_clears() {
    let (proxy, at) = stage().await;

    proxy.set(Weather::Refusing);
    while TcpStream::connect(at).await.is_ok() {
        tokio::task::yield_now().await;
    }
    proxy.set(Weather::Clear);
    let mut stream = loop {
        if let Ok(stream) = TcpStream::connect(at).await {
            break stream;
        }
        tokio::task::yield_now().await;
    };

    assert_eq!(echo(&mut stream, b"again").await, b"again");
}

#[tokio::test]
async fn slow_and_late_links_bring_everything_in_the_end() {
    let (proxy, at) = stage().await;
    let mut stream = TcpStream::connect(at).await.unwrap();

    for weather in [Weather::Slow, Weather::Late { ms: 20 }] {
        proxy.set(weather);
        let text = [7; 40];
        stream.write_all(&text).await.unwrap();
        let mut back = [0; 40];
        stream.read_exact(&mut back).await.unwrap();
        assert_eq!(back, text);
    }
}
