use super::*;
use proptest::prelude::*;

fn frames(prefix: &str, suffix: &str, bytes_max: usize) -> Frames {
    let (prefix, suffix) = (prefix.into(), suffix.into());
    Frames::new(Framing { prefix, suffix, idle_ms: 100, bytes_max })
}

fn texts(frames: Vec<Frame>) -> Vec<Result<String, Refusal>> {
    let text = |bytes: Zeroizing<Vec<u8>>| String::from_utf8(bytes.to_vec()).unwrap();
    frames.into_iter().map(|frame| frame.map(text)).collect()
}

#[test]
fn a_suffix_ends_a_reading_wherever_the_bytes_are_cut() {
    let mut frames = frames("", "\r", 100);

    let found = [b"40".as_slice(), b"06381", b"333931\r12", b"34\r"].map(|part| frames.push(part));

    let found: Vec<_> = found.into_iter().flat_map(texts).collect();
    assert_eq!(found, [Ok("4006381333931".to_owned()), Ok("1234".to_owned())]);
    assert!(!frames.is_open());
}

#[test]
fn a_line_feed_after_the_carriage_return_belongs_to_the_end() {
    let mut frames = frames("", "\r", 100);

    assert_eq!(texts(frames.push(b"a\r\nb\r\n")), [Ok("a".to_owned()), Ok("b".to_owned())]);
    assert!(!frames.is_open());
}

#[test]
fn silence_ends_a_reading_without_a_suffix() {
    let mut frames = frames("", "", 100);

    assert!(frames.push(b"abc").is_empty() && frames.push(b"def").is_empty());

    assert_eq!(texts(frames.idle().into_iter().collect()), [Ok("abcdef".to_owned())]);
    assert!(frames.idle().is_none());
}

#[test]
fn silence_in_the_middle_is_a_reading_that_was_cut_off_and_the_next_is_whole() {
    let mut frames = frames("", "\r", 100);

    assert!(frames.push(b"half").is_empty());
    let cut = texts(frames.idle().into_iter().collect());

    assert_eq!(cut, [Err(Refusal::CutOff)]);
    assert_eq!(texts(frames.push(b"whole\r")), [Ok("whole".to_owned())]);
}

#[test]
fn a_reading_that_is_too_long_is_refused_once_and_the_next_is_whole() {
    let mut frames = frames("", "\r", 8);

    let found = texts(frames.push(b"123456789012345678901234567890\r12345678\r"));

    let refused = Err(Refusal::TooLong { bytes_max: 8 });
    assert_eq!(found, [refused, Ok("12345678".to_owned())]);
}

#[test]
fn noise_without_the_prefix_is_refused() {
    let mut frames = frames("\u{2}", "\u{3}", 100);

    let found = texts(frames.push(b"\x02good\x03noise\x03"));

    assert_eq!(found, [Ok("good".to_owned()), Err(Refusal::PrefixMissing)]);
}

proptest! {
    #[test]
    fn however_bytes_are_cut_the_readings_are_the_same(
        readings in proptest::collection::vec("[ -~]{0,20}", 0..6),
        cuts in proptest::collection::vec(1_usize..9, 1..20),
    ) {
        let bytes = readings.iter().flat_map(|text| [text, "\r"].concat().into_bytes());
        let bytes: Vec<u8> = bytes.collect();
        let mut frames = frames("", "\r", 20);
        let (mut found, mut rest, mut cuts) = (Vec::new(), bytes.as_slice(), cuts.iter().cycle());
        while !rest.is_empty() {
            let (part, after) = rest.split_at(rest.len().min(*cuts.next().unwrap()));
            found.extend(texts(frames.push(part)));
            rest = after;
        }
        let expected: Vec<_> = readings.into_iter().map(Ok).collect();
        prop_assert_eq!(found, expected);
    }
}
