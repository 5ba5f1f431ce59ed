use super::*;

#[test]
fn an_address_is_one_in_large_and_small_letters() {
    let one = Email::parse(" Minjun@Example.COM ").unwrap();

    assert_eq!(one, Email::parse("minjun@example.com").unwrap());
    assert_eq!(one.reveal(), "minjun@example.com");
}

#[test]
fn texts_that_nobody_could_write_to_are_refused() {
    for wrong in ["", "minjun", "@example.com", "a@b", "a b@example.com", "a@b@example.com"] {
        assert_eq!(Email::parse(wrong), Err(ContactInvalid::Email), "{wrong}");
    }
    let email = Email::parse("a@example.com").unwrap();
    let empty = Contact::new("민준", email.clone(), " ", "서울");
    assert_eq!(empty, Err(ContactInvalid::Empty("phone")));
    let long = Contact::new("민준", email, "010", &"가".repeat(200));
    assert_eq!(long, Err(ContactInvalid::TooLong("address")));
}

#[test]
fn no_log_shows_whose_contact_it_is() {
    let email = Email::parse("minjun@example.com").unwrap();
    let contact = Contact::new("김민준", email.clone(), "010-1234-5678", "서울시 종로구").unwrap();

    let printed = format!("{contact:?} {:?}", Customer::Guest(email));

    for secret in ["minjun", "example.com", "김민준", "1234", "종로"] {
        assert!(!printed.contains(secret), "{printed} shows {secret}");
    }
}
