use crate::Dialect;
use baton_formats::iso8583::spec1987::{
    AMOUNT, CURRENCY, LOCAL_DATE, LOCAL_TIME, NETWORK_CODE, ORIGINAL_DATA, RESPONSE_CODE, STAN,
    TERMINAL_ID,
};
use baton_formats::iso8583::{Message, Mti, ready};

fn dialect(base: &str) -> Dialect {
    Dialect::of(Some(&format!("base = \"{base}\"")), None).unwrap()
}

/// What stands in the frame that this dialect makes of one of Baton's messages.
fn sent(base: &str, message: &Message) -> Message {
    let framed = dialect(base).seal(message).unwrap();
    Message::parse(ready::lookup(base).unwrap(), &framed[2..]).unwrap()
}

/// What Baton reads of a message of the destination.
fn read(base: &str, message: &Message) -> Message {
    dialect(base).open(&message.build(ready::lookup(base).unwrap()).unwrap()).unwrap()
}

fn sale() -> Message {
    Message::new(Mti::SALE)
        .with(AMOUNT, "4500")
        .with(CURRENCY, "840")
        .with(STAN, "000123")
        .with(LOCAL_TIME, "072501")
        .with(LOCAL_DATE, "1127")
        .with(TERMINAL_ID, "T-1")
}

#[test]
fn a_sale_of_2003_carries_currency_century_and_long_numbers() {
    let sale = sent("2003-ascii", &sale());

    assert_eq!(sale.mti.digits(), b"2200");
    // US dollars, two decimals, twelve digits of value.
    assert_eq!((sale.text(AMOUNT), sale.text(CURRENCY)), (Some("8402000000004500"), None));
    assert_eq!((sale.text(STAN), sale.text(LOCAL_DATE)), (Some("000000000123"), None));
    assert_eq!(sale.text(TERMINAL_ID), Some("T-1             "));
    assert_eq!(sale.text(24), Some("200"));
    let time = sale.text(LOCAL_TIME).unwrap();
    assert!(time.len() == 14 && time.starts_with("20") && time.ends_with("1127072501"), "{time}");
}

#[test]
fn a_sale_of_2003_comes_back_in_the_words_of_1987() {
    let there = sent("2003-ascii", &sale());

    let back = read("2003-ascii", &there);

    assert_eq!(back.mti, Mti::SALE);
    assert_eq!((back.number(AMOUNT), back.text(CURRENCY)), (Some(4500), Some("840")));
    assert_eq!((back.text(STAN), back.text(TERMINAL_ID)), (Some("000123"), Some("T-1     ")));
    assert_eq!((back.text(LOCAL_DATE), back.text(LOCAL_TIME)), (Some("1127"), Some("072501")));
    assert_eq!(back.value(24), None);
}

#[test]
fn an_amount_in_other_decimals_or_of_no_currency_is_no_amount() {
    for amount in ["8403000000004500", "0002000000004500", "4102000000004500"] {
        let answer = Message::new(Mti::SALE_ANSWER.with_version(b'2')).with(AMOUNT, amount);

        let back = read("2003-ascii", &answer);

        assert_eq!((back.value(AMOUNT), back.value(CURRENCY)), (None, None), "{amount}");
    }
}

#[test]
fn action_codes_mean_the_same_in_every_edition_and_unknown_ones_leave_doubt() {
    let editions = [
        ("1993-ascii", b'1', ["000", "116", "914", "555"]),
        ("2003-ascii", b'2', ["0000", "1016", "9114", "5555"]),
    ];
    for (base, version, actions) in editions {
        let mti = Mti::SALE_ANSWER.with_version(version);
        let codes = actions.map(|action| {
            let back = read(base, &Message::new(mti).with(RESPONSE_CODE, action));
            back.text(RESPONSE_CODE).unwrap().to_owned()
        });

        assert_eq!(codes, ["00", "51", "25", "96"], "{base}");
    }
}

#[test]
fn a_reversal_and_a_sign_on_have_their_functions_in_every_edition() {
    let reversal = Message::new(Mti::REVERSAL).with(ORIGINAL_DATA, "0".repeat(42));
    let sign_on = Message::new(Mti::NETWORK).with(NETWORK_CODE, "001");
    for (base, original) in [("1993-ascii", 24), ("2003-ascii", 30)] {
        let (reversal, sign_on) = (sent(base, &reversal), sent(base, &sign_on));

        assert_eq!((reversal.text(24), sign_on.text(24)), (Some("400"), Some("801")), "{base}");
        assert_eq!(reversal.text(56).map(str::len), Some(original), "{base}");
        assert_eq!(read(base, &sign_on).text(NETWORK_CODE), Some("001"), "{base}");
    }
}
