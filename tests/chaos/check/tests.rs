//! The checker must be able to fail: a good history passes, each bad one breaks its invariant.
//!
//! Owns the histories; each test changes one thing of the good one.

use super::journals::{ORIGIN, canonical, link};
use super::*;
use crate::history::*;
use serde_json::{Value, json};

/// One approved and one reversed payment on one terminal, and everything that belongs to them.
fn good() -> History {
    let journal = chain_journal(&[
        json!({"txn": "t-1", "ev": "accepted", "epoch": 1, "amount": 500, "currency": "KRW",
               "digest": "d-1"}),
        json!({"txn": "t-1", "ev": "submitted", "epoch": 1}),
        json!({"txn": "t-1", "ev": "result", "result": "approved", "epoch": 1}),
        json!({"txn": "t-1", "ev": "shown", "epoch": 1}),
        json!({"txn": "t-2", "ev": "accepted", "epoch": 2, "amount": 700, "currency": "KRW",
               "digest": "d-2"}),
        json!({"txn": "t-2", "ev": "submitted", "epoch": 2}),
    ]);
    let steps = [
        ("t-1", Value::Null, "received"),
        ("t-1", json!("received"), "dispatched"),
        ("t-1", json!("dispatched"), "approved"),
        ("t-2", Value::Null, "received"),
        ("t-2", json!("received"), "dispatched"),
        ("t-2", json!("dispatched"), "unknown"),
        ("t-2", json!("unknown"), "reversing"),
        ("t-2", json!("reversing"), "reversed"),
    ];
    let audit = chain_audit(&steps);
    History {
        asked: vec![asked("k-1", "c-1", 500), asked("k-2", "c-2", 700)],
        told: vec![told("k-1", "t-1", "approved", 500), told("k-2", "t-2", "reversing", 700)],
        touches: vec![touch("k-1", "touch-t-1"), touch("k-2", "touch-t-2")],
        transactions: vec![
            transaction("t-1", "d-1", "approved", 500),
            transaction("t-2", "d-2", "reversed", 700),
        ],
        audit_head: (8, audit.last().unwrap().hash.clone()),
        audit,
        ledger: vec![line("clearing:wallet", 500, 0), line("merchant:shop", 0, 500)],
        outbox: Vec::new(),
        sales: vec![SaleLine {
            id: "s-1".to_owned(),
            state: "paid".to_owned(),
            touch: Some("touch-t-1".to_owned()),
            amount: 500,
        }],
        epochs: vec![Epoch { device: "counter".to_owned(), epoch: 2 }],
        journals: vec![journal],
        charges: vec![charge("t-1", "c-1", 500, (1, 0)), charge("t-2", "c-2", 700, (1, 1))],
        points_first: 0,
        pos_sales: vec![PosSale { transaction: "t-1".into(), status: "approved".into() }],
        surprises: Vec::new(),
    }
}

fn asked(key: &str, code_sha: &str, amount: i64) -> Asked {
    let (app, terminal) = ("app".to_owned(), "counter".to_owned());
    let (key, code_sha, currency) = (key.to_owned(), code_sha.to_owned(), "KRW".to_owned());
    let uses = Uses::Once;
    Asked { key, app, terminal, code_sha, uses, amount, currency }
}

fn told(key: &str, transaction: &str, state: &str, amount: i64) -> Told {
    Told {
        key: key.to_owned(),
        touch: format!("touch-{transaction}"),
        transaction: transaction.to_owned(),
        state: state.to_owned(),
        amount,
        currency: "KRW".to_owned(),
    }
}

fn touch(key: &str, id: &str) -> Touch {
    let (app, terminal) = ("app".to_owned(), "counter".to_owned());
    Touch { id: id.to_owned(), app, key: key.to_owned(), terminal }
}

fn transaction(id: &str, digest: &str, state: &str, amount: i64) -> Transaction {
    Transaction {
        id: id.to_owned(),
        touch: format!("touch-{id}"),
        terminal: "counter".to_owned(),
        executor: "counter".to_owned(),
        route: "S".to_owned(),
        app: "app".to_owned(),
        destination: "wallet".to_owned(),
        shop: "shop".to_owned(),
        amount,
        currency: "KRW".to_owned(),
        code_digest: digest.to_owned(),
        state: state.to_owned(),
        accepted_ms: 1,
        final_ms: Some(2),
    }
}

fn line(account: &str, debit: i64, credit: i64) -> LedgerLine {
    let (transaction, currency) = ("t-1".to_owned(), "KRW".to_owned());
    LedgerLine { transaction, account: account.to_owned(), currency, debit, credit }
}

fn charge(transaction: &str, code: &str, amount: i64, times: (u32, u32)) -> Charge {
    Charge {
        destination: "wallet".to_owned(),
        transaction: transaction.to_owned(),
        code_sha: code.to_owned(),
        uses: Uses::Once,
        action: String::new(),
        amount,
        currency: "KRW".to_owned(),
        charges: times.0,
        reversed: times.1,
    }
}

fn chain_journal(bodies: &[Value]) -> Journal {
    let mut prev = ORIGIN.to_owned();
    let mut lines = Vec::new();
    for (body, seq) in bodies.iter().zip(1..) {
        let hash = link(&prev, &canonical(body));
        lines.push(JournalLine { seq, prev, hash: hash.clone(), body: body.clone() });
        prev = hash;
    }
    Journal { device: "counter".to_owned(), lines }
}

fn append(journal: &mut Journal, body: Value) {
    let bodies = journal.lines.iter().map(|line| line.body.clone());
    *journal = chain_journal(&bodies.chain([body]).collect::<Vec<_>>());
}

fn rechain(journal: &mut Journal) {
    let bodies: Vec<Value> = journal.lines.iter().map(|line| line.body.clone()).collect();
    *journal = chain_journal(&bodies);
}

fn chain_audit(steps: &[(&str, Value, &str)]) -> Vec<AuditLine> {
    let mut prev = ORIGIN.to_owned();
    let mut lines = Vec::new();
    for ((txn, from, to), seq) in steps.iter().zip(1..) {
        let body = canonical(&json!({"txn": txn, "from": from, "to": to}));
        let hash = link(&prev, &body);
        lines.push(AuditLine { seq, prev, hash: hash.clone(), body });
        prev = hash;
    }
    lines
}

fn set_audit(history: &mut History, steps: &[(&str, Value, &str)]) {
    history.audit = chain_audit(steps);
    let last = history.audit.last().unwrap();
    history.audit_head = (last.seq, last.hash.clone());
}

fn broken(history: &History) -> Vec<&'static str> {
    let findings = all(history).into_iter().filter(|one| !one.violations.is_empty());
    findings.map(|one| one.invariant).collect()
}

#[test]
fn a_good_history_breaks_nothing_and_every_invariant_looked_at_something() {
    let history = good();

    let findings = all(&history);

    for finding in &findings {
        assert!(finding.violations.is_empty(), "{}: {:?}", finding.invariant, finding.violations);
        assert!(finding.checked > 0, "{} saw nothing", finding.invariant);
    }
}

#[test]
fn an_acknowledged_request_that_is_gone_is_found() {
    let mut history = good();
    history.told.push(told("k-3", "t-3", "received", 500));

    assert_eq!(broken(&history), ["I1"]);
}

#[test]
fn a_key_with_two_transactions_is_found() {
    let mut history = good();
    history.told.push(told("k-1", "t-2", "reversed", 700));

    assert_eq!(broken(&history), ["I2"]);
}

#[test]
fn a_code_charged_twice_is_found() {
    let mut history = good();
    history.charges[1].code_sha = "c-1".to_owned();

    assert_eq!(broken(&history), ["I3", "I14"]);
}

#[test]
fn a_code_in_two_transactions_is_found() {
    let mut history = good();
    history.transactions[1].code_digest = "d-1".to_owned();

    assert_eq!(broken(&history), ["I3", "I14"]);
}

#[test]
fn an_open_transaction_is_found() {
    let mut history = good();
    history.transactions[1].state = "reversing".to_owned();
    history.transactions[1].final_ms = None;

    assert_eq!(broken(&history), ["I4", "I13"]);
}

#[test]
fn people_may_be_left_only_what_machines_cannot_know() {
    let mut allowed = good();
    allowed.transactions[1].state = "suspense".to_owned();
    allowed.transactions[1].final_ms = None;
    allowed.transactions[1].route = "P".to_owned();
    allowed.transactions[1].currency = POINTS.to_owned();
    let mut standalone = allowed.clone();
    standalone.transactions[1].route = "S".to_owned();

    assert!(!broken(&allowed).contains(&"I4"));
    assert!(broken(&standalone).contains(&"I4"));
}

#[test]
fn a_double_charge_is_found() {
    let mut history = good();
    history.charges[0].charges = 2;

    assert_eq!(broken(&history), ["I3", "I5", "I6"]);
}

#[test]
fn an_approval_without_a_charge_is_found() {
    let mut history = good();
    history.charges.remove(0);

    assert_eq!(broken(&history), ["I6"]);
}

#[test]
fn a_charge_that_stands_after_a_negative_end_is_found() {
    let mut history = good();
    history.charges[1].reversed = 0;

    assert_eq!(broken(&history), ["I7"]);
}

#[test]
fn a_charge_that_the_gateway_does_not_know_is_found() {
    let mut history = good();
    history.charges.push(charge("t-9", "c-9", 100, (1, 0)));

    assert_eq!(broken(&history), ["I8"]);
}

#[test]
fn a_gap_in_a_journal_is_found() {
    let mut history = good();
    history.journals[0].lines.remove(2);

    assert_eq!(broken(&history), ["I9"]);
}

#[test]
fn a_changed_line_of_a_journal_is_found() {
    let mut history = good();
    history.journals[0].lines[1].body["epoch"] = json!(7);

    assert!(broken(&history).contains(&"I9"));
}

#[test]
fn a_second_submission_and_one_after_a_fence_are_found() {
    for last in ["submitted", "fenced"] {
        let mut history = good();
        let body = json!({"txn": "t-2", "ev": last, "epoch": 2});
        append(&mut history.journals[0], body);

        assert!(broken(&history).contains(&"I10"), "{last}");
    }
}

#[test]
fn an_acceptance_under_an_older_epoch_is_found() {
    let mut history = good();
    history.journals[0].lines[0].body["epoch"] = json!(2);
    history.journals[0].lines[4].body["epoch"] = json!(1);
    rechain(&mut history.journals[0]);

    assert_eq!(broken(&history), ["I11"]);
}

#[test]
fn a_counter_that_showed_approved_for_a_reversed_payment_is_found() {
    let mut history = good();
    let body = json!({"txn": "t-2", "ev": "shown", "epoch": 2});
    append(&mut history.journals[0], body);

    assert_eq!(broken(&history), ["I12"]);
}

#[test]
fn a_pos_that_showed_approved_for_a_reversed_payment_is_found() {
    let mut history = good();
    history.pos_sales[0].transaction = "t-2".to_owned();

    assert_eq!(broken(&history), ["I12"]);
}

#[test]
fn a_missing_audit_record_is_found() {
    let mut history = good();
    history.audit.pop();

    assert!(broken(&history).contains(&"I13"));
}

#[test]
fn an_illegal_transition_is_found() {
    let mut history = good();
    set_audit(
        &mut history,
        &[
            ("t-1", Value::Null, "received"),
            ("t-1", json!("received"), "approved"),
            ("t-2", Value::Null, "received"),
            ("t-2", json!("received"), "dispatched"),
            ("t-2", json!("dispatched"), "reversed"),
        ],
    );

    assert_eq!(broken(&history), ["I13"]);
}

#[test]
fn an_approval_after_a_decided_reversal_is_found() {
    let mut history = good();
    set_audit(
        &mut history,
        &[
            ("t-1", Value::Null, "received"),
            ("t-1", json!("received"), "dispatched"),
            ("t-1", json!("dispatched"), "unknown"),
            ("t-1", json!("unknown"), "reversing"),
            ("t-1", json!("reversing"), "suspense"),
            ("t-1", json!("suspense"), "approved"),
            ("t-2", Value::Null, "received"),
            ("t-2", json!("received"), "dispatched"),
            ("t-2", json!("dispatched"), "unknown"),
            ("t-2", json!("unknown"), "reversing"),
            ("t-2", json!("reversing"), "reversed"),
        ],
    );

    assert_eq!(broken(&history), ["I13"]);
}

#[test]
fn another_amount_at_the_destination_is_found() {
    let mut history = good();
    history.charges[1].amount = 701;

    assert_eq!(broken(&history), ["I14"]);
}

#[test]
fn a_request_of_nobody_and_a_journal_of_another_device_are_found() {
    let mut unasked = good();
    unasked.asked.remove(1);
    let mut strange = good();
    strange.transactions[0].executor = "till".to_owned();

    assert_eq!(broken(&unasked), ["I14", "I15"]);
    assert_eq!(broken(&strange), ["I15"]);
}

#[test]
fn a_ledger_that_does_not_balance_is_found() {
    let mut history = good();
    history.ledger[0].debit = 499;

    assert_eq!(broken(&history), ["I16"]);
}

#[test]
fn points_that_a_member_does_not_have_and_a_merchant_below_zero_are_found() {
    let mut member = good();
    member.charges[0].uses = Uses::Often;
    member.charges[0].action = "redeem".to_owned();
    let mut merchant = good();
    merchant.ledger = vec![line("clearing:wallet", 0, 500), line("merchant:shop", 500, 0)];

    assert_eq!(broken(&member), ["I18"]);
    assert_eq!(broken(&merchant), ["I17", "I18"]);
}

#[test]
fn an_approval_without_a_posting_is_found() {
    let mut history = good();
    history.ledger.clear();

    assert_eq!(broken(&history), ["I17"]);
}

#[test]
fn a_phone_that_was_told_another_end_is_found() {
    let mut history = good();
    history.told[1].state = "approved".to_owned();

    assert_eq!(broken(&history), ["I19"]);
}

#[test]
fn a_code_kept_and_a_word_not_delivered_are_found() {
    let outbox = |message: &str, sealed: Option<&str>| OutboxLine {
        transaction: "t-1".to_owned(),
        executor: "counter".to_owned(),
        message: message.to_owned(),
        sealed: sealed.map(str::to_owned),
    };
    let mut kept = good();
    kept.outbox.push(outbox("work", Some("sealed")));
    let mut owed = good();
    owed.outbox.push(outbox("word", None));

    assert_eq!(broken(&kept), ["codes"]);
    assert_eq!(broken(&owed), ["F32"]);
}

#[test]
fn a_sale_that_is_stuck_or_paid_for_nothing_is_found() {
    let mut stuck = good();
    stuck.sales[0].state = "taken".to_owned();
    let mut nothing = good();
    nothing.sales[0].touch = Some("touch-t-2".to_owned());

    assert_eq!(broken(&stuck), ["sales"]);
    assert_eq!(broken(&nothing), ["sales"]);
}

#[test]
fn a_program_that_ended_by_itself_is_a_violation() {
    let mut history = good();
    history.surprises.push("gateway ended by itself".to_owned());

    assert_eq!(broken(&history), ["run"]);
}
