use super::{answer, day_named, request, signed, unsigned};
use crate::day::Day;
use crate::iso8583::dialect::Dialect;
use crate::reconcile::{Reconcile, Reconciliation, Tally, Told, Totals, Unreconciled};
use baton_formats::iso8583::ready::lookup;
use baton_formats::iso8583::{Message, Mti};
use baton_protocol::money::Currency;
use proptest::prelude::*;

const TOTALS: Totals = Totals {
    payments: Tally { count: 3, minor: 12_500 },
    payments_reversed: Tally { count: 1, minor: 4_500 },
    refunds: Tally { count: 2, minor: 1_500 },
    refunds_reversed: Tally { count: 1, minor: 500 },
};

/// Sixteen digits.
const NET_MAX: i64 = 9_999_999_999_999_999;

fn ask(totals: Totals) -> Reconcile {
    let (from_ms, to_ms, at_ms) = (0, 0, 1_700_000_000_123);
    let (day, currency) = ("2023-11-14".parse().unwrap(), Currency::KRW);
    Reconcile { day, currency, terminal: None, totals, from_ms, to_ms, at_ms }
}

fn asked(totals: Totals) -> Message {
    request(&ask(totals), Mti::RECONCILIATION, &Dialect::baton()).unwrap()
}

/// The question as an honest destination sends it back, with these codes.
fn answered(settlement: Option<&str>, code: &str) -> Message {
    let mut message = asked(TOTALS).with(39, code);
    message.mti = Mti::RECONCILIATION_ANSWER;
    if let Some(settlement) = settlement {
        message.set(66, settlement);
    }
    message
}

#[test]
fn the_totals_stand_in_the_fields_of_the_standard() {
    let message = asked(TOTALS);

    let figures: Vec<_> =
        (66..=97).filter_map(|field| Some((field, message.text(field)?))).collect();
    let expected = [
        (74, "2"),
        (75, "1"),
        (76, "3"),
        (77, "1"),
        (78, "0"),
        (79, "0"),
        (80, "0"),
        (81, "0"),
        (86, "1500"),
        (87, "500"),
        (88, "12500"),
        (89, "4500"),
        (97, "D0000000000007000"),
    ];
    assert_eq!(figures, expected);
    assert_eq!((message.text(15), message.text(50)), (Some("1114"), Some("410")));
    assert_eq!((message.text(7), message.text(41)), (Some("1114221320"), None));
}

#[test]
fn a_field_of_nothing_is_left_out_where_the_table_has_no_row_for_it() {
    let profile = "base = \"baton\"\n[fields]\n80 = \"none\"\n81 = \"none\"";
    let dialect = Dialect::of(Some(profile), None).unwrap();

    let message = request(&ask(TOTALS), Mti::RECONCILIATION, &dialect).unwrap();

    let of_nothing = [78, 79, 80, 81].map(|field| message.text(field));
    assert_eq!(of_nothing, [Some("0"), Some("0"), None, None]);
    assert!(dialect.seal(&message).is_ok());
}

#[test]
fn in_balance_is_what_both_codes_say_and_no_figure_denies() {
    let honest = answered(Some("1"), "00");
    let lying = honest.clone().with(88, "12501");
    let mut terse = honest.clone();
    (74..=97).for_each(|field| terse.remove(field));

    assert_eq!(answer(&ask(TOTALS), &honest), Reconciliation::InBalance);
    assert_eq!(answer(&ask(TOTALS), &terse), Reconciliation::InBalance);
    let mut theirs = Told::from(TOTALS);
    theirs.payments.minor = Some(12_501);
    assert_eq!(answer(&ask(TOTALS), &lying), Reconciliation::OutOfBalance { theirs });
}

#[test]
fn every_other_answer_says_why_it_is_not_in_balance() {
    let out = Reconciliation::OutOfBalance { theirs: Told::from(TOTALS) };
    let not = |why| Reconciliation::NotReconciled(why);
    let refused = |code: &str| not(Unreconciled::Refused { code: code.to_owned() });
    let cases = [
        (Some("2"), "00", out.clone()),
        (Some("2"), "95", out.clone()),
        (None, "95", out),
        (None, "00", not(Unreconciled::Uncompared)),
        (Some("0"), "00", not(Unreconciled::Uncompared)),
        (Some("3"), "00", refused("settlement 3")),
        (Some("1"), "96", refused("96")),
        (None, "91", refused("91")),
    ];

    for (settlement, code, expected) in cases {
        let message = answered(settlement, code);
        assert_eq!(answer(&ask(TOTALS), &message), expected, "{settlement:?} {code}");
    }
}

#[test]
fn an_answer_about_something_else_is_a_mismatch() {
    for (field, value) in [(15, "1115"), (50, "840"), (41, "T-100   ")] {
        let message = answered(Some("1"), "00").with(field, value);

        let expected = Reconciliation::NotReconciled(Unreconciled::Mismatch);
        assert_eq!(answer(&ask(TOTALS), &message), expected, "field {field}");
    }
}

#[test]
fn a_day_is_named_by_its_settlement_date_before_its_local_one() {
    let near: Day = "2026-12-31".parse().unwrap();
    let message = Message::new(Mti::NETWORK).with(13, "1231");
    let day = |message: &Message| day_named(message, near).map(|day| day.to_string());

    assert_eq!(day(&message).as_deref(), Some("2026-12-31"));
    assert_eq!(day(&message.clone().with(15, "0101")).as_deref(), Some("2027-01-01"));
    assert_eq!(day(&message.with(15, "0000")), None);
    assert_eq!(day(&Message::new(Mti::NETWORK)), None);
}

/// Read by the table alone, without the translation that wrote it.
#[test]
fn in_1993_the_day_has_its_year_and_the_action_code_says_what_was_found() {
    let dialect = Dialect::of(Some("base = \"1993-ascii\""), None).unwrap();
    let table = lookup("1993-ascii").unwrap();
    let frame = dialect.seal(&asked(TOTALS)).unwrap();
    let sent = Message::parse(table, &frame[2..]).unwrap();

    let day = ask(TOTALS).day.month_day();
    let (date, mti) = (sent.text(28).unwrap(), sent.mti.digits());
    assert_eq!((mti, sent.text(24), &date[2..]), (b"1500", Some("500"), day.as_str()));
    assert_eq!([15, 66, 70].map(|field| sent.text(field)), [None; 3]);

    let found = |action: &str| {
        let mut theirs = sent.clone().with(39, action);
        theirs.mti = Mti::parse(b"1510").unwrap();
        answer(&ask(TOTALS), &dialect.open(&theirs.build(table).unwrap()).unwrap())
    };
    let (refused, out) = ("settlement 3".to_owned(), Told::from(TOTALS));
    let refused = Unreconciled::Refused { code: refused };
    assert_eq!(found("500"), Reconciliation::InBalance);
    assert_eq!(found("501"), Reconciliation::OutOfBalance { theirs: out });
    assert_eq!(found("503"), Reconciliation::NotReconciled(refused));
    assert_eq!(found("000"), Reconciliation::NotReconciled(Unreconciled::Uncompared));
}

#[test]
fn totals_without_a_net_that_fits_are_not_sent() {
    let most = Tally { count: 1, minor: i64::MAX };
    let owed = Totals { refunds: most, payments_reversed: most, ..Totals::default() };

    assert_eq!(request(&ask(owed), Mti::RECONCILIATION, &Dialect::baton()), None);
}

proptest! {
    #[test]
    fn a_net_amount_is_read_as_it_was_written(net in -NET_MAX..NET_MAX) {
        let text = signed(net);

        prop_assert_eq!(text.len(), 17);
        prop_assert_eq!(unsigned(&text), Some(net));
    }

    #[test]
    fn any_totals_that_fit_agree_with_their_own_echo(
        counts in prop::array::uniform4(0_i64..9_999_999_999),
        sums in prop::array::uniform4(0_i64..999_999_999_999_999),
    ) {
        let tally = |at: usize| Tally { count: counts[at], minor: sums[at] };
        let totals = Totals {
            payments: tally(0),
            payments_reversed: tally(1),
            refunds: tally(2),
            refunds_reversed: tally(3),
        };
        for profile in ["base = \"baton\"", "base = \"1987-bcd\"", "base = \"1993-ascii\""] {
            let dialect = Dialect::of(Some(profile), None).unwrap();
            let asked = request(&ask(totals), Mti::RECONCILIATION, &dialect).unwrap();
            let bytes = dialect.seal(&asked).unwrap();
            let mut frames = dialect.frames();
            frames.push(&bytes);
            let mut echo = dialect.open(frames.next_frame().unwrap().unwrap()).unwrap();
            echo.mti = Mti::RECONCILIATION_ANSWER;
            let echo = echo.with(39, "00").with(66, "1");

            prop_assert_eq!(answer(&ask(totals), &echo), Reconciliation::InBalance);
        }
    }
}
