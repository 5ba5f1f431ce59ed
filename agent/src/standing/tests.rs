use super::*;
use baton_protocol::enrol::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

async fn said(status: &'static str) -> Line {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let read = stream.read(&mut [0; 2_048]).await.unwrap();
        assert!(read > 0);
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let (id, audience) = ("pos-1".to_owned(), "baton".to_owned());
    let identity = Identity { role: Role::Agent, id, audience, gateway };
    identity.save(&folder.path().join(IDENTITY_FILE)).unwrap();
    DeviceKey::generate().unwrap().save(&folder.path().join(KEY_FILE)).unwrap();

    let line = examine(folder.path(), 1_000).await;

    served.await.unwrap();
    line
}

#[tokio::test]
async fn only_an_agent_that_the_gateway_takes_is_well() {
    let taken = said("400 Bad Request").await;
    let suspended = said("401 Unauthorized").await;
    let elsewhere = said("404 Not Found").await;

    assert!(taken.well && taken.found.ends_with("takes pos-1"), "{taken:?}");
    assert!(!suspended.well && suspended.found.contains("does not take pos-1"), "{suspended:?}");
    assert!(!elsewhere.well && elsewhere.found.contains("check the address"), "{elsewhere:?}");
}

#[test]
fn a_scanner_port_that_is_not_there_is_named_where_entries_go_that_way() {
    let mut config = Config::default();
    "/dev/no-such-port".clone_into(&mut config.scanner.port);
    assert_eq!(port(&config), None);
    config.driver = DriverKind::Scanner;

    let missing = port(&config).unwrap();

    assert!(!missing.well && missing.found.contains("/dev/no-such-port"), "{missing:?}");
    "/dev/null".clone_into(&mut config.scanner.port);
    assert!(port(&config).unwrap().well);
}

#[tokio::test]
async fn an_agent_that_was_not_enrolled_is_told_so() {
    let folder = tempfile::tempdir().unwrap();

    let line = examine(folder.path(), 1_000).await;

    assert!(!line.well && line.found.contains("enrol this device first"), "{line:?}");
}
