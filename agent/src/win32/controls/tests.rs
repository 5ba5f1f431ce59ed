use super::*;

#[test]
fn the_mark_of_an_access_key_is_not_part_of_a_name() {
    let shown = ["&Pay", "Pa&y", "A && B", "&Cash && &Carry", "&&", ""].map(unmarked);

    assert_eq!(shown, ["Pay", "Pay", "A & B", "Cash & Carry", "&", ""]);
}
