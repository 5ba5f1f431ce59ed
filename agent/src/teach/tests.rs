use super::*;
use crate::config::recipe::Submit;

fn lesson() -> Lesson {
    Lesson {
        title: "Pay \"now\"".to_owned(),
        class: "pos.Pos".to_owned(),
        field: Pointed { role: "text".to_owned(), name: String::new(), place: 1, of: 2 },
        state: Some("Payment".to_owned()),
        buttons: vec!["Cancel".to_owned(), "OK".to_owned()],
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
