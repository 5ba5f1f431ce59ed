//! The checker must be able to fail: a good history passes, each bad one breaks its invariant.
//!
//! Each test changes one thing of the good history. Chapters: `good`.

mod good;

use super::*;
use crate::history::*;
use good::{append, broken, charge, good, line, rechain, tell_stories, told};
use serde_json::json;

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
    history.told.push(told("k-3", "t-9", "received", 500));

    assert_eq!(broken(&history), ["I1"]);
}

#[test]
fn a_key_with_two_transactions_is_found() {
    let mut history = good();
    history.told.push(told("k-1", "t-2", "reversed", 700));

    assert_eq!(broken(&history), ["I1", "I2"]);
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
    allowed.transactions[1].app = "points".to_owned();
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
    tell_stories(&mut history, &[("t-1", &["received", "approved"])]);

    assert_eq!(broken(&history), ["I13"]);
}

#[test]
fn an_approval_after_a_decided_reversal_is_found() {
    let mut history = good();
    let steps = &["received", "dispatched", "unknown", "reversing", "suspense", "approved"];
    tell_stories(&mut history, &[("t-1", steps)]);

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
    strange.journals[0].device = "till".to_owned();
    strange.cast.epochs.insert("till".to_owned(), 2);

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
    merchant.ledger =
        vec![line("t-1", "clearing:wallet", 0, 500), line("t-1", "merchant:shop", 500, 0)];

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
fn a_line_that_nobody_can_read_is_found() {
    let mut history = good();
    history.unreadable.push("gateway.jsonl line 7: expected value".to_owned());

    assert_eq!(broken(&history), ["I0"]);
}

#[test]
fn more_given_back_than_was_paid_is_found() {
    let mut history = good();
    history.charges[2].amount = 501;
    history.transactions[2].amount = -501;
    history.asked[2].amount = -501;
    history.told[2].amount = -501;
    history.ledger[2].credit = 501;
    history.ledger[3].debit = 501;

    assert_eq!(broken(&history), ["F9", "I18"]);
}

#[test]
fn a_refund_that_nobody_asked_for_is_found() {
    let mut history = good();
    history.transactions[2].key = "k-1".to_owned();
    history.told.remove(2);

    assert_eq!(broken(&history), ["I3", "I15"]);
}

#[test]
fn points_that_are_spent_for_nothing_are_found() {
    let mut lost = good();
    lost.transactions[5].state = "declined".to_owned();
    lost.charges[5].charges = 0;
    tell_stories(&mut lost, &[("t-6", &["received", "dispatched", "declined"])]);

    assert_eq!(broken(&lost), ["F5"]);
}

#[test]
fn a_code_kept_and_a_word_not_delivered_are_found() {
    let outbox = |message: &str, sealed: bool| OutboxLine {
        transaction: "t-1".to_owned(),
        executor: "counter".to_owned(),
        message: message.to_owned(),
        sealed,
    };
    let mut kept = good();
    kept.outbox.push(outbox("work", true));
    let mut owed = good();
    owed.outbox.push(outbox("word", false));

    assert_eq!(broken(&kept), ["codes"]);
    assert_eq!(broken(&owed), ["F32"]);
}

#[test]
fn a_sale_that_is_stuck_or_paid_for_nothing_is_found() {
    let mut stuck = good();
    stuck.sales[0].state = "taken".to_owned();
    let mut nothing = good();
    nothing.sales[0].key = Some("k-2".to_owned());

    assert_eq!(broken(&stuck), ["sales"]);
    assert_eq!(broken(&nothing), ["sales"]);
}

#[test]
fn a_program_that_ended_by_itself_is_a_violation() {
    let mut history = good();
    history.surprises.push("gateway ended by itself".to_owned());

    assert_eq!(broken(&history), ["run"]);
}
