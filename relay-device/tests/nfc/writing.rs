//! `tag write` and `tag read` on both types of tags, and what goes wrong with them.
//!
//! Owns these stories. Next: `sun.rs`.

use crate::desk::{ADDRESS, Desk};
use crate::files::Files;
use crate::pages::Pages;

#[test]
fn a_type_2_tag_gets_the_address_and_gives_it_back() {
    let desk = Desk::open();
    let tag = Pages::new();
    desk.field.lay(&tag);

    let (written, read) = (desk.run(&["write"]), desk.run(&["read"]));

    assert!(written.done, "{written:?}");
    assert!(written.said.contains(&format!("read back on a Type 2 tag: {ADDRESS}")), "{written:?}");
    assert!(read.said.contains(&format!("Type 2 tag: {ADDRESS}\n")), "{read:?}");
    let memory = &tag.lock().unwrap().memory;
    assert_eq!(&memory[16..23], b"\x03\x1c\xd1\x01\x18\x55\x04", "an https URI record");
    assert!(memory[23..].starts_with(b"pay.example/t/counter-1\xfe"), "without its beginning");
}

#[test]
fn a_type_4_tag_gets_the_address_and_gives_it_back() {
    let desk = Desk::open();
    let tag = Files::new();
    desk.field.lay(&tag);

    let (written, read) = (desk.run(&["write"]), desk.run(&["read"]));

    assert!(written.done, "{written:?}");
    assert!(written.said.contains(&format!("read back on a Type 4 tag: {ADDRESS}")), "{written:?}");
    assert!(read.said.contains(&format!("Type 4 tag: {ADDRESS}\n")), "{read:?}");
    let message = &tag.lock().unwrap().message;
    assert_eq!(&message[..7], b"\x00\x1c\xd1\x01\x18\x55\x04");
}

#[test]
fn an_empty_tag_is_said_to_be_empty() {
    let desk = Desk::open();
    desk.field.lay(&Files::new());

    let read = desk.run(&["read"]);

    assert!(read.said.contains("Type 4 tag, empty"), "{read:?}");
}

#[test]
fn without_the_service_it_is_named_and_what_to_do() {
    let desk = Desk::without_service();

    let refused = desk.run(&["write", "--wait-s", "0"]);

    assert!(!refused.done);
    assert!(refused.log.contains("start it: systemctl start pcscd"), "{refused:?}");
}

#[test]
fn without_a_tag_nothing_is_written() {
    let desk = Desk::open();

    let refused = desk.run(&["write", "--wait-s", "4"]);

    assert!(!refused.done);
    let words = "no tag on the reader within 4 s; nothing was written";
    assert!(refused.log.contains(words), "{refused:?}");
}

#[test]
fn a_reader_that_is_not_there_is_named_with_those_that_are() {
    let desk = Desk::open();
    desk.field.lay(&Files::new());
    desk.settle("[reader]\nname = \"ACR122\"\n");

    let refused = desk.run(&["write", "--wait-s", "3"]);

    assert!(!refused.done);
    assert!(refused.log.contains("no reader whose name has `ACR122`"), "{refused:?}");
    assert!(refused.log.contains("Virtual PCD 00 00"), "{refused:?}");
}

#[test]
fn a_locked_tag_is_as_it_was() {
    let desk = Desk::open();
    let (pages, files) = (Pages::new(), Files::new());
    pages.lock().unwrap().locked = true;
    files.lock().unwrap().write_protected = true;
    let before = pages.lock().unwrap().memory.clone();

    desk.field.lay(&pages);
    let first = desk.run(&["write"]);
    desk.clear();
    desk.field.lay(&files);
    let second = desk.run(&["write"]);

    assert!(!first.done && !second.done);
    assert!(first.log.contains("does not allow it; the tag is as it was"), "{first:?}");
    assert!(second.log.contains("write-protected; the tag is as it was"), "{second:?}");
    assert_eq!(pages.lock().unwrap().memory, before);
}

#[test]
fn a_tag_torn_away_at_any_write_is_never_wrong_and_said_to_be_unfinished() {
    let desk = Desk::open();
    let mut torn = 0;
    for after in 0.. {
        let tag = Pages::new();
        tag.lock().unwrap().torn_after = Some(after);
        desk.field.lay(&tag);

        let outcome = desk.run(&["write", "--wait-s", "5"]);

        if outcome.done {
            break;
        }
        torn += 1;
        assert!(outcome.log.contains("taken away"), "{after}: {outcome:?}");
        assert!(outcome.log.contains("write it again"), "{after}: {outcome:?}");
        tag.lock().unwrap().torn_after = None;
        desk.clear();
        desk.field.lay(&tag);
        let found = desk.run(&["read", "--wait-s", "5"]);
        assert!(found.said.contains("Type 2 tag, empty"), "{after}: {found:?}");
        desk.clear();
    }
    assert_eq!(torn, 8, "one for each page that changes, and one for the message's length");
}
