//! Entries into a dialog that the cashier or the agent opened, and what its closing says.

use super::desk::Pressed;
use super::*;

/// The recipe with a dialog, which closes where the code was taken.
fn dialog(opens: &str) -> Recipe {
    let (head, _) = RECIPE.split_once("[outcome]").unwrap();
    let head = head.replace("[field]", "[input]\ntitle = \"Pay\"\n[field]");
    let head = head.replacen("recipe = 1", &format!("recipe = 1\ninput_opens = {opens}"), 1);
    let outcome = "[outcome]\nwithin_ms = 6000\n[[outcome.any]]\nsays = \"taken\"\n\
                   closes = \"input\"\nwindow = { title = \"Baton test POS\" }\n\
                   [[cancel]]\npress = { role = \"push button\", name = \"Cancel\" }";
    Recipe::parse(&format!("{head}{outcome}")).unwrap()
}

fn open() -> Rc<RefCell<Fake>> {
    let fake = Fake::new();
    fake.borrow_mut().dialog = true;
    fake.borrow_mut().answer = None;
    fake
}

fn submitted(pressed: Pressed) -> Ended {
    let (fake, recipe, order) = (open(), dialog("\"by_anyone\""), order());
    fake.borrow_mut().pressed = pressed;
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
    let mut desk = desk(&fake, &recipe);
    let entered = prepare(&mut desk, &work).unwrap();
    submit(&mut desk, &work, &entered)
}

#[test]
fn a_dialog_that_the_cashier_opened_is_used() {
    let (fake, recipe, order) = (open(), dialog("\"by_anyone\""), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let entered = prepare(&mut desk(&fake, &recipe), &work).unwrap();

    assert_eq!((entered.window.title.as_str(), entered.opened), ("Pay", Opened::ByPerson));
    assert_eq!(fake.borrow().text, CODE);
}

#[test]
fn a_dialog_that_the_cashier_opened_stays_open_after_a_refusal() {
    let (fake, recipe, order) = (open(), dialog("\"by_anyone\""), order());
    fake.borrow_mut().silent_set = Some(Acted::No);
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let refused = prepare(&mut desk(&fake, &recipe), &work).unwrap_err();

    assert_eq!(refused.cause, Cause::ReadBack);
    assert_eq!(fake.borrow().presses, 0);
}

#[test]
fn a_dialog_is_in_the_way_where_only_the_agent_may_open_it() {
    let (fake, recipe, order) = (open(), dialog("\"by_agent\""), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let refused = prepare(&mut desk(&fake, &recipe), &work).unwrap_err();

    assert_eq!(refused.cause, Cause::Modal("Pay".to_owned()));
}

#[test]
fn a_dialog_that_closes_while_the_pos_stays_was_taken() {
    let ended = submitted(Pressed::Closes);

    assert!(matches!(ended, Ended::Submitted(Observed::Taken)), "{ended:?}");
}

#[test]
fn a_dialog_that_closes_because_the_pos_ended_or_that_stays_is_unknown() {
    for pressed in [Pressed::Ends, Pressed::Stays] {
        let ended = submitted(pressed);

        let unknown = Observed::Unknown(UnknownReason::Silent);
        assert!(matches!(&ended, Ended::Submitted(seen) if *seen == unknown), "{ended:?}");
    }
}
