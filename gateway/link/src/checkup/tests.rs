//! The question against a small real HTTP server; the gateway's own answers are in the scenarios.

use super::*;
use baton_protocol::enrol::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

async fn asked(status: &'static str) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let identity = identity(format!("http://{}/", listener.local_addr().unwrap()));
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut question = vec![0; 2_048];
        let read = stream.read(&mut question).await.unwrap();
        let date = "date: Fri, 02 Jan 2026 03:04:06 GMT";
        let answer = format!("HTTP/1.1 {status}\r\n{date}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&question[..read]).into_owned()
    });

    let answer = ask(&identity, &DeviceKey::generate().unwrap(), 1_000).await.unwrap();

    let question = served.await.unwrap().to_lowercase();
    assert!(question.starts_with("get /v1/link "), "{question}");
    assert!(question.contains("authorization: bearer "), "{question}");
    assert!(!question.contains("upgrade"), "a connection would end the device's own: {question}");
    answer
}

fn identity(gateway: String) -> Identity {
    let (id, audience) = ("counter-1".to_owned(), "baton".to_owned());
    Identity { role: Role::Terminal, id, audience, gateway }
}

#[tokio::test]
async fn the_status_tells_how_a_device_stands() {
    assert_eq!(asked("400 Bad Request").await.standing, Standing::Taken);
    assert_eq!(asked("401 Unauthorized").await.standing, Standing::NotTaken);
    assert_eq!(asked("503 Service Unavailable").await.standing, Standing::Busy);
    let strange = asked("404 Not Found").await;
    assert_eq!(strange.standing, Standing::Strange { status: 404 });
    assert_eq!(strange.date.as_deref(), Some("Fri, 02 Jan 2026 03:04:06 GMT"));
}

#[tokio::test]
async fn nobody_there_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let identity = identity(format!("http://{}", listener.local_addr().unwrap()));
    drop(listener);

    let fault = ask(&identity, &DeviceKey::generate().unwrap(), 1_000).await.unwrap_err();

    assert!(fault.to_string().to_lowercase().contains("refused"), "{fault}");
}
