//! A snapshot from rows as toolkits send them.

use super::{Reference, Row, Snapshot, state_of};
use zbus::OwnedObjectPath;

const PROGRAM: &str = ":1.7";

fn reference(path: &str) -> Reference {
    (PROGRAM.to_owned(), OwnedObjectPath::try_from(path).unwrap())
}

fn row(path: &str, parent: &str, place: i32, children: i32) -> Row {
    let (object, program, parent) = (reference(path), reference("/root"), reference(parent));
    let (label, description) = (path.to_owned(), String::new());
    (object, program, parent, place, children, Vec::new(), label, 43, description, vec![0, 1])
}

fn children(snapshot: &Snapshot, path: &str) -> Option<Vec<String>> {
    let seen = snapshot.get(path).unwrap();
    seen.children().map(|paths| paths.map(str::to_owned).collect())
}

#[test]
fn children_come_in_their_places_not_in_the_order_of_rows() {
    let rows =
        vec![row("/b", "/window", 1, 0), row("/window", "/root", 0, 2), row("/a", "/window", 0, 0)];

    let snapshot = Snapshot::of(PROGRAM, rows);

    assert_eq!(children(&snapshot, "/window").unwrap(), ["/a", "/b"]);
    assert_eq!(children(&snapshot, "/a").unwrap(), Vec::<String>::new());
}

#[test]
fn a_parent_with_more_children_than_rows_is_to_be_asked_itself() {
    let rows = vec![row("/window", "/root", 0, 2), row("/a", "/window", 0, 0)];

    let snapshot = Snapshot::of(PROGRAM, rows);

    assert_eq!(children(&snapshot, "/window"), None);
    assert!(snapshot.get("/b").is_none());
}

#[test]
fn both_words_of_a_state_count() {
    let state = state_of(&[1 << 25, 1 << 3]);

    assert_eq!(state, (1 << 25) | (1 << 35));
    assert_eq!(state_of(&[]), 0);
}
