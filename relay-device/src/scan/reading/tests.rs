use super::*;

/// The standard's own example of an SGTIN-96 (EPC Tag Data Standard, E.3), and an SGLN-96.
const ITEM: &str = "3074257BF7194E4000001A85";
const SHELF: &str = "3274257BF46072000000162E";

fn read(reading: &mut Reading, line: &str, now_ms: u64) -> Result<Option<Kind>, Refusal> {
    reading.classify(line, now_ms)
}

#[test]
fn a_tag_is_found_in_whatever_line_a_reader_writes() {
    for line in
        [ITEM, "EPC:3074257bf7194e4000001a85,ANT:1,RSSI:-54", "1 | 3074257BF7194E4000001A85"]
    {
        let mut reading = Reading::Tags(Field::default());

        let Ok(Some(Kind::Tag(tag))) = read(&mut reading, line, 0) else { panic!("{line}") };

        assert_eq!(tag.identity().to_uri(), "urn:epc:id:sgtin:0614141.812345.6789", "{line}");
    }
}

#[test]
fn a_place_s_tag_is_read_too() {
    let mut reading = Reading::Tags(Field::default());

    let Ok(Some(Kind::Tag(tag))) = read(&mut reading, SHELF, 0) else { panic!("a place") };

    assert!(tag.identity().to_uri().starts_with("urn:epc:id:sgln:0614141."), "{tag:?}");
}

#[test]
fn a_tag_that_stays_is_reported_once_and_again_when_it_comes_back() {
    let mut reading = Reading::Tags(Field::default());
    let times = [0, 900, 1_800, 3_500, 6_400, 20_000];

    let found = times.map(|now_ms| read(&mut reading, ITEM, now_ms).unwrap().is_some());

    assert_eq!(found, [true, false, false, false, false, true]);
}

#[test]
fn lines_without_a_known_tag_are_refused() {
    let malformed = Err(Refusal::Malformed { format: "a tag's code" });
    for line in ["", "no tag here", "E2000016920D01440950B0F3", "3074257BF7194E4000001A"] {
        let mut reading = Reading::Tags(Field::default());

        assert_eq!(read(&mut reading, line, 0), malformed, "{line}");
    }
}

#[test]
fn the_memory_of_the_field_is_bounded() {
    let mut field = Field::default();

    for number in 0..2_000_u64 {
        assert!(field.enter(format!("{number:024X}"), 1));
    }

    assert_eq!(field.seen.len(), TAGS_MAX);
}
