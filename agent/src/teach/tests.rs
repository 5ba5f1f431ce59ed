use super::amount::{Candidate, proposed};
use super::*;
use crate::config::recipe::Submit;

fn lesson() -> Lesson {
    Lesson {
        title: "Pay \"now\"".to_owned(),
        class: "pos.Pos".to_owned(),
        field: Pointed { role: "text".to_owned(), name: String::new(), place: 1, of: 2 },
        state: Some("Payment".to_owned()),
        buttons: vec!["Cancel".to_owned(), "OK".to_owned()],
        amount: None,
    }
}

#[test]
fn what_a_person_showed_is_a_recipe_that_can_be_read() {
    let app: AppId = "pos-app".parse().unwrap();

    let read = Recipe::parse(&recipe(&app, &lesson())).unwrap();

    assert_eq!(read.app, app);
    assert_eq!(read.window.title.text(), "Pay \"now\"");
    assert_eq!((read.field.role.as_deref(), read.field.place), (Some("text"), Some(1)));
    let Submit::Press(button) = read.submit else { panic!("no button") };
    assert_eq!(button.name.unwrap().text(), "OK");
}

#[test]
fn an_amount_in_a_label_or_a_field_is_proposed_and_read_back() {
    let app: AppId = "pos-app".parse().unwrap();
    let shown = [
        (Candidate::label("Total: ₩4,500".to_owned()), "₩4,500", 4_500),
        (Candidate::label("Amount due 1.234,50 €".to_owned()), "1.234,50", 123_450),
        (filled("Amount:", "4,500"), "4,500", 4_500),
        (filled("To pay", "US$ 12.30"), "US$ 12.30", 1_230),
        (filled("결제 금액", "900원"), "4,500원", 4_500),
    ];

    for (candidate, text, minor) in shown {
        let others = [Candidate::label("Table 12".to_owned()), candidate];
        let lesson = Lesson { amount: proposed(&others), ..lesson() };
        let text_of_recipe = recipe(&app, &lesson);
        let amount = Recipe::parse(&text_of_recipe).unwrap().amount.unwrap();
        let number = if amount.is_in_name() { text.trim_start_matches('₩') } else { text };
        let read = amount.written.read(number).map(|money| money.minor);
        assert_eq!(read, Ok(minor), "{text_of_recipe}");
    }
}

#[test]
fn what_does_not_look_like_an_amount_to_pay_is_not_proposed() {
    let texts = ["Table 12", "Total", "Total: 12-34", "Total 1,23,4", "Amount * 4,500"];

    for text in texts {
        assert_eq!(proposed(&[Candidate::label(text.to_owned())]), None, "{text}");
    }
    let app: AppId = "pos-app".parse().unwrap();
    assert!(recipe(&app, &lesson()).contains("amounts are not compared"));
}

fn filled(label: &str, text: &str) -> Candidate {
    Candidate { label: Some(label.to_owned()), text: text.to_owned() }
}

#[test]
fn the_amount_of_one_sale_does_not_tell_the_screen() {
    let app: AppId = "pos-app".parse().unwrap();
    let total = "Total: ₩4,500".to_owned();
    let amount = proposed(&[Candidate::label(total.clone())]);
    let lesson = Lesson { state: Some(total), amount, ..lesson() };

    let read = Recipe::parse(&recipe(&app, &lesson)).unwrap();

    assert!(read.state.is_empty() && read.amount.is_some());
}
