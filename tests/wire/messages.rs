//! One example of every message: both directions of the link, enrolment, touches, sales, events.
//!
//! Owns the examples; ids and texts are fixed so that the bytes are. A new variant fails to compile
//! in `names` until it has an example here.

use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::enrol::{EnrolAnswer, EnrolRequest, Role};
use baton_protocol::evidence::{Cause, Entry, Evidence, Fence, Outcome};
use baton_protocol::frame::Frame;
use baton_protocol::ids::{AskId, SaleId, TouchId, TransactionId};
use baton_protocol::link::{Command, Downward, FenceReason, NotReadyReason, Upward};
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::*;
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::sighting::*;
use baton_protocol::target::{Target, Way};
use baton_protocol::work::{DeclineReason, MembershipAction, State, UnknownReason, Verdict, Work};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use uuid::Uuid;

/// Every example by its name; the part before the first dash says which type it is.
pub fn all() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, body) in downward() {
        all.push((format!("down-{}{name}", down_word(&body)), text(&framed(body))));
    }
    for (name, body) in upward() {
        all.push((format!("up-{}{name}", up_word(&body)), text(&framed(body))));
    }
    all.extend(phone().into_iter().map(|(name, text)| (name.to_owned(), text)));
    all
}

/// Reads a text as the type that its name says, and speaks it again.
pub fn read(name: &str, text: &str) -> String {
    match name.split('-').next() {
        Some("down") => again::<Frame<Downward>>(text),
        Some("up") => again::<Frame<Upward>>(text),
        Some("enrol_request") => again::<EnrolRequest>(text),
        Some("enrol_answer") => again::<EnrolAnswer>(text),
        Some("touch_request") => again::<TouchRequest>(text),
        Some("touch_answer") => again::<TouchAnswer>(text),
        Some("transaction_answer") => again::<TransactionAnswer>(text),
        Some("refund_request") => again::<RefundRequest>(text),
        Some("touch_event") => again::<TouchEvent>(text),
        Some("sale_request") => again::<SaleRequest>(text),
        Some("sale_answer") => again::<SaleAnswer>(text),
        Some("resolve_answer") => again::<ResolveAnswer>(text),
        Some("sightings_answer") => again::<SightingsAnswer>(text),
        other => panic!("no type is called {other:?}"),
    }
}

/// Every golden file: its name, its text, and what is spoken after reading it.
pub fn read_back(folder: &Path) -> Vec<(String, String, String)> {
    let read_file = |(name, _): (String, String)| {
        let golden = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let golden = golden.trim_end().to_owned();
        let again = read(&name, &golden);
        (name, golden, again)
    };
    all().into_iter().map(read_file).collect()
}

fn downward() -> Vec<(&'static str, Downward)> {
    let transaction = transaction();
    vec![
        (
            "",
            Downward::Welcome {
                session: "0198f2a0-0000-7000-8000-000000000009".to_owned(),
                epoch: 3,
                policy: Policy::default(),
                received: 7,
            },
        ),
        ("-payment", Downward::Command(command(payment(), Some(iso8583())))),
        ("-membership", Downward::Command(command(membership(), Some(http())))),
        ("-paired", Downward::Command(command(payment(), None))),
        ("", Downward::Cancel { transaction, epoch: 3 }),
        ("", Downward::Commit { transaction, state: State::Approved }),
        ("-open", Downward::Sale { sale: sale(), amount: Some(won(12_000)) }),
        ("-over", Downward::Sale { sale: sale(), amount: None }),
        ("", Downward::News { transaction, amount: won(4_500), state: State::Approved }),
        ("-scan", Downward::Taken { ask: ask(), touch: Some(touch_id()) }),
        ("-sale", Downward::Taken { ask: ask(), touch: None }),
        ("", Downward::Refused { ask: ask(), code: RefusalCode::AmountRequired, first: None }),
        ("-twice", refused_twice()),
        ("", Downward::Version { min: 1, max: 1 }),
        ("", Downward::Ack),
    ]
}

fn upward() -> Vec<(&'static str, Upward)> {
    let transaction = transaction();
    let result = |verdict| {
        let code_digest = digest();
        Upward::Result { transaction, epoch: 3, code_digest, verdict, evidence: None }
    };
    let reference = "000042".to_owned();
    let declined = Verdict::Declined { reason: DeclineReason::Funds };
    let hello = |session: Option<&str>, epoch: Option<u64>| Upward::Hello {
        program: "baton-relay-device 0.1.0".to_owned(),
        session: session.map(str::to_owned),
        received: 7,
        journal_seq: 11,
        journal_hash: digest(),
        epoch,
    };
    vec![
        ("-first", hello(None, None)),
        ("-again", hello(Some("0198f2a0-0000-7000-8000-000000000009"), None)),
        ("-epoch", hello(None, Some(41))),
        ("", Upward::Accepted { transaction, epoch: 3 }),
        ("-approved", result(Verdict::Approved { amount: won(4_500), reference })),
        ("-declined", result(declined.clone())),
        ("-unknown", result(Verdict::Unknown { reason: UnknownReason::Silent })),
        ("-unknown-seen", unknown_seen()),
        ("", Upward::fenced(transaction, FenceReason::Cancelled)),
        ("-because", Upward::fenced(transaction, locked())),
        ("", Upward::NotReady { transaction, reason: NotReadyReason::Busy }),
        ("", Upward::Shown { transaction }),
        ("", Upward::Ask { transaction }),
        ("", Upward::Ack),
        ("", Upward::Journal { seq: 12, hash: digest() }),
        ("", Upward::Contradicted { transaction, verdict: declined }),
        ("", Upward::Scanned { ask: ask(), code: code() }),
        ("-amount", Upward::Typed { ask: ask(), amount: Some(won(12_000)) }),
        ("-back", Upward::Typed { ask: ask(), amount: None }),
        ("", Upward::Sightings(sightings())),
    ]
}

fn unknown_seen() -> Upward {
    let verdict = Verdict::Unknown { reason: UnknownReason::Unreadable };
    let evidence = Evidence { entry: Some(Entry::TypedExact), outcome: Outcome::Taken };
    let (transaction, code_digest) = (transaction(), digest());
    Upward::Result { transaction, epoch: 3, code_digest, verdict, evidence: Some(evidence) }
}

const fn locked() -> Fence {
    Fence::because(FenceReason::PosNotReady, Cause::Locked)
}

fn phone() -> Vec<(&'static str, String)> {
    let enrol = EnrolRequest {
        code: "7K3M9QXZ".to_owned(),
        public_key: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        role: None,
    };
    let enrol_as = EnrolRequest { role: Some(Role::Terminal), ..enrol.clone() };
    let answer = EnrolAnswer {
        role: Role::Terminal,
        id: "counter-1".to_owned(),
        audience: "baton".to_owned(),
    };
    vec![
        ("enrol_request", text(&enrol)),
        ("enrol_request-role", text(&enrol_as)),
        ("enrol_answer", text(&answer)),
        ("touch_request-payment", text(&touch(Some(payment_part()), None, None))),
        ("touch_request-sale", text(&touch(Some(sale_part()), None, Some(sale())))),
        ("touch_request-membership", text(&touch(None, Some(membership_part()), None))),
        ("touch_answer", text(&touch_answer())),
        ("touch_answer-both", text(&both_halves())),
        ("transaction_answer-refund", text(&refund_answer())),
        ("refund_request", text(&refund_request())),
        ("touch_event", text(&touch_event())),
        ("sale_request", text(&sale_request())),
        ("sale_answer-open", text(&sale_answer(SaleState::Open, None))),
        ("sale_answer-taken", text(&sale_answer(SaleState::Taken, Some(touch_id())))),
        ("resolve_answer", text(&resolve_answer())),
        ("sightings_answer", text(&sightings_answer())),
    ]
}

/// The word of a message; a new variant must be given an example above.
const fn down_word(body: &Downward) -> &'static str {
    match body {
        Downward::Welcome { .. } => "welcome",
        Downward::Command(_) => "command",
        Downward::Cancel { .. } => "cancel",
        Downward::Commit { .. } => "commit",
        Downward::Sale { .. } => "sale",
        Downward::News { .. } => "news",
        Downward::Taken { .. } => "taken",
        Downward::Refused { .. } => "refused",
        Downward::Version { .. } => "version",
        Downward::Ack => "ack",
        Downward::Later => "later",
    }
}

/// As [`down_word`].
const fn up_word(body: &Upward) -> &'static str {
    match body {
        Upward::Hello { .. } => "hello",
        Upward::Accepted { .. } => "accepted",
        Upward::Result { .. } => "result",
        Upward::Fenced { .. } => "fenced",
        Upward::NotReady { .. } => "not_ready",
        Upward::Shown { .. } => "shown",
        Upward::Ask { .. } => "ask",
        Upward::Ack => "ack",
        Upward::Journal { .. } => "journal",
        Upward::Contradicted { .. } => "contradicted",
        Upward::Scanned { .. } => "scanned",
        Upward::Typed { .. } => "typed",
        Upward::Sightings(_) => "sightings",
        Upward::Later => "later",
    }
}

fn touch(
    payment: Option<PaymentPart>,
    membership: Option<MembershipPart>,
    sale_id: Option<SaleId>,
) -> TouchRequest {
    TouchRequest { terminal_id: "counter-1".parse().unwrap(), payment, membership, sale_id }
}

fn payment_part() -> PaymentPart {
    PaymentPart {
        app_id: "card-app".parse().unwrap(),
        code: code(),
        amount: Some(4_500),
        currency: Some(Currency::KRW),
    }
}

fn sale_part() -> PaymentPart {
    PaymentPart { amount: None, currency: None, ..payment_part() }
}

fn membership_part() -> MembershipPart {
    MembershipPart {
        app_id: "points-app".parse().unwrap(),
        member_id: member(),
        action: MembershipAction::Accrue,
        points: Some(45),
    }
}

fn touch_answer() -> TouchAnswer {
    let transaction = TransactionAnswer {
        transaction_id: transaction(),
        state: State::Declined,
        amount: 4_500,
        currency: Currency::KRW,
        reason: Some("funds".to_owned()),
        kind: None,
        refunded_amount: None,
        original_transaction_id: None,
    };
    TouchAnswer { touch_id: touch_id(), transactions: vec![transaction] }
}

/// A payment of which something was given back, and points for it.
fn both_halves() -> TouchAnswer {
    let half = |kind, amount, currency, refunded_amount| TransactionAnswer {
        transaction_id: transaction(),
        state: State::Approved,
        amount,
        currency,
        reason: None,
        kind: Some(kind),
        refunded_amount,
        original_transaction_id: None,
    };
    let paid = half(TransactionKind::Payment, 4_500, Currency::KRW, Some(500));
    let points = half(TransactionKind::Accrue, 45, Currency::POINTS, None);
    TouchAnswer { touch_id: touch_id(), transactions: vec![paid, points] }
}

fn refund_answer() -> TransactionAnswer {
    TransactionAnswer {
        transaction_id: transaction(),
        state: State::Unknown,
        amount: 500,
        currency: Currency::KRW,
        reason: Some("silent".to_owned()),
        kind: Some(TransactionKind::Refund),
        refunded_amount: None,
        original_transaction_id: Some(transaction()),
    }
}

const fn refund_request() -> RefundRequest {
    RefundRequest { amount: Some(500), currency: Some(Currency::KRW) }
}

fn touch_event() -> TouchEvent {
    let at_ms = 1_700_000_000_000;
    TouchEvent { transaction_id: transaction(), state: State::Approved, at_ms, reason: None }
}

fn sale_request() -> SaleRequest {
    SaleRequest {
        terminal_id: "counter-1".parse().unwrap(),
        amount: 12_000,
        currency: Currency::KRW,
        order_ref: "A-17".to_owned(),
    }
}

fn sale_answer(state: SaleState, touch_id: Option<TouchId>) -> SaleAnswer {
    let SaleRequest { terminal_id, amount, currency, order_ref } = sale_request();
    SaleAnswer { sale_id: sale(), terminal_id, amount, currency, order_ref, state, touch_id }
}

fn resolve_answer() -> ResolveAnswer {
    let app_id = "card-app".parse().unwrap();
    ResolveAnswer {
        terminal_id: "counter-1".parse().unwrap(),
        shop: "Corner Café".to_owned(),
        online: true,
        sale: Some(OpenSale { sale_id: sale(), amount: 12_000, currency: Currency::KRW }),
        apps: vec![AcceptedApp { app_id, kind: DestinationKind::Acquirer, ready: None }],
    }
}

/// Signed with the key of the first vector of RFC 8032, 7.1.
fn sightings() -> SightingReport {
    let digits = "4f1c2a9be07d35586a10c3d2e4f5a6b7".to_owned();
    let (identity, kind) = (digits.try_into().unwrap(), BeaconKind::EddystoneUid);
    SightingReport {
        terminal: "counter-1".parse().unwrap(),
        signed_at_ms: 1_763_866_801_900,
        sightings: vec![Sighting { at_ms: 1_763_866_801_250, signal_dbm: -71, kind, identity }],
        signature: "m2BOAD9IqjhuuW8Lk3HM2--zhYirKsNmDNeNe9E3u0McdvfgYnG2KCgUL8G04fxFA7JPsW4K7nwm\
                    DVzUOqnZDA"
            .to_owned(),
    }
}

fn sightings_answer() -> SightingsAnswer {
    let held = ReportHeld {
        seq: 1_763_866_802_004,
        received_at_ms: 1_763_866_802_004,
        public_key: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        report: sightings(),
    };
    let (audience, next) = ("baton".to_owned(), held.seq);
    SightingsAnswer { audience, reports: vec![held], next }
}

fn command(work: Work, target: Option<Target>) -> Command {
    Command {
        transaction: transaction(),
        epoch: 3,
        ttl_ms: 10_000,
        app: "card-app".parse().unwrap(),
        code_digest: digest(),
        work,
        target,
    }
}

fn payment() -> Work {
    Work::Payment { code: code(), amount: won(4_500) }
}

fn membership() -> Work {
    Work::Membership { member_id: member(), action: MembershipAction::Redeem, points: 45 }
}

fn iso8583() -> Target {
    let way = Way::Iso8583 { address: "card-host.example:8583".to_owned() };
    Target::new("card-host".parse().unwrap(), way)
}

fn http() -> Target {
    let way = Way::Http { base_url: "https://points.example".to_owned() };
    Target::new("points".parse().unwrap(), way)
}

fn code() -> PaymentCode {
    PaymentCode::parse("EXAMPLE-CODE-1".to_owned()).unwrap()
}

fn member() -> MemberId {
    MemberId::parse("M-1001".to_owned()).unwrap()
}

fn digest() -> String {
    "5a".repeat(32)
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn transaction() -> TransactionId {
    TransactionId::new(Uuid::from_u128(0x0198_f2a0_0000_7000_8000_0000_0000_0001))
}

fn touch_id() -> TouchId {
    TouchId::new(Uuid::from_u128(0x0198_f2a0_0000_7000_8000_0000_0000_0002))
}

fn ask() -> AskId {
    AskId::new(Uuid::from_u128(0x0198_f2a0_0000_7000_8000_0000_0000_0004))
}

fn refused_twice() -> Downward {
    let (code, first) = (RefusalCode::DuplicateCode, Some(State::Approved));
    Downward::Refused { ask: ask(), code, first }
}

fn sale() -> SaleId {
    SaleId::new(Uuid::from_u128(0x0198_f2a0_0000_7000_8000_0000_0000_0003))
}

fn framed<B>(body: B) -> Frame<B> {
    Frame { v: 1, seq: 8, ack: 7, body }
}

fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap()
}

fn again<T: Serialize + DeserializeOwned>(spoken: &str) -> String {
    text(&serde_json::from_str::<T>(spoken).unwrap())
}
