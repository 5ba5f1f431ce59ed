use super::*;
use proptest::prelude::*;

/// Visa's and Mastercard's public test numbers, and one of a domestic card by its check digit.
const CARDS: [&str; 4] =
    ["4111111111111111", "5555555555554444", "4111 1111 1111 1111", "9490220006611406"];

#[test]
fn retail_symbols_are_trade_items_with_and_without_the_symbol_s_name() {
    for text in ["4006381333931", "]E04006381333931", "96385074", "]E496385074", "036000291452"] {
        let kind = classify(text).unwrap();

        assert!(matches!(kind, Kind::Retail(_)), "{text}: {kind:?}");
    }
}

#[test]
fn gs1_data_is_elements() {
    for text in ["]C1010950600013435210ABC\u{1d}17261231", "\u{1d}0109506000134352"] {
        let kind = classify(text).unwrap();

        assert!(matches!(kind, Kind::Gs1(_)), "{text}: {kind:?}");
    }
    let broken = classify("]C10109506000134353");
    assert_eq!(broken, Err(Refusal::Malformed { format: "gs1 data" }));
}

#[test]
fn web_addresses_are_links_of_things_or_other_addresses() {
    let link = classify("]Q1https://id.gs1.org/01/09506000134352/10/ABC").unwrap();
    let other = classify("https://pay.example/t/counter-1").unwrap();

    assert!(matches!(link, Kind::Link(_)), "{link:?}");
    assert_eq!(other, Kind::Address);
}

#[test]
fn codes_of_schemes_are_known_and_others_are_plain() {
    let kakao = classify("281006000000000000000000").unwrap();

    assert!(matches!(&kakao, Kind::PaymentCode { scheme, .. } if scheme.starts_with("Kakao")));
    assert_eq!(classify("member-00017"), Ok(Kind::Plain));
    // A symbol that carries no GS1 data keeps its text.
    assert_eq!(classify("]A0member-00017"), Ok(Kind::Plain));
}

#[test]
fn a_consumer_code_is_taken_without_card_data_and_refused_with_it() {
    use baton_formats::emv::consumer::APPLICATION_ID;
    use baton_formats::tlv::{Tag, Writer};
    let application =
        || Writer::new().primitive(APPLICATION_ID, &[0xA0, 0, 0, 0, 0x03, 0x10, 0x10]).unwrap();
    let clean = ConsumerCode::build(&[application()], None).unwrap().to_text();
    let card = Writer::new()
        .primitive(Tag::one(0x85), b"CPV01")
        .unwrap()
        .constructed(Tag::one(0x61), &application().primitive(Tag::one(0x57), &[0x41; 16]).unwrap())
        .unwrap();
    let card = {
        use std::fmt::Write as _;
        let mut text = String::new();
        for chunk in card.into_bytes().chunks(3) {
            write!(text, "{}", base64(chunk)).unwrap();
        }
        text
    };

    assert_eq!(classify(&clean), Ok(Kind::ConsumerCode));
    assert_eq!(classify(&card), Err(Refusal::CardData));
    let format = "an EMVCo consumer code";
    assert_eq!(classify("hQVDUFYwMWE"), Err(Refusal::Malformed { format }));
}

fn base64(chunk: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = [0; 4];
    bytes[1..=chunk.len()].copy_from_slice(chunk);
    let number = u32::from_be_bytes(bytes);
    let digits = (0..4).map(|place| {
        if place > chunk.len() {
            '='
        } else {
            char::from(DIGITS[(number >> (18 - 6 * place) & 63) as usize])
        }
    });
    digits.collect()
}

#[test]
fn card_numbers_are_refused_alone_and_inside() {
    for card in CARDS {
        for text in [card.to_owned(), format!("pay {card} now"), format!("]Q1{card}")] {
            let refused = classify(&text);

            let domestic = card.starts_with('9') && text.starts_with("pay");
            assert!(domestic || refused == Err(Refusal::CardNumber), "{text}: {refused:?}");
        }
    }
    let address = classify("https://evil.example/?n=4111111111111111");
    assert_eq!(address, Err(Refusal::CardNumber));
}

#[test]
fn a_wallets_code_is_read_whatever_its_sum() {
    for start in ["135056725249518", "289361220426366", "2893612204263667"] {
        for end in 0..1_000 {
            let code = format!("{start}{end:03}");

            assert!(classify(&code).is_ok(), "{code}");
        }
    }
}

#[test]
fn what_moves_cursors_or_presses_keys_is_refused() {
    for text in ["a\rb", "a\nb", "\u{1b}[2J", "a\0", "tab\there", "\u{85}", "a\u{1d}b", "\u{7f}"] {
        assert_eq!(classify(text), Err(Refusal::ControlCharacter), "{text:?}");
    }
    assert_eq!(classify(""), Err(Refusal::Empty));
    assert_eq!(classify("]Q1"), Ok(Kind::Plain), "shorter than any symbol's content");
}

#[test]
fn kinds_and_refusals_print_nothing_of_a_code() {
    let code = "281006123456789012345678";

    let shown = format!("{:?}", classify(code).unwrap());

    assert!(!shown.contains("123456"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = classify(&text);
    }

    #[test]
    fn no_text_with_a_visa_number_in_it_is_taken(before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
        let text = format!("{before} 4111111111111111 {after}");

        prop_assert!(classify(&text).is_err());
    }
}
