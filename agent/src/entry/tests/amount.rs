//! Entries into a POS program that shows the amount to pay, or another one, or none.

use super::*;

/// A recipe whose amount stands in a control of its own.
fn showing(shows: &str) -> Recipe {
    let amount = format!(
        "[amount]\nshows = {shows}\nwritten = {{ currency = \"KRW\", sign = \"₩\", \
         thousands = \",\" }}\n[entry]"
    );
    Recipe::parse(&RECIPE.replace("[entry]", &amount)).unwrap()
}

fn pos(amount: Option<&str>) -> Rc<RefCell<Fake>> {
    let fake = Fake::new();
    fake.borrow_mut().amount = amount.map(str::to_owned);
    fake
}

const ALONE: &str = "{ role = \"amount\" }";

fn tried(fake: &Rc<RefCell<Fake>>, shows: &str) -> Result<Entered, Refused> {
    let (recipe, order) = (showing(shows), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
    prepare(&mut desk(fake, &recipe), &work)
}

/// Lets the amount change between the read-back and the submit.
fn changed(to: Option<&str>) -> (Ended, Rc<RefCell<Fake>>) {
    let (fake, recipe, order) = (pos(Some("₩4,500")), showing(ALONE), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
    let mut desk = desk(&fake, &recipe);
    let entered = prepare(&mut desk, &work).unwrap();
    fake.borrow_mut().amount = to.map(str::to_owned);
    (submit(&mut desk, &work, &entered), fake)
}

#[test]
fn the_amount_of_the_command_is_found_alone_or_in_a_name() {
    let named = "{ role = \"amount\", name = \"Total: {amount}\" }";

    assert!(tried(&pos(Some("₩4,500")), ALONE).is_ok());
    assert!(tried(&pos(Some("Total: 4500 ₩")), named).is_ok());
}

#[test]
fn another_amount_is_refused_before_anything_is_written_and_both_are_said() {
    let fake = pos(Some("₩45,000"));

    let refused = tried(&fake, ALONE).unwrap_err();

    assert_eq!(refused.cause.word(), "amount-differs");
    let said = "the pos shows 45,000 KRW to pay, and the command says 4,500 KRW";
    assert_eq!(refused.cause.to_string(), said);
    assert!(matches!(refused.residue, Residue::Nothing));
    assert_eq!((fake.borrow().writes, fake.borrow().presses), (0, 0));
}

#[test]
fn an_amount_that_is_missing_or_unreadable_is_refused_and_names_the_commands() {
    let cases = [
        (None, "amount-missing", "no amount"),
        (Some(""), "amount-unreadable", "it is empty"),
        (Some("₩4.500"), "amount-unreadable", "\"₩4.500\""),
        (Some("4,500"), "amount-unreadable", "currency sign"),
        (Some("4111 1111 1111 1111"), "amount-unreadable", "something else"),
    ];

    for (amount, word, said) in cases {
        let fake = pos(amount);
        let Refused { cause, .. } = tried(&fake, ALONE).unwrap_err();
        let text = cause.to_string();
        assert_eq!(cause.word(), word);
        assert!(text.contains(said) && text.contains("4,500 KRW"), "{text}");
        assert_eq!((fake.borrow().writes, fake.borrow().presses), (0, 0));
    }
}

#[test]
fn an_amount_that_comes_late_is_waited_for() {
    let fake = pos(Some("₩4,500"));
    fake.borrow_mut().amount_at = now_ms() + 300;

    assert!(tried(&fake, ALONE).is_ok());
}

#[test]
fn an_amount_that_changed_after_the_read_back_is_never_pressed() {
    for (to, word) in [(Some("₩4,600"), "amount-differs"), (None, "amount-missing")] {
        let (ended, fake) = changed(to);

        let Ended::NotPressed { cause, residue: Residue::Nothing } = ended else {
            panic!("{ended:?}")
        };
        assert_eq!(cause.word(), word);
        assert_eq!((fake.borrow().presses, fake.borrow().text.as_str()), (0, ""));
    }
}

#[test]
fn the_same_number_in_another_currency_is_another_amount() {
    let (fake, recipe) = (pos(Some("₩4,500")), showing(ALONE));
    let order = Order { amount: Money::new(4_500, Currency::POINTS), ..order() };
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let refused = prepare(&mut desk(&fake, &recipe), &work).unwrap_err();

    assert_eq!(refused.cause.word(), "amount-differs");
}

#[test]
fn a_recipe_without_the_part_compares_nothing() {
    assert!(entered(&pos(Some("₩45,000")), "[\"set_value\"]").is_ok());
}
