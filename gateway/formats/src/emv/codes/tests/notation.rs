use crate::emv::codes::{CodeRules, MARKS_MAX, RULES_MAX, RuleInvalid, SPANS_MAX};

fn refused(line: &str) -> RuleInvalid {
    CodeRules::parse(line).unwrap_err().reason
}

#[test]
fn the_first_rule_that_fits_wins() {
    let rules = CodeRules::parse("Narrow = 4 digits; 1: 12\n# wide\n\nWide = 4..6 digits").unwrap();
    let scheme = |code| rules.classify(code).map(|rule| rule.scheme());

    assert_eq!(scheme("1234"), Some("Narrow"));
    assert_eq!(scheme("2134"), Some("Wide"));
    assert_eq!(scheme("213456"), Some("Wide"));
    for none in ["", "123", "1234567", "12a4", " 1234", "１２３４"] {
        assert_eq!(scheme(none), None, "{none}");
    }
}

#[test]
fn a_mark_may_stand_anywhere_and_have_several_texts() {
    let rules = CodeRules::parse("A / b = 6 alphanumeric; 2: X | b..d; 5: 10 | 9").unwrap();
    let holds = |code| rules.classify(code).is_some();

    assert!(holds("aX0010") && holds("ab0091") && holds("ad0010"));
    assert!(!holds("ae0010") && !holds("aX0011") && !holds("Xa0010"));
    assert_eq!(rules.rules()[0].product(), Some("b"));
}

#[test]
fn a_wrong_rule_is_named_with_its_line_and_the_reason() {
    let fault = CodeRules::parse("Good = 4 digits\n# note\nBad Pay (KR) = 4 digts").unwrap_err();

    let text =
        "rule \"Bad Pay (KR)\" in line 3: a class is digits, alphanumeric, base64 or visible";
    assert_eq!(fault.to_string(), text);
}

#[test]
fn each_mistake_has_its_reason() {
    for (line, reason) in [
        ("Pay 4 digits", RuleInvalid::Form),
        ("Pay = digits", RuleInvalid::Form),
        ("Pay = 4 digits; 12", RuleInvalid::Form),
        ("= 4 digits", RuleInvalid::Name),
        ("Pay / = 4 digits", RuleInvalid::Name),
        ("a/b/c = 4 digits", RuleInvalid::Name),
        ("Pay = 0 digits", RuleInvalid::Length),
        ("Pay = 5..4 digits", RuleInvalid::Length),
        ("Pay = 4..9999 digits", RuleInvalid::Length),
        ("Pay = +4 digits", RuleInvalid::Length),
        ("Pay = 99999999999999999999 digits", RuleInvalid::Length),
        ("Pay = 4 letters", RuleInvalid::Class),
        ("Pay = 4 digits; 0: 1", RuleInvalid::Place),
        ("Pay = 4 digits; x: 1", RuleInvalid::Place),
        ("Pay = 4 digits; 4: 12", RuleInvalid::Place),
        ("Pay = 4 digits; 1:", RuleInvalid::Text),
        ("Pay = 4 digits; 1: 1a", RuleInvalid::Text),
        ("Pay = 4 digits; 1: 1..22", RuleInvalid::Text),
        ("Pay = 4 digits; 1: 2..1", RuleInvalid::Text),
        ("Pay = 4 digits; 1: 1 |", RuleInvalid::Text),
    ] {
        assert_eq!(refused(line), reason, "{line}");
    }
}

#[test]
fn tables_and_rules_over_the_limits_are_refused() {
    let marks = "; 1: 1".repeat(MARKS_MAX + 1);
    let spans = "1 | ".repeat(SPANS_MAX);

    assert_eq!(refused(&format!("Pay = 4 digits{marks}")), RuleInvalid::TooMany);
    assert_eq!(refused(&format!("Pay = 4 digits; 1: {spans}1")), RuleInvalid::TooMany);
    assert_eq!(refused(&"Pay = 4 digits\n".repeat(RULES_MAX + 1)), RuleInvalid::TooManyRules);
    assert_eq!(refused(&format!("{} = 4 digits", "a".repeat(65))), RuleInvalid::Name);
}
