//! A virtual printer that runs out of paper and is pulled out; what comes out of it is looked at.

use super::*;
use crate::clock::clock;
use crate::receipt::Place;
use crate::receipt::tests::paper::Strip;
use baton_protocol::code::PaymentCode;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::Work;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

const PAPER_DOTS: u16 = 384;
const WITH_PAPER: u8 = 0x12;
const WITHOUT_PAPER: u8 = 0x72;

/// A printer on the network.
struct Station {
    address: SocketAddr,
    paper: Arc<AtomicU8>,
    printed: watch::Receiver<Vec<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Station {
    async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let paper = Arc::new(AtomicU8::new(WITH_PAPER));
        let (out, printed) = watch::channel(Vec::new());
        let answer = Arc::clone(&paper);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = [0; 3];
                stream.read_exact(&mut bytes).await.unwrap();
                stream.write_all(&[answer.load(Ordering::Relaxed)]).await.unwrap();
                let mut receipt = Vec::new();
                stream.read_to_end(&mut receipt).await.unwrap();
                if !receipt.is_empty() {
                    out.send_modify(|all| all.push(receipt));
                }
            }
        });
        Self { address, paper, printed, task }
    }

    async fn until(&mut self, count: usize) -> Vec<Strip> {
        let printed = self.printed.wait_for(|printed| printed.len() >= count).await.unwrap();
        printed.iter().map(|bytes| Strip::print(bytes, usize::from(PAPER_DOTS))).collect()
    }

    async fn pull(self) {
        self.task.abort();
        self.task.await.unwrap_err();
    }
}

struct Till {
    folder: TempDir,
    counter: Counter,
    address: SocketAddr,
}

impl Till {
    fn of(address: SocketAddr) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), counter: Counter::new(clock()), address }
    }

    fn start(&self) -> (Desk, JoinHandle<()>) {
        let paper = Paper {
            printer: Printer { place: Place::Network(self.address.to_string()) },
            dots: PAPER_DOTS,
            lettering: Lettering::BuiltIn,
            title: "Corner Caf\u{e9}".to_owned(),
            offset_minutes: 540,
        };
        let clock = Clock { monotonic_ms: clock().monotonic_ms, unix_us: || 1_767_323_045_000_000 };
        let (desk, slips) = Slips::open(self.folder.path(), Some(paper), clock).unwrap();
        (desk, tokio::spawn(slips.run(self.counter.clone())))
    }

    fn kept(&self) -> String {
        std::fs::read_to_string(self.folder.path().join(SLIPS_FILE)).unwrap()
    }
}

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn payment(number: u128) -> Command {
    let code = PaymentCode::parse("CODE-1234".to_owned()).unwrap();
    Command {
        transaction: id(number),
        epoch: 1,
        ttl_ms: 10_000,
        app: "wallet-app".parse().unwrap(),
        code_digest: "digest".to_owned(),
        work: Work::Payment { code, amount: Money::new(12_300, Currency::KRW) },
        target: None,
    }
}

fn approve(desk: &Desk, number: u128) {
    desk.submitted(&payment(number));
    desk.word(id(number), State::Approved);
}

#[tokio::test]
async fn an_approved_payment_prints_its_receipt_once() {
    let mut station = Station::at("127.0.0.1:0").await;
    let till = Till::of(station.address);
    let (desk, running) = till.start();

    desk.submitted(&payment(1));
    desk.word(id(1), State::Unknown);
    approve(&desk, 0x0190_a5c2_0000_7000_8000_0000_0000_0002);
    desk.word(id(1), State::Declined);
    desk.word(id(0x0190_a5c2_0000_7000_8000_0000_0000_0002), State::Approved);
    let strips = station.until(1).await;
    drop(desk);
    running.await.unwrap();

    let text = strips[0].text.join("\n");
    assert!(text.contains("TOTAL                 12,300 KRW\n"), "{text}");
    assert!(text.contains("APPROVED\n02 Jan 2026 12:04:05 +09:00\nwallet-app\n"), "{text}");
    assert!(text.contains("0190a5c2-0000-7000-8000-\n000000000002"), "{text}");
    assert_eq!((strips[0].cuts, strips[0].drawings), (1, 1), "the title is drawn");
    if let Some(keep) = std::env::var_os("BATON_KEEP_PICTURES") {
        let place = PathBuf::from(keep).join("automatic-receipt.png");
        std::fs::write(place, strips[0].to_png()).unwrap();
    }
    assert_eq!((station.printed.borrow().len(), till.kept().as_str()), (1, "[]"));
}

#[tokio::test]
async fn without_paper_receipts_wait_and_come_in_their_order_when_there_is_some() {
    let mut station = Station::at("127.0.0.1:0").await;
    station.paper.store(WITHOUT_PAPER, Ordering::Relaxed);
    let till = Till::of(station.address);
    let (desk, running) = till.start();
    let mut view = till.counter.watch();

    approve(&desk, 1);
    view.wait_for(|view| view.troubles == ["printer"]).await.unwrap();
    approve(&desk, 2);
    station.paper.store(WITH_PAPER, Ordering::Relaxed);
    let strips = station.until(2).await;
    drop(desk);
    running.await.unwrap();

    let last = |strip: &Strip| strip.text.iter().rfind(|line| !line.is_empty()).unwrap().clone();
    assert_eq!([last(&strips[0]), last(&strips[1])], ["000000000001", "000000000002"]);
    assert!(view.borrow_and_update().troubles.is_empty());
    assert_eq!((station.printed.borrow().len(), till.kept().as_str()), (2, "[]"));
}

#[tokio::test]
async fn a_printer_that_is_gone_over_a_restart_prints_when_it_is_back_and_once() {
    let station = Station::at("127.0.0.1:0").await;
    let till = Till::of(station.address);
    let address = station.address.to_string();
    station.pull().await;
    let (desk, running) = till.start();
    let mut view = till.counter.watch();

    approve(&desk, 1);
    view.wait_for(|view| view.troubles == ["printer"]).await.unwrap();
    drop(desk);
    running.await.unwrap();
    assert!(till.kept().contains("\"due\""), "{}", till.kept());
    let mut station = Station::at(&address).await;
    let (desk, running) = till.start();
    station.until(1).await;
    desk.word(id(1), State::Approved);
    drop(desk);
    running.await.unwrap();

    assert_eq!((station.printed.borrow().len(), till.kept().as_str()), (1, "[]"));
}

#[tokio::test]
async fn an_approval_that_only_the_journal_saw_is_printed_and_one_in_doubt_is_shown_as_such() {
    let mut station = Station::at("127.0.0.1:0").await;
    let till = Till::of(station.address);
    let (desk, running) = till.start();
    desk.submitted(&payment(1));
    desk.submitted(&payment(2));
    drop(desk);
    running.await.unwrap();
    let line = serde_json::json!({"seq": 1, "body": {"txn": id(1), "ev": "shown"}});
    std::fs::write(till.folder.path().join(JOURNAL_FILE), format!("{line}\n")).unwrap();

    let (desk, running) = till.start();
    station.until(1).await;
    drop(desk);
    running.await.unwrap();

    let view = till.counter.watch().borrow().clone();
    assert_eq!(view.headline, crate::counter::Headline::Checking);
    assert_eq!((view.amount, view.checking), (Some(Money::new(12_300, Currency::KRW)), 1));
    assert!(till.kept().contains("\"owed\""));
}

#[tokio::test]
async fn a_broken_file_is_set_aside_and_receipts_go_on() {
    let mut station = Station::at("127.0.0.1:0").await;
    let till = Till::of(station.address);
    std::fs::write(till.folder.path().join(SLIPS_FILE), "[{\"txn\":1}]").unwrap();

    let (desk, running) = till.start();
    approve(&desk, 1);
    station.until(1).await;
    drop(desk);
    running.await.unwrap();

    let aside = std::fs::read_to_string(till.folder.path().join("slips.broken")).unwrap();
    assert_eq!((aside.as_str(), till.kept().as_str()), ("[{\"txn\":1}]", "[]"));
}
