use super::*;

#[test]
fn the_codes_of_both_databases_are_read() {
    for (code, condition) in [
        ("13", Some(Condition::NoRoom)),
        ("1034", Some(Condition::Broken)),
        ("778", Some(Condition::Broken)),
        ("266", Some(Condition::Broken)),
        ("4874", Some(Condition::NoRoom)),
        ("11", Some(Condition::Broken)),
        ("5", Some(Condition::Away)),
        ("2067", None),
        ("1", None),
        ("53100", Some(Condition::NoRoom)),
        ("58030", Some(Condition::Broken)),
        ("57P01", Some(Condition::Away)),
        ("57P03", Some(Condition::Away)),
        ("XX001", Some(Condition::Broken)),
        ("23505", None),
    ] {
        assert_eq!(of_code(code), condition, "{code}");
    }
}
