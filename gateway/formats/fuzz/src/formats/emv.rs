//! EMVCo codes of both kinds, amounts, and the rules that tell payment codes apart.
//!
//! Owns a second checksum and second readers of objects and rules. Next: `pan.rs`.

use super::tlv::{reference, rewritten};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_formats::emv::codes::{Class, CodeRules, Rule};
use baton_formats::emv::consumer::{self, ConsumerFault, decode};
use baton_formats::emv::{Amount, ConsumerCode, Merchant, Payload, QrFault, Template, checksum};
use baton_formats::tlv::{Form, Lengths, Padding};

/// A merchant-presented code, as it came and with the checksum that it should have.
pub fn merchant(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    amount(text);
    let open = format!("{text}6304");
    let sealed = format!("{open}{:04X}", crc(open.as_bytes()));
    let came = payload(text);
    payload(&sealed) || came
}

fn payload(text: &str) -> bool {
    let read = Payload::parse(text);
    let Ok(payload) = read else { return false };
    assert_eq!(payload.to_text(), text, "there is one writing");
    let covered = &text[..text.len() - 4];
    assert_eq!(checksum::of(covered.as_bytes()), crc(covered.as_bytes()), "the checksum");
    let objects: Vec<(u8, String)> =
        payload.objects().iter().map(|object| (object.id.number(), object.value.clone())).collect();
    assert_eq!(Some(objects), pairs(&covered[..covered.len() - 4]), "read otherwise");
    for object in payload.objects() {
        amount(&object.value);
        if let Ok(template) = Template::parse(object.id, &object.value) {
            assert_eq!(template.to_value(), object.value, "a template has one writing");
        }
    }
    assert_eq!(payload.check().err(), Merchant::read(&payload).err());
    let Ok(merchant) = Merchant::read(&payload) else { return true };
    match merchant.payload() {
        Ok(again) => {
            assert_eq!(Payload::parse(&again.to_text()).as_ref(), Ok(&again));
            assert_eq!(Merchant::read(&again), Ok(merchant), "read from what was written");
        }
        // A percentage is written with two places, for which the longest code has no room.
        Err(QrFault::TooLarge { .. }) => {}
        Err(fault) => panic!("what was read cannot be written: {fault}"),
    }
    true
}

/// Ids and values, counted in characters.
fn pairs(text: &str) -> Option<Vec<(u8, String)>> {
    let characters: Vec<char> = text.chars().collect();
    let (mut at, mut pairs) = (0, Vec::new());
    let number = |at: usize| {
        let digits = characters.get(at..at + 2)?;
        let digits = digits.iter().map(|digit| digit.to_digit(10)).collect::<Option<Vec<_>>>()?;
        u8::try_from(digits[0] * 10 + digits[1]).ok()
    };
    while at < characters.len() {
        let (id, length) = (number(at)?, usize::from(number(at + 2)?));
        let value = characters.get(at + 4..at + 4 + length)?;
        pairs.push((id, value.iter().collect()));
        at += 4 + length;
    }
    Some(pairs)
}

/// The remainder of the division, a bit of the dividend after the other.
fn crc(bytes: &[u8]) -> u16 {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
    bits.fold(0xFFFF, |register: u16, bit| {
        let out = (register >> 15 == 1) != bit;
        let shifted = register << 1;
        if out { shifted ^ 0x1021 } else { shifted }
    })
}

fn amount(text: &str) {
    let Some(amount) = Amount::parse(text) else { return };
    assert_eq!(Amount::parse(&amount.to_string()), Some(amount), "an amount reads back");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: i128 = format!("{whole}{part}").parse().expect("digits were read");
    for exponent in 0..=4_u8 {
        let scaled = digits * 10_i128.pow(exponent.into());
        let divisor = 10_i128.pow(part.len().try_into().expect("few digits"));
        let exact = (scaled % divisor == 0).then_some(scaled / divisor);
        let exact = exact.and_then(|minor| i64::try_from(minor).ok());
        assert_eq!(amount.minor(exponent), exact, "{text} in 1/10^{exponent}");
    }
}

/// A consumer-presented code: the text, its bytes in base64, and these behind the version.
pub fn consumer(bytes: &[u8]) -> bool {
    let begun = [b"\x85\x05CPV01", bytes].concat();
    let texts = [STANDARD.encode(bytes), STANDARD.encode(begun)];
    let own = str::from_utf8(bytes).is_ok_and(code);
    texts.iter().fold(own, |read, text| code(text) || read)
}

fn code(text: &str) -> bool {
    let (parsed, decoded) = (ConsumerCode::parse(text), decode(text));
    let expected = expected(text);
    assert_eq!(decoded.as_ref().ok().map(|bytes| bytes.to_vec()), expected.clone().map(|e| e.0));
    match (&parsed, &decoded) {
        (Ok(_), Ok(_)) => assert_eq!(expected.map(|e| e.1), Some(Cards::None)),
        (Err(ConsumerFault::CardData { .. }), Ok(_)) => {
            assert_eq!(expected.map(|e| e.1), Some(Cards::Some));
        }
        (Err(parsed), Err(decoded)) => assert_eq!(parsed, decoded),
        (_, _) => panic!("both readers differ: {:?}, {:?}", parsed.err(), decoded.err()),
    }
    let Ok(code) = parsed else { return false };
    assert_eq!(code.to_text().as_str(), text, "there is one writing");
    assert_eq!(format!("{code:?}"), "ConsumerCode(***)");
    let inside = |tag| {
        let found = code.objects().flatten().filter(move |object| object.tag == tag);
        found.map(|object| rewritten(object.objects().expect("constructed")).expect("it was read"))
    };
    let applications: Vec<_> = inside(consumer::APPLICATION).collect();
    let shared = inside(consumer::SHARED).next();
    let built = ConsumerCode::build(&applications, shared.as_ref()).expect("its parts make a code");
    let ids =
        |code: &ConsumerCode| code.applications().map(|a| a.id().to_vec()).collect::<Vec<_>>();
    assert_eq!(ids(&built), ids(&code));
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cards {
    None,
    Some,
}

/// What a code's bytes must be, and whether card data is among them.
fn expected(text: &str) -> Option<(Vec<u8>, Cards)> {
    let bytes = STANDARD.decode(text).ok().filter(|_| text.len() <= 4_296)?;
    let mut nodes = Vec::new();
    let form = Form { padding: Padding::Refused, lengths: Lengths::Any };
    reference(&bytes, form, &[], &mut nodes).then_some(())?;
    let outer: Vec<_> = nodes.iter().filter(|(path, _)| path.len() == 1).collect();
    let named = |tag: u8| outer.iter().filter(move |(path, _)| path[0] == [tag]).count();
    let (path, version) = outer.first()?;
    if path[0] != [0x85] || version != b"CPV01" || named(0x85) != 1 || named(0x61) == 0 {
        return None;
    }
    for (_, application) in outer.iter().filter(|(path, _)| path[0] == [0x61]) {
        let (mut parts, mut id) = (Vec::new(), None);
        reference(application, form, &[], &mut parts).then_some(())?;
        for depth in [vec![vec![0x4F]], vec![vec![0x63], vec![0x4F]]] {
            // Only the first template of transparent data is looked into.
            let second = |(path, _): &&super::tlv::Node| path.as_slice() == [vec![0x63]];
            let end = parts.iter().enumerate().filter(|(_, node)| second(node)).nth(1);
            let end = if depth.len() == 2 { end.map(|(at, _)| at) } else { None };
            let within = &parts[..end.unwrap_or(parts.len())];
            id = id.or_else(|| within.iter().find(|(path, _)| *path == depth));
        }
        id.filter(|(_, id)| (5..=16).contains(&id.len()))?;
    }
    let card = |tag: &[u8]| matches!(tag, [0x56 | 0x57 | 0x5A] | [0x9F, 0x6B]);
    let cards = nodes.iter().any(|(path, _)| path.last().is_some_and(|tag| card(tag)));
    Some((bytes, if cards { Cards::Some } else { Cards::None }))
}

/// Rules as text; the last line is a code that they are to tell.
pub fn codes(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let (rules, code) = text.rsplit_once('\n').unwrap_or((text, text));
    let standard = CodeRules::standard();
    assert_eq!(standard.classify(code), standard.rules().iter().find(|rule| keeps(rule, code)));
    let Ok(rules) = CodeRules::parse(rules) else { return false };
    let written = rules.to_string();
    assert_eq!(CodeRules::parse(&written).as_ref(), Ok(&rules), "{written}");
    assert_eq!(rules.classify(code), rules.rules().iter().find(|rule| keeps(rule, code)));
    !rules.rules().is_empty()
}

/// Says whether a code keeps a rule, character by character.
fn keeps(rule: &Rule, code: &str) -> bool {
    let allowed = |character: char| match rule.class() {
        Class::Digits => character.is_ascii_digit(),
        Class::Alphanumeric => character.is_ascii_alphanumeric(),
        Class::Base64 => character.is_ascii_alphanumeric() || "+/=".contains(character),
        Class::Visible => character.is_ascii() && !character.is_ascii_control() && character != ' ',
    };
    let long = rule.lengths().contains(&code.chars().count());
    let marked = |mark: &baton_formats::emv::codes::Mark| {
        mark.spans.iter().any(|span| {
            let width = span.first.chars().count();
            let text: String = code.chars().skip(mark.position - 1).take(width).collect();
            text.len() == width && span.first <= text && text <= span.last
        })
    };
    long && code.chars().all(allowed) && rule.marks().iter().all(marked)
}
