use super::*;
use baton_link::keys::DeviceKey;
use baton_protocol::enrol::Role;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the clock of these tests shows, in microseconds: 2026-01-02 03:04:05 UTC.
static NOW_US: AtomicU64 = AtomicU64::new(1_767_323_045_000_000);

fn clock() -> Clock {
    Clock { monotonic_ms: || 0, unix_us: || NOW_US.load(Ordering::Relaxed) }
}

/// An enrolled terminal whose gateway is there and takes it.
async fn enrolled(date: &'static str) -> (TempDir, Config) {
    answered("400 Bad Request", date).await
}

async fn answered(status: &'static str, date: &'static str) -> (TempDir, Config) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut question = [0; 2048];
            let _ = stream.read(&mut question).await;
            let end = "content-length: 0\r\nconnection: close";
            let answer = format!("HTTP/1.1 {status}\r\ndate: {date}\r\n{end}\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap_or_default();
        }
    });
    folder(&gateway)
}

fn folder(gateway: &str) -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let identity = baton_link::enrol::Identity {
        role: Role::Terminal,
        id: "counter-1".to_owned(),
        audience: "baton".to_owned(),
        gateway: gateway.to_owned(),
    };
    identity.save(&folder.path().join("identity.json")).unwrap();
    DeviceKey::generate().unwrap().save(&folder.path().join("device.key")).unwrap();
    let mut config = Config { state: folder.path().to_owned(), ..Config::default() };
    config.tag.address = "https://pay.example".to_owned();
    (folder, config)
}

fn of<'f>(findings: &'f [Finding], part: &str) -> &'f Finding {
    findings.iter().find(|finding| finding.part == part).unwrap()
}

#[tokio::test]
async fn a_terminal_that_is_well_has_nothing_to_mend() {
    let (_folder, config) = enrolled("Fri, 02 Jan 2026 03:04:06 GMT").await;

    let findings = examine(&config, clock()).await;

    let ill: Vec<_> = findings.iter().filter(|finding| finding.is_ill()).collect();
    assert!(ill.is_empty(), "{ill:?}");
    assert!(matches!(of(&findings, "gateway").health, Health::Well { .. }));
    assert!(matches!(of(&findings, "clock").health, Health::Well { .. }));
    assert!(matches!(of(&findings, "journal").health, Health::Absent { .. }));
}

#[tokio::test]
async fn a_terminal_that_the_gateway_refuses_is_not_well() {
    let (_folder, config) = answered("401 Unauthorized", "Fri, 02 Jan 2026 03:04:06 GMT").await;
    let (_other, strange) = answered("404 Not Found", "Fri, 02 Jan 2026 03:04:06 GMT").await;

    let refused = of(&examine(&config, clock()).await, "gateway").to_string();
    let elsewhere = of(&examine(&strange, clock()).await, "gateway").to_string();

    assert!(refused.starts_with("WRONG"), "{refused}");
    assert!(refused.contains("does not take counter-1"), "{refused}");
    assert!(elsewhere.contains("-> check address and port"), "{elsewhere}");
}

#[tokio::test]
async fn a_clock_that_is_off_is_named_with_how_far() {
    let (_folder, config) = enrolled("Fri, 02 Jan 2026 03:06:05 GMT").await;

    let findings = examine(&config, clock()).await;

    let words = of(&findings, "clock").to_string();
    assert!(words.contains("120 s behind the gateway's"), "{words}");
    assert!(words.contains("timedatectl"), "{words}");
}

#[tokio::test]
async fn a_terminal_that_was_not_enrolled_is_told_how_and_the_rest_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { state: folder.path().to_owned(), ..Config::default() };

    let findings = examine(&config, clock()).await;

    assert!(of(&findings, "identity").to_string().contains("-> let the operator run"));
    assert!(matches!(of(&findings, "gateway").health, Health::Unseen { .. }));
    assert!(matches!(of(&findings, "disk").health, Health::Well { .. }));
    assert!(matches!(of(&findings, "scanner").health, Health::Absent { .. }));
}

#[tokio::test]
async fn a_gateway_that_is_away_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (_folder, config) = folder(&gateway);

    let findings = examine(&config, clock()).await;

    let words = of(&findings, "gateway").to_string();
    assert!(words.starts_with(&format!("WRONG  gateway: {gateway}: ")), "{words}");
    assert!(matches!(of(&findings, "clock").health, Health::Unseen { .. }));
}

#[tokio::test]
async fn an_exposed_key_and_a_damaged_journal_are_named() {
    let (folder, config) = folder("http://127.0.0.1:1");
    let key = folder.path().join("device.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(folder.path().join("journal.jsonl"), "{\"seq\":1}\n{}\n").unwrap();

    let findings = examine(&config, clock()).await;

    assert!(of(&findings, "identity").to_string().contains("-> chmod 600"));
    assert!(of(&findings, "journal").to_string().contains("-> keep the file"));
}

#[tokio::test]
async fn each_scanner_is_looked_at_by_its_name() {
    let (_folder, mut config) = folder("http://127.0.0.1:1");
    let text = "[[scanners]]\nname = \"till\"\nport = \"/dev/no-such-port\"\n\
                [[scanners]]\nname = \"wall\"\n\
                [[scanners]]\nname = \"hand\"\nkind = \"keyboard\"\nusb = \"ffff:fffe\"\n";
    let path = config.state.join("t.toml");
    fs::write(&path, text).unwrap();
    config.scanners = Config::load(&path).unwrap().scanners;

    let findings = examine(&config, clock()).await;

    assert!(of(&findings, "scanner till").to_string().contains("-> plug it in"));
    assert!(of(&findings, "scanner wall").to_string().contains("write the port's path"));
    assert!(of(&findings, "scanner hand").to_string().contains("usb ffff:fffe is not plugged in"));
}

#[tokio::test]
async fn what_people_see_and_type_is_looked_at_part_by_part() {
    let (folder, mut config) = folder("http://127.0.0.1:1");
    assert!(matches!(
        of(&examine(&config, clock()).await, "counter").health,
        Health::Absent { .. }
    ));
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    config.screen.listen = held.local_addr().unwrap().to_string();
    "/dev/no-such-port".clone_into(&mut config.display.port);
    "ffff:fffe".clone_into(&mut config.keypad.usb);
    config.lamp.ready = folder.path().join("green");
    config.sound.command = vec!["no-such-player".to_owned()];

    let findings = examine(&config, clock()).await;

    assert!(matches!(of(&findings, "screen").health, Health::Unseen { .. }));
    assert!(of(&findings, "display").to_string().contains("-> plug it in"));
    assert!(of(&findings, "keypad").to_string().contains("usb ffff:fffe is not plugged in"));
    assert!(of(&findings, "lamp").to_string().contains("-> look with ls /sys/class/leds"));
    assert!(of(&findings, "sound").to_string().contains("no-such-player"));
    "10.0.0.7:7300".clone_into(&mut config.screen.listen);
    let refused = of(&examine(&config, clock()).await, "counter").to_string();
    assert!(refused.contains("only this machine may see the screen"), "{refused}");
}
