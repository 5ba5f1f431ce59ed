use super::*;

/// A card with one application, which answers this to READ BINARY and this to GET DATA.
struct Member {
    application: &'static [u8],
    record: Vec<u8>,
    seen: Vec<Vec<u8>>,
    rest: Vec<u8>,
}

impl Member {
    fn new(record: &[u8]) -> Self {
        let application = &[0xF0, 1, 2, 3, 4, 5, 6];
        Self { application, record: record.to_vec(), seen: Vec::new(), rest: Vec::new() }
    }
}

impl Card for Member {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, CardFault> {
        self.seen.push(command.to_vec());
        Ok(match command {
            [0, 0xA4, 4, 0, 7, name @ ..] if name.starts_with(self.application) => vec![0x90, 0],
            [0, 0xB0, ..] => [&self.record[..], &[0x90, 0]].concat(),
            [0, 0xCA, ..] => {
                self.rest = self.record.clone();
                vec![0x61, u8::try_from(self.record.len()).unwrap()]
            }
            [0, 0xC0, 0, 0, _] => [&std::mem::take(&mut self.rest)[..], &[0x90, 0]].concat(),
            _ => vec![0x6A, 0x82],
        })
    }

    fn greeting(&self) -> &[u8] {
        &[0x3B]
    }
}

fn script(commands: &[&str], find: &str, writing: Writing) -> Result<Script, ScriptInvalid> {
    let commands: Vec<String> = commands.iter().map(|text| (*text).to_owned()).collect();
    Script::parse("members", &commands, find, writing)
}

fn id_of(record: &[u8], read: &str, find: &str, writing: Writing) -> Option<String> {
    let script = script(&["00A4040007F001020304050600", read], find, writing).unwrap();
    match ask(&[script], &mut Member::new(record)).unwrap() {
        Asked::Id(id) => Some(String::from_utf8(id.to_vec()).unwrap()),
        Asked::Broken => None,
        Asked::Unknown => panic!("the card was not known"),
    }
}

#[test]
fn the_id_is_taken_from_its_place_as_it_is_written() {
    let binary = "00B0000010";
    assert_eq!(id_of(b"M-0017  ", binary, "whole", Writing::Text).unwrap(), "M-0017");
    assert_eq!(id_of(&[1, 0xAB, 2], binary, "bytes 1 2", Writing::Hex).unwrap(), "AB02");
    assert_eq!(id_of(&[0x12, 0x3F], binary, "whole", Writing::Digits).unwrap(), "123");
    let nested = [0x70, 6, 0x5F, 0x20, 3, b'K', b'i', b'm'];
    assert_eq!(id_of(&nested, "00CA005A00", "tlv 5F20", Writing::Text).unwrap(), "Kim");
}

#[test]
fn an_answer_without_an_id_is_broken_and_never_half_an_id() {
    let binary = "00B0000010";
    for (record, find, writing) in [
        (&b"M-1"[..], "bytes 1 9", Writing::Text),
        (b"        ", "whole", Writing::Text),
        (&[0x1A, 0x2F], "whole", Writing::Digits),
        (&[0xF1, 0x2F], "whole", Writing::Digits),
        (&[0x70, 9, 0x5F], "tlv 5F20", Writing::Text),
        (&[7; 80], "whole", Writing::Hex),
    ] {
        assert_eq!(id_of(record, binary, find, writing), None, "{record:02X?} {find}");
    }
}

#[test]
fn the_first_script_whose_application_the_card_has_asks_it_and_no_other() {
    let other = script(&["00A4040005F001020399"], "whole", Writing::Hex).unwrap();
    let read = ["00A4040007F0010203040506", "00B0000010"];
    let ours = script(&read, "whole", Writing::Text).unwrap();
    let mut card = Member::new(b"M-0017");

    let asked = ask(&[other.clone(), ours.clone(), ours], &mut card).unwrap();

    assert!(matches!(asked, Asked::Id(id) if id.as_slice() == b"M-0017"));
    assert_eq!(card.seen.len(), 3);
    assert!(matches!(ask(&[other], &mut Member::new(b"")).unwrap(), Asked::Unknown));
}

#[test]
fn a_payment_card_s_application_is_refused_before_any_card_is_asked() {
    for select in [
        "00A4040007A0000000031010",
        "00A4040005A000000004",
        "00A4040002A000",
        "00A404000E325041592E5359532E444446303100",
        "00A404000E315041592E5359532E4444463031",
        "00A4040007D4100000030001",
    ] {
        let refused = script(&[select], "whole", Writing::Hex);
        assert_eq!(refused, Err(ScriptInvalid::PaymentCard), "{select}");
    }
    let later = ["00A4040007F0010203040506", "00A4040007A0000000031010"];
    assert_eq!(script(&later, "whole", Writing::Hex), Err(ScriptInvalid::PaymentCard));
}

#[test]
fn a_script_that_cannot_be_used_says_what_to_write() {
    let select = "00A4040007F0010203040506";
    let of = |commands: &[&str], find: &str| script(commands, find, Writing::Hex).unwrap_err();

    assert_eq!(of(&[], "whole"), ScriptInvalid::Count);
    assert_eq!(of(&[select, "00B"], "whole"), ScriptInvalid::Command { number: 2 });
    assert_eq!(of(&[select, "hello"], "whole"), ScriptInvalid::Command { number: 2 });
    assert_eq!(of(&["00B0000010"], "whole"), ScriptInvalid::NoSelect);
    for find in ["", "bytes", "bytes 0 0", "bytes 0 999", "tlv", "tlv 5", "tlv 5F20FF", "line 1"] {
        assert_eq!(of(&[select], find), ScriptInvalid::Place, "{find}");
    }
}
