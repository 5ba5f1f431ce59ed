use crate::emv::CodeRules;
use crate::emv::codes::{Class, Mark, Rule, Span};
use proptest::collection::vec;
use proptest::prelude::*;

fn rule() -> impl Strategy<Value = Rule> {
    let span = ("[0-9]{3}", "[0-9]{3}").prop_map(|(one, other)| {
        let (first, last) = if one <= other { (one, other) } else { (other, one) };
        Span { first, last }
    });
    let mark = (1_usize..20, vec(span, 1..4));
    let marks = vec(mark.prop_map(|(position, spans)| Mark { position, spans }), 0..3);
    let classes = vec![Class::Digits, Class::Alphanumeric, Class::Base64, Class::Visible];
    let names = ("[!-~&&[^=/#]]{1,9}", prop::option::of("[a-zé]{1,9}"));
    let lengths = (1_usize..30, 22_usize..60).prop_map(|(low, high)| low.min(high)..=high);
    (names, lengths, prop::sample::select(classes), marks).prop_map(
        |((scheme, product), lengths, class, marks)| {
            Rule::new(&scheme, product.as_deref(), lengths, class, marks).unwrap()
        },
    )
}

proptest! {
    #[test]
    fn written_rules_read_back_the_same(rules in vec(rule(), 0..5)) {
        let text: String = rules.iter().map(|rule| format!("{rule}\n")).collect();

        let read = CodeRules::parse(&text).unwrap();

        prop_assert_eq!(read.rules(), &rules[..]);
        prop_assert_eq!(read.to_string(), text);
    }

    #[test]
    fn any_text_is_rules_or_a_fault_and_any_code_is_classified(
        text in "\\PC{0,40}", likely in "[a-z =/;:.|0-9\n#]{0,60}", code in "\\PC{0,40}",
    ) {
        for text in [text, likely] {
            if let Ok(rules) = CodeRules::parse(&text) {
                let _ = rules.classify(&code);
                prop_assert_eq!(CodeRules::parse(&rules.to_string()), Ok(rules));
            }
        }
        let _ = CodeRules::standard().classify(&code);
    }
}
