use super::*;

#[test]
fn a_written_sid_is_read_and_written_the_same() {
    let written = ["S-1-5-18", "S-1-5-32-544", "S-1-5-21-1-2-3-1000", "S-1-1-0"];

    let again = written.map(|sid| Sid::find(sid).map(|sid| sid.to_string()));

    assert_eq!(again, written.map(|sid| Some(sid.to_owned())));
}

#[test]
fn what_is_no_sid_and_no_user_is_not_found() {
    let long = format!("S-1-5{}", "-1".repeat(16));

    let found = ["S-1-", "S-1-5", "S-1-5-x", "S-1-5-4294967296", &long, "nobody-of-this-name"]
        .map(Sid::find);

    assert_eq!(found, [None; 6]);
}

#[test]
fn who_this_is_has_a_name_and_is_found_by_it() {
    let own = own().unwrap();

    let name = own.name().unwrap();

    assert_eq!(Sid::find(&name), Some(own), "{name}");
}

#[test]
fn the_users_of_windows_are_those_that_windows_finds_by_name() {
    let found = ["LOCAL SERVICE", "SYSTEM"].map(|name| Sid::find(&format!("NT AUTHORITY\\{name}")));

    assert_eq!(found, [Some(Known::LocalService.sid()), Some(Known::System.sid())]);
}
