//! Enrolment against a small real HTTP server.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Answers one request and gives back what it was.
async fn gateway(status: u16, body: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}");
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut request, mut part) = (String::new(), [0; 1_024]);
        while !request.ends_with('}') {
            let read = stream.read(&mut part).await.unwrap();
            request.push_str(&String::from_utf8_lossy(&part[..read]));
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        request
    });
    (address, served)
}

const TERMINAL: &str = r#"{"role":"terminal","id":"T-1","audience":"baton.test"}"#;

#[tokio::test]
async fn an_accepted_code_leaves_key_and_identity_and_works_once() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("new");
    let (address, served) = gateway(200, TERMINAL).await;

    let identity = enrol(&address, "AB12CD34", Role::Terminal, &state).await.unwrap();
    let again = enrol(&address, "AB12CD34", Role::Terminal, &state).await;

    let key = DeviceKey::load(&state.join(KEY_FILE)).unwrap();
    let request = served.await.unwrap();
    assert!(request.starts_with("POST /v1/enrol "), "{request}");
    assert!(request.contains("AB12CD34") && request.contains(key.public()));
    assert!(request.contains(r#""role":"terminal""#), "{request}");
    assert_eq!(Identity::load(&state.join(IDENTITY_FILE)).unwrap(), identity);
    assert_eq!(identity.gateway, address.trim_end_matches('/'));
    assert!(matches!(again, Err(EnrolFault::Taken(_))));
}

#[tokio::test]
async fn whatever_goes_wrong_leaves_no_identity() {
    let folder = tempfile::tempdir().unwrap();
    let (refusing, _served) = gateway(403, "{}").await;
    let (other, _served) = gateway(200, "{}").await;
    let (terminals, _served) = gateway(200, TERMINAL).await;
    let (telling, _served) = gateway(409, "{}").await;
    let (elsewhere, _served) = gateway(404, "{}").await;

    let refused = enrol(&refusing, "AB12CD34", Role::Agent, folder.path()).await;
    let garbled = enrol(&other, "AB12CD34", Role::Agent, folder.path()).await;
    let wrong = enrol(&terminals, "AB12CD34", Role::Agent, folder.path()).await;
    let told = enrol(&telling, "AB12CD34", Role::Agent, folder.path()).await;
    let nowhere = enrol(&elsewhere, "AB12CD34", Role::Agent, folder.path()).await;
    let no_tls = enrol("https://gw", "AB12CD34", Role::Agent, folder.path()).await;

    assert!(matches!(no_tls, Err(EnrolFault::Gateway(_))));
    assert!(matches!(refused, Err(EnrolFault::Refused { status: 403 })));
    assert!(matches!(garbled, Err(EnrolFault::Garbled(_))));
    assert!(matches!(wrong, Err(EnrolFault::RoleWrong { found: "terminal", wanted: "agent" })));
    assert!(matches!(told, Err(EnrolFault::RoleWrong { found: "terminal", wanted: "agent" })));
    assert!(matches!(nowhere, Err(EnrolFault::NotThere(_))));
    assert!(!folder.path().join(IDENTITY_FILE).exists());
}
