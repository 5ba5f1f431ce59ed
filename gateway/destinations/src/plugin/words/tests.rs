use super::{money, reconcile, reconciled};
use crate::reconcile::{Reconcile, Reconciliation, Tally, Told, ToldTally, Totals, Unreconciled};
use baton_protocol::money::Currency;

fn ask() -> Reconcile {
    let totals = Totals {
        payments: Tally { count: 3, minor: 13_500 },
        payments_reversed: Tally { count: 1, minor: 4_500 },
        refunds: Tally { count: 1, minor: 1_000 },
        refunds_reversed: Tally::default(),
    };
    let (day, currency) = ("2026-11-27".parse().unwrap(), Currency::KRW);
    Reconcile { day, currency, terminal: None, totals, from_ms: 5, to_ms: 9, at_ms: 10 }
}

#[test]
fn a_plugin_is_told_the_period_and_what_stands() {
    let document = reconcile(&ask()).unwrap();

    let totals = money::Totals {
        charged_count: 2,
        charged_amount: 9_000,
        returned_count: 1,
        returned_amount: 1_000,
    };
    let currency = "KRW".to_owned();
    assert_eq!(document, money::Reconcile { from_ms: 5, to_ms: 9, currency, totals });
}

#[test]
fn what_the_contract_has_no_place_for_is_not_asked() {
    let one_terminal = Reconcile { terminal: Some("T-100".parse().unwrap()), ..ask() };
    let mut backwards = ask();
    backwards.totals.payments_reversed.count = 4;

    assert_eq!(reconcile(&one_terminal), None);
    assert_eq!(reconcile(&backwards), None);
}

#[test]
fn a_plugins_answer_becomes_ours_and_a_difference_stays_one() {
    let totals = reconcile(&ask()).unwrap().totals;
    let tally = |count, minor| ToldTally { count: Some(count), minor: Some(minor) };
    let theirs = Told {
        payments: tally(2, 9_000),
        refunds: tally(1, 1_000),
        net_minor: Some(8_000),
        ..Told::default()
    };

    let no_way = Reconciliation::NotReconciled(Unreconciled::NoWay);
    let cases = [
        (money::ReconcileAnswer::Agreed, Reconciliation::InBalance),
        (money::ReconcileAnswer::Differs { totals }, Reconciliation::OutOfBalance { theirs }),
        (money::ReconcileAnswer::Unsupported, no_way),
        (money::ReconcileAnswer::NoAnswer, Reconciliation::NoAnswer),
    ];
    for (told, expected) in cases {
        assert_eq!(reconciled(&told), expected, "{told:?}");
    }
}
