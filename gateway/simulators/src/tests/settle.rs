//! Business days at the acquirer: compared, begun, and lines that are signed off.

use super::stage::{
    AMOUNT, LIMITS, NEVER, authorize, free, inquire, payment, reverse, transaction,
};
use crate::acquirer::{self, Speech};
use crate::{Entry, Running};
use baton_destinations::ask::{Authorize, GiveBack, Way as WayBack};
use baton_destinations::reconcile::{Reconcile, Reconciliation, Tally, Told, Totals};
use baton_destinations::{Client, CutOver, Day, Dialect, Notice};
use baton_protocol::money::Currency;
use baton_protocol::target::{Profile, Target, Way};
use baton_protocol::work::{InquiryAnswer, Verdict};
use std::collections::BTreeMap;

/// The day of `stage`'s questions, 2023-11-14, in whichever year is near.
const DAY: &str = "2023-11-14";
const PLAIN: &str = "base = \"baton\"\nreconcile = \"request\"";

/// An acquirer with its client.
struct Settlement {
    running: Running,
    client: Client,
}

impl Settlement {
    async fn new(profile: &str) -> Self {
        let dialect = Dialect::of(Some(profile), None).unwrap();
        let speech = Speech { dialect, ..Speech::default() };
        let (listen, admin, members) = (free(), Some(free()), BTreeMap::new());
        let config =
            acquirer::Config { listen, admin, ledger: None, delays: NEVER, members, speech };
        let running = acquirer::start(config).await.unwrap();
        let way = Way::Iso8583 { address: running.address.to_string() };
        let profile = Some(Profile::new(profile).unwrap());
        let target = Target::new("d".parse().unwrap(), way).with_profile(profile);
        Self { client: Client::new(&target, None, LIMITS).unwrap(), running }
    }

    async fn pay(&self, number: u128, code: &str) {
        let verdict = authorize(&self.client, number, &payment(code)).await;
        assert!(matches!(verdict, Verdict::Approved { .. }), "{code}: {verdict:?}");
    }

    async fn compare(&self, day: Day, totals: Totals) -> Reconciliation {
        self.client.reconcile(&question(day, totals)).await
    }

    async fn order(&self, path: &str) {
        let address = self.running.admin_address.unwrap();
        let url = format!("http://{address}{path}");
        let answer = reqwest::Client::new().post(url).send().await.unwrap();
        assert_eq!(answer.status(), 204);
    }

    async fn ledger(&self) -> Vec<Entry> {
        let url = format!("http://{}/ledger", self.running.admin_address.unwrap());
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }
}

fn question(day: Day, totals: Totals) -> Reconcile {
    let (currency, at_ms) = (Currency::KRW, 1_700_000_000_000);
    Reconcile { day, currency, terminal: None, totals, from_ms: 0, to_ms: 0, at_ms }
}

fn day() -> Day {
    DAY.parse().unwrap()
}

fn payments(count: i64) -> Totals {
    let payments = Tally { count, minor: AMOUNT.minor * count };
    Totals { payments, ..Totals::default() }
}

fn refund(number: u128, original: u128, minor: i64) -> GiveBack {
    let (terminal, app) = ("T-100".parse().unwrap(), "pay".parse().unwrap());
    let (transaction, original) = (transaction(number), transaction(original));
    let amount = baton_protocol::money::Money::new(minor, AMOUNT.currency);
    let (how, at_ms) = (WayBack::Refund, 1_700_000_000_000);
    GiveBack { transaction, original, how, terminal, app, amount, at_ms }
}

#[tokio::test]
async fn a_day_with_payments_refunds_and_reversals_is_in_balance_in_every_dialect() {
    let profiles = [
        PLAIN,
        "base = \"baton\"\nreconcile = \"advice\"\nconnections = 3",
        "base = \"1987-ascii-hex\"\nreconcile = \"request\"\n[match]\n0510 = [15, 37]",
        "base = \"1987-bcd\"\nreconcile = \"request\"",
        "base = \"1987-ebcdic\"\nreconcile = \"advice\"",
        "base = \"1993-ascii\"\nreconcile = \"request\"",
        "base = \"1993-bcd\"\nreconcile = \"advice\"\nsession = \"bare\"",
    ];
    for profile in profiles {
        let stage = Settlement::new(profile).await;
        stage.pay(1, "A1B2C3D4").await;
        stage.pay(2, "A1B2C3D5").await;
        stage.pay(3, "A1B2C3D6").await;
        reverse(&stage.client, 2, AMOUNT).await;
        stage.client.give_back(&refund(4, 1, 1_000)).await;
        authorize(&stage.client, 5, &payment("X-FUNDS-1")).await;
        reverse(&stage.client, 6, AMOUNT).await;

        let totals = Totals {
            payments_reversed: Tally { count: 1, minor: 4_500 },
            refunds: Tally { count: 1, minor: 1_000 },
            ..payments(3)
        };
        let came = stage.compare(day(), totals).await;
        let empty = stage.compare(day().next(), Totals::default()).await;
        stage.running.stop().await;

        assert_eq!(came, Reconciliation::InBalance, "{profile}");
        assert_eq!(empty, Reconciliation::InBalance, "{profile}");
    }
}

#[tokio::test]
async fn a_payment_that_only_one_side_counted_is_out_of_balance_in_every_dialect() {
    for base in ["baton", "1987-bcd", "1993-ascii", "1993-bcd"] {
        let profile = format!("base = \"{base}\"\nreconcile = \"request\"");
        let stage = Settlement::new(&profile).await;
        stage.pay(1, "A1B2C3D4").await;

        let came = stage.compare(day(), payments(2)).await;
        stage.running.stop().await;

        let theirs = Told::from(payments(1));
        assert_eq!(came, Reconciliation::OutOfBalance { theirs }, "{base}");
    }
}

#[tokio::test]
async fn a_code_that_unbalances_is_found_by_a_comparison() {
    let stage = Settlement::new(PLAIN).await;
    stage.pay(1, "X-UNBALANCED-1").await;

    let came = stage.compare(day(), payments(1)).await;

    let mut theirs = Told::from(payments(1));
    theirs.payments.minor = Some(AMOUNT.minor + 1);
    theirs.net_minor = theirs.payments.minor;
    assert_eq!(came, Reconciliation::OutOfBalance { theirs });
}

#[tokio::test]
async fn one_terminal_is_compared_by_itself() {
    let stage = Settlement::new(PLAIN).await;
    stage.pay(1, "A1B2C3D4").await;
    let elsewhere = Authorize {
        transaction: transaction(2),
        terminal: "TERMINAL-200".parse().unwrap(),
        app: "pay".parse().unwrap(),
        work: payment("A1B2C3D5"),
        at_ms: 1_700_000_000_000,
    };
    stage.client.authorize(&elsewhere).await;

    let of = |terminal: &str| Some(terminal.parse().unwrap());
    let one = |terminal| Reconcile { terminal, ..question(day(), payments(1)) };
    let both = stage.compare(day(), payments(2)).await;
    let first = stage.client.reconcile(&one(of("T-100"))).await;
    let second = stage.client.reconcile(&one(of("TERMINAL-200"))).await;
    let other = stage.client.reconcile(&one(of("T-300"))).await;

    let balanced = Reconciliation::InBalance;
    assert_eq!([&both, &first, &second], [&balanced, &balanced, &balanced]);
    assert!(matches!(other, Reconciliation::OutOfBalance { .. }), "{other:?}");
}

#[tokio::test]
async fn after_our_cut_over_payments_and_reversals_belong_to_the_new_day() {
    let stage = Settlement::new(PLAIN).await;
    stage.pay(1, "A1B2C3D4").await;

    let told = stage.client.cut_over(day().next()).await;
    stage.pay(2, "A1B2C3D5").await;
    reverse(&stage.client, 1, AMOUNT).await;

    assert_eq!(told, CutOver::Accepted);
    assert_eq!(stage.compare(day(), payments(1)).await, Reconciliation::InBalance);
    let payments_reversed = Tally { count: 1, minor: AMOUNT.minor };
    let new = Totals { payments_reversed, ..payments(1) };
    assert_eq!(stage.compare(day().next(), new).await, Reconciliation::InBalance);
}

#[tokio::test]
async fn a_cut_over_by_magic_or_by_order_is_told_with_the_next_day() {
    let stage = Settlement::new(PLAIN).await;
    let mut notices = stage.client.notices().unwrap();
    stage.client.cut_over(day()).await;

    stage.pay(1, "X-CUTOVER-1").await;
    let by_magic = notices.next().await;
    stage.order("/cut-over").await;
    let by_order = notices.next().await;

    let named = |notice| match notice {
        Some(Notice::CutOver { day: Some(day) }) => day.month_day(),
        other => panic!("{other:?}"),
    };
    assert_eq!((named(by_magic).as_str(), named(by_order).as_str()), ("1115", "1116"));
    assert_eq!(stage.compare(day(), payments(1)).await, Reconciliation::InBalance);
}

#[tokio::test]
async fn a_line_that_the_acquirer_signs_off_is_signed_on_again_by_the_next_sale() {
    let stage = Settlement::new(PLAIN).await;
    let mut notices = stage.client.notices().unwrap();

    stage.pay(1, "X-SIGNOFF-1").await;
    let by_magic = notices.next().await;
    stage.pay(2, "A1B2C3D5").await;
    stage.order("/sign-off").await;
    let by_order = notices.next().await;
    let inquired = inquire(&stage.client, 2, AMOUNT).await;
    stage.pay(3, "A1B2C3D6").await;

    assert_eq!((by_magic, by_order), (Some(Notice::SignedOff), Some(Notice::SignedOff)));
    assert!(matches!(inquired, InquiryAnswer::Approved { .. }), "{inquired:?}");
    assert_eq!(stage.ledger().await.len(), 3);
}

/// What a client must never do is refused and charges nothing, so that a test can see it.
#[tokio::test]
async fn a_sale_on_a_line_that_its_client_signed_off_charges_nothing() {
    use baton_formats::iso8583::{Frames, Message, Mti, PrivateData, Tag};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stage = Settlement::new(PLAIN).await;
    let dialect = Dialect::baton();
    let mut stream = tokio::net::TcpStream::connect(stage.running.address).await.unwrap();
    let data = PrivateData::new()
        .with(Tag::Transaction, transaction(1).to_string())
        .with(Tag::Code, "A1B2C3D4");
    let sale = Message::new(Mti::SALE)
        .with(3, "000000")
        .with(4, "4500")
        .with(11, "000002")
        .with(49, "410")
        .with(48, data.build().unwrap());
    let sign_off = Message::new(Mti::NETWORK).with(11, "000001").with(70, "002");

    let mut codes = Vec::new();
    for asked in [sign_off, sale] {
        stream.write_all(&dialect.seal(&asked).unwrap()).await.unwrap();
        let (mut frames, mut chunk) = (Frames::default(), [0; 1_024]);
        let answer = loop {
            let read = stream.read(&mut chunk).await.unwrap();
            frames.push(&chunk[..read]);
            if let Some(bytes) = frames.next_frame().unwrap() {
                break dialect.open(bytes).unwrap();
            }
        };
        codes.push(answer.text(39).unwrap().to_owned());
    }

    assert_eq!(codes, ["00", "12"]);
    assert_eq!(stage.ledger().await.len(), 0);
}

#[tokio::test]
async fn a_business_day_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Some(folder.path().join("ledger.jsonl"));
    let start = async |ledger| {
        let (listen, members, speech) = (free(), BTreeMap::new(), Speech::default());
        let config =
            acquirer::Config { listen, admin: None, ledger, delays: NEVER, members, speech };
        acquirer::start(config).await.unwrap()
    };
    let client = |running: &Running| {
        let way = Way::Iso8583 { address: running.address.to_string() };
        let profile = Some(Profile::new(PLAIN).unwrap());
        let target = Target::new("d".parse().unwrap(), way).with_profile(profile);
        Client::new(&target, None, LIMITS).unwrap()
    };
    let before = start(ledger.clone()).await;
    client(&before).cut_over(day().next()).await;
    before.stop().await;

    let after = start(ledger).await;
    let client = client(&after);
    let verdict = authorize(&client, 1, &payment("A1B2C3D4")).await;
    let came = client.reconcile(&question(day().next(), payments(1))).await;

    assert!(matches!(verdict, Verdict::Approved { .. }), "{verdict:?}");
    assert_eq!(came, Reconciliation::InBalance);
}
