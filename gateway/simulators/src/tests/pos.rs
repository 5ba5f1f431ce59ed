use super::stage::{Kind, LIMITS, Stage, free, transaction};
use crate::pos::entry::{Action, EntryAnswer, Sale, SaleResult, Source};
use crate::pos::scanner::parse_line;
use crate::pos::{self, PosApp, Serial};
use crate::{EntryState, Running};
use baton_destinations::Limits;
use baton_protocol::target::{Target, Way};
use baton_protocol::work::{DeclineReason, UnknownReason};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

async fn start(stage: &Stage, serial: Serial, ledger: Option<PathBuf>, limits: Limits) -> Running {
    let app = |name: &str, target| PosApp { app: name.parse().unwrap(), target, secret: None };
    let nowhere = Way::Http { base_url: "http://127.0.0.1:1".to_owned() };
    let nowhere = Target::new("n".parse().unwrap(), nowhere);
    let config = pos::Config {
        listen: free(),
        ledger,
        terminal: "POS-1".parse().unwrap(),
        apps: vec![app("pay", stage.target()), app("dead", nowhere)],
        limits,
        serial,
    };
    pos::start(config).await.unwrap()
}

fn body(number: u128, app: &str, code: &str) -> String {
    let transaction = transaction(number);
    format!(
        r#"{{"transaction_id":"{transaction}","app_id":"{app}","entry":"{code}",
            "action":"payment","amount":4500,"currency":"KRW"}}"#
    )
}

async fn enter(running: &Running, body: String) -> reqwest::Response {
    let url = format!("http://{}/entries", running.address);
    reqwest::Client::new().post(url).body(body).send().await.unwrap()
}

async fn sold(running: &Running, body: String) -> EntryAnswer {
    enter(running, body).await.json().await.unwrap()
}

async fn sales(running: &Running) -> Vec<Sale> {
    let response = reqwest::get(format!("http://{}/sales", running.address)).await.unwrap();
    response.json().await.unwrap()
}

#[tokio::test]
async fn an_entry_is_sent_to_the_destination_under_its_own_reference() {
    let stage = Stage::new(Kind::Acquirer).await;
    let running = start(&stage, Serial::Absent, None, LIMITS).await;

    let answer = sold(&running, body(1, "pay", "A1B2C3D4")).await;

    assert!(matches!(answer.result, SaleResult::Approved { .. }), "{answer:?}");
    assert_eq!((answer.amount, answer.transaction_id), (4_500, transaction(1)));
    let ledger = stage.ledger().await;
    assert_eq!(ledger[0].transaction_id, transaction(1));
    assert_eq!(ledger[0].state, EntryState::Approved);
}

#[tokio::test]
async fn declined_unknown_and_unreachable_are_shown_as_they_are() {
    let stage = Stage::new(Kind::Acquirer).await;
    let running = start(&stage, Serial::Absent, None, LIMITS).await;

    let declined = sold(&running, body(1, "pay", "X-FUNDS-1")).await.result;
    let unknown = sold(&running, body(2, "pay", "X-DROP-1")).await.result;
    let unreachable = sold(&running, body(3, "dead", "A1B2C3D4")).await.result;
    let no_app = enter(&running, body(4, "nothing", "A1B2C3D4")).await.status();
    let no_code = enter(&running, body(5, "pay", "4111111111111111")).await.status();

    assert_eq!(declined, SaleResult::Declined { reason: DeclineReason::Funds });
    assert_eq!(unknown, SaleResult::Unknown { reason: UnknownReason::Cut });
    assert_eq!(unreachable, SaleResult::Declined { reason: DeclineReason::Refused });
    assert_eq!((no_app.as_u16(), no_code.as_u16()), (422, 422));
}

#[tokio::test]
async fn a_second_entry_during_a_sale_is_told_busy() {
    let stage = Stage::new(Kind::Acquirer).await;
    let limits = Limits { answer_ms: 2_000, ..LIMITS };
    let running = start(&stage, Serial::Absent, None, limits).await;

    let (first, second) = tokio::join!(enter(&running, body(1, "pay", "X-LATE70-1")), async {
        while stage.ledger().await.is_empty() {}
        enter(&running, body(2, "pay", "A1B2C3D4")).await
    });

    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 409));
    assert_eq!(sales(&running).await.len(), 1);
}

#[tokio::test]
async fn the_page_shows_sales_but_never_what_was_entered() {
    let stage = Stage::new(Kind::Acquirer).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("sales.jsonl");
    let running = start(&stage, Serial::Absent, Some(ledger.clone()), LIMITS).await;
    sold(&running, body(1, "pay", "SECRET-CODE")).await;

    let url = format!("http://{}/", running.address);
    let page = reqwest::get(url).await.unwrap().text().await.unwrap();

    assert!(page.contains("4,500 KRW"), "{page}");
    assert!(page.contains(r#"<b class="approved">"#), "{page}");
    assert!(!page.contains("SECRET-CODE"));
    assert!(!std::fs::read_to_string(&ledger).unwrap().contains("SECRET-CODE"));
    assert_eq!(pos::read_sales(&ledger).unwrap(), sales(&running).await);
}

#[tokio::test]
async fn a_known_reference_keeps_its_result_also_after_a_restart() {
    let stage = Stage::new(Kind::Acquirer).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = Some(folder.path().join("sales.jsonl"));
    let before = start(&stage, Serial::Absent, ledger.clone(), LIMITS).await;
    let first = sold(&before, body(1, "pay", "A1B2C3D4")).await;
    before.stop().await;

    let after = start(&stage, Serial::Absent, ledger, LIMITS).await;
    let again = sold(&after, body(1, "pay", "A1B2C3D4")).await;

    assert_eq!(again, first);
    assert_eq!(sales(&after).await.len(), 1);
}

#[tokio::test]
async fn a_scan_on_the_serial_port_becomes_a_sale_and_the_port_opens_again() {
    let stage = Stage::new(Kind::Acquirer).await;
    let running = start(&stage, Serial::Open, None, LIMITS).await;
    let port = running.serial_path.clone().unwrap();

    for (number, code) in [(1, "CODE-1"), (2, "X-FUNDS-2")] {
        let line = format!("payment;pay;{};{code};payment;4500;KRW\r", transaction(number));
        scan(&port, &format!("not a scan\r{line}"));
        wait_for_sales(&running, usize::try_from(number).unwrap()).await;
    }

    let sales = sales(&running).await;
    assert_eq!(sales[0].source, Source::Scanner);
    assert!(matches!(sales[0].result, SaleResult::Approved { .. }), "{:?}", sales[0]);
    assert_eq!(sales[1].result, SaleResult::Declined { reason: DeclineReason::Funds });
}

/// Opens the port, writes and closes it, as a device does that is plugged in and out.
fn scan(port: &Path, text: &str) {
    use rustix::fs::{Mode, OFlags, open};
    let port = open(port, OFlags::WRONLY | OFlags::NOCTTY, Mode::empty()).unwrap();
    std::fs::File::from(port).write_all(text.as_bytes()).unwrap();
}

async fn wait_for_sales(running: &Running, count: usize) {
    let arrived = async { while sales(running).await.len() < count {} };
    tokio::time::timeout(Duration::from_secs(20), arrived).await.unwrap();
}

#[test]
fn a_line_of_the_scanner_is_read_strictly() {
    let id = transaction(1);
    let payment = parse_line(&format!("payment;pay;{id};CODE-1;payment;4500;KRW")).unwrap();
    let redeem = parse_line(&format!("membership;club;{id};M-1;redeem;30;PTS")).unwrap();

    assert_eq!((payment.action, payment.amount, payment.points), (Action::Payment, 4_500, 0));
    assert_eq!((redeem.action, redeem.amount, redeem.points), (Action::Redeem, 0, 30));
    for bad in [
        format!("payment;pay;{id};CODE-1;payment;4500"),
        format!("payment;pay;{id};CODE-1;payment;4500;KRW;"),
        format!("payment;pay;{id};CODE-1;redeem;4500;KRW"),
        format!("payment;pay;{id};CODE-1;payment;45.0;KRW"),
        format!("payment;p/y;{id};CODE-1;payment;4500;KRW"),
        "payment;pay;7;CODE-1;payment;4500;KRW".to_owned(),
    ] {
        assert!(parse_line(&bad).is_none(), "{bad}");
    }
}
