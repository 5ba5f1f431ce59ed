//! `tag provision`, read as a gateway reads it; cut off at every step and taken up again.
//!
//! Owns these stories. Next: `readers.rs`.

use crate::desk::{ADDRESS, Desk, MASTER};
use crate::dna::{Ntag424, UID};
use crate::files::Files;
use baton_formats::nfc::dna::{KeySlot, SunTemplate, TagKeys};
use baton_formats::nfc::sun::{AesKey, ReadCounter, SunAddress, SunFault, SunProof, TagUid};

/// What the gateway does with an address that a phone brings.
fn proved(address: &str) -> Result<SunProof, SunFault> {
    let keys = TagKeys::new(AesKey::new(MASTER));
    let address = SunAddress::parse(address, &SunTemplate::layout())?;
    let picc = address.picc_data(&keys.meta()?)?;
    let uid = picc.uid.unwrap();
    address.verify(&picc, &keys.of(uid, KeySlot::File)?)
}

fn tapped(desk: &Desk) -> String {
    let read = desk.run(&["read"]);
    let (_, address) = read.said.trim_end().split_once("Type 4 tag: ").unwrap();
    address.to_owned()
}

#[test]
fn a_provisioned_tag_is_proved_once_and_its_replay_refused() {
    let desk = Desk::open();
    desk.field.lay(&Ntag424::new());

    let made = desk.run(&["provision"]);
    let (first, second) = (tapped(&desk), tapped(&desk));

    let words = format!("provisioned and proved: tag 04968caa5c5e80 for {ADDRESS}, read counter 1");
    assert!(made.said.contains(&words), "{made:?}");
    assert!(first.starts_with(&format!("{ADDRESS}?picc_data=")) && first != second, "{first}");
    let (one, two) = (proved(&first).unwrap(), proved(&second).unwrap());
    assert_eq!(one.picc.uid, Some(TagUid(UID)));
    let last = one.newer_than(Some(ReadCounter::new(1).unwrap())).unwrap();
    assert_eq!(proved(&first).unwrap().newer_than(Some(last)), Err(SunFault::Replayed));
    assert!(two.newer_than(Some(last)).is_ok());
}

#[test]
fn no_key_of_the_factory_stays_and_nobody_else_can_write() {
    let desk = Desk::open();
    let tag = Ntag424::new();
    desk.field.lay(&tag);

    let made = desk.run(&["provision"]);
    let written = desk.run(&["write"]);

    assert!(made.done, "{made:?}");
    let keys = TagKeys::new(AesKey::new(MASTER));
    for slot in KeySlot::ALL {
        let expected = *keys.of(TagUid(UID), slot).unwrap().reveal();
        assert_eq!(tag.lock().unwrap().keys[usize::from(slot.number())], expected, "{slot:?}");
    }
    assert_eq!(tag.lock().unwrap().versions, [1; 5]);
    assert!(written.log.contains("write-protected; the tag is as it was"), "{written:?}");
}

#[test]
fn a_tag_torn_away_at_any_step_says_so_and_is_finished_by_the_next_run() {
    let desk = Desk::open();
    let mut torn = 0;
    for after in 0.. {
        let tag = Ntag424::new();
        tag.lock().unwrap().torn_after = Some(after);
        desk.field.lay(&tag);

        let outcome = desk.run(&["provision", "--wait-s", "5"]);

        if outcome.done {
            break;
        }
        torn += 1;
        assert!(outcome.log.contains("the tag is NOT ready"), "{after}: {outcome:?}");
        assert!(outcome.log.contains("same master key"), "{after}: {outcome:?}");
        tag.lock().unwrap().torn_after = None;
        desk.clear();
        desk.field.lay(&tag);
        let again = desk.run(&["provision", "--wait-s", "5"]);
        assert!(again.said.contains("provisioned and proved"), "{after}: {again:?}");
        desk.clear();
    }
    assert_eq!(torn, 9, "three writes, five keys, the settings");
}

#[test]
fn a_finished_tag_can_be_provisioned_again() {
    let desk = Desk::open();
    desk.field.lay(&Ntag424::new());

    let (first, second) = (desk.run(&["provision"]), desk.run(&["provision"]));

    assert!(first.done && second.done, "{second:?}");
    assert!(second.said.contains("read counter 2"), "{second:?}");
}

#[test]
fn a_tag_of_another_master_key_is_as_it_was() {
    let desk = Desk::open();
    let tag = Ntag424::new();
    desk.field.lay(&tag);
    assert!(desk.run(&["provision"]).done);
    let keys = tag.lock().unwrap().keys;

    desk.hold_master(&[7; 16]);
    let refused = desk.run(&["provision"]);

    let words = "provisioned with another master key; the tag is as it was";
    assert!(!refused.done && refused.log.contains(words), "{refused:?}");
    assert_eq!(tag.lock().unwrap().keys, keys);
}

#[test]
fn a_tag_of_somebody_else_is_as_it_was() {
    let desk = Desk::open();
    let tag = Ntag424::new();
    tag.lock().unwrap().versions[0] = 7;
    desk.field.lay(&tag);

    let refused = desk.run(&["provision"]);

    assert!(!refused.done);
    assert!(refused.log.contains("somebody else provisioned this tag"), "{refused:?}");
    assert!(refused.log.contains("the tag is as it was"), "{refused:?}");
}

#[test]
fn another_chip_is_refused() {
    let desk = Desk::open();
    desk.field.lay(&Files::new());

    let refused = desk.run(&["provision"]);

    assert!(refused.log.contains("no NTAG 424 DNA"), "{refused:?}");
    assert!(refused.log.contains("the tag is as it was"), "{refused:?}");
}

#[test]
fn no_key_is_ever_in_the_log() {
    let desk = Desk::open();
    desk.field.lay(&Ntag424::new());

    let made = desk.run(&["provision"]);

    let text = format!("{made:?}").to_lowercase();
    assert!(!text.contains("00112233445566778899aabbccddeeff"), "{text}");
}
