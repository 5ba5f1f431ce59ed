//! SUN addresses: any text, and addresses made as a tag makes them.
//!
//! Owns a second derivation of the keys of AES mode, by RFC 4493 alone. Next: `beacon.rs`.

use aes::Aes128;
use baton_formats::nfc::sun::{
    AesKey, MacInput, Mirror, PiccData, ReadCounter, SunAddress, SunCipher, SunLayout, SunSession,
    TagUid, diversify_key,
};
use cmac::{Cmac, KeyInit, Mac};

/// The first byte chooses cipher, layout, and whether the rest is a text or what a tag is made of.
pub fn address(bytes: &[u8]) -> bool {
    let Some((choice, rest)) = bytes.split_first() else { return false };
    let cipher = if choice & 1 == 0 { SunCipher::Aes } else { SunCipher::Lrp };
    let layout =
        if choice & 2 == 0 { SunLayout::encrypted(cipher) } else { SunLayout::plain(cipher) };
    if choice & 4 == 0 { text(rest, &layout) } else { made(rest, &layout) }
}

/// Any text: what is read stands in it once.
fn text(bytes: &[u8], layout: &SunLayout) -> bool {
    let Ok(uri) = str::from_utf8(bytes) else { return false };
    let with_data = layout.clone().with_file_data();
    let read = [layout, &with_data].map(|layout| {
        let Ok(address) = SunAddress::parse(uri, layout) else { return false };
        let query = uri.split('#').next().and_then(|whole| whole.split_once('?'));
        let query = query.map(|(_, query)| query).expect("parameters were read");
        for name in names(layout) {
            let own =
                query.split('&').filter(|part| part.split_once('=').is_some_and(|p| p.0 == name));
            assert_eq!(own.count(), 1, "{name} was read and is not there once");
        }
        let key = AesKey::new([0x42; 16]);
        if let Ok(picc) = address.picc_data(&key) {
            assert!(address.verify(&picc, &key).is_err(), "a proof without the key");
        }
        true
    });
    read.contains(&true)
}

fn names(layout: &SunLayout) -> Vec<&str> {
    let mut names = vec![layout.mac.as_str()];
    match &layout.mirror {
        Mirror::Encrypted { picc_data } => names.push(picc_data),
        Mirror::Plain { uid, counter } => names.extend([uid.as_str(), counter]),
    }
    names.extend(layout.file_data.as_deref());
    names
}

/// Serial number, counter, key, random bytes, a place to change, then file data.
fn made(bytes: &[u8], layout: &SunLayout) -> bool {
    let Some((uid, rest)) = bytes.split_first_chunk::<7>() else { return false };
    let Some((count, rest)) = rest.split_first_chunk::<3>() else { return false };
    let Some((key, rest)) = rest.split_first_chunk::<16>() else { return false };
    let Some((random, rest)) = rest.split_first_chunk::<13>() else { return false };
    let Some(([place, other], rest)) = rest.split_first_chunk::<2>() else { return false };
    let counter = ReadCounter::from_mirror(*count);
    let picc = PiccData { uid: Some(TagUid(*uid)), counter: Some(counter) };
    let master = AesKey::new(*key);
    let file_key = diversify_key(&master, uid).expect("seven bytes diversify a key");
    let session = SunSession::derive(layout.cipher, &file_key, &picc);
    second(key, &file_key, &session, layout.cipher, rest, (uid, count));
    let blocks = &rest[..rest.len().min(48) / 16 * 16];
    let sealed = session.seal_file_data(blocks).ok();
    let layout = if sealed.is_some() { layout.clone().with_file_data() } else { layout.clone() };
    let who = match layout.mirror {
        Mirror::Encrypted { .. } => {
            format!("picc_data={}", hex(&picc.seal(layout.cipher, &master, random)))
        }
        Mirror::Plain { .. } => format!("uid={}&ctr={}", hex(uid), hex(count)),
    };
    let start = format!("https://a/b?{who}");
    let data = sealed.as_ref().map(|sealed| hex(sealed)).unwrap_or_default();
    let input =
        if layout.mac_input == MacInput::Empty { String::new() } else { format!("{data}&cmac=") };
    let middle = if sealed.is_some() { format!("&enc={input}") } else { "&cmac=".to_owned() };
    let uri = format!("{start}{middle}{}", hex(&session.mac(input.as_bytes()).0));

    let address = SunAddress::parse(&uri, &layout).expect("a tag's address is read");
    let found = address.picc_data(&master).expect("a tag's address opens");
    let proof = address.verify(&found, &file_key).expect("a tag's address is proved");
    assert_eq!((found, proof.picc), (picc, picc));
    assert_eq!(proof.file_data.as_deref(), sealed.as_ref().map(|_| blocks));
    changed(&uri, (usize::from(*place), *other), &layout, (&picc, &file_key));
    true
}

/// No other character may stand in what the MAC covers, or in the MAC.
fn changed(
    uri: &str,
    (place, other): (usize, u8),
    layout: &SunLayout,
    (picc, key): (&PiccData, &AesKey),
) {
    let covered = if layout.file_data.is_some() { uri.find("&enc=") } else { uri.find("&cmac=") };
    let covered = covered.expect("it is there") + 5;
    let place = covered + place % (uri.len() - covered);
    let mut bytes = uri.as_bytes().to_vec();
    if bytes[place].eq_ignore_ascii_case(&other) {
        return;
    }
    bytes[place] = other;
    let Ok(uri) = String::from_utf8(bytes) else { return };
    if let Ok(address) = SunAddress::parse(&uri, layout) {
        assert!(address.verify(picc, key).is_err(), "{uri} is proved as well");
    }
}

/// The keys of AES mode by the cipher's own MAC.
fn second(
    master: &[u8; 16],
    file_key: &AesKey,
    session: &SunSession,
    cipher: SunCipher,
    input: &[u8],
    (uid, count): (&[u8; 7], &[u8; 3]),
) {
    if (16..=31).contains(&input.len()) {
        let own = diversify_key(&AesKey::new(*master), input).expect("16 to 31 bytes");
        assert_eq!(*own.reveal(), mac(master, &[&[1], input].concat()), "a key of two blocks");
    }
    if cipher == SunCipher::Aes {
        let mut count = *count;
        count.reverse();
        let vector = [&[0x3C, 0xC3, 0, 1, 0, 0x80], &uid[..], &count].concat();
        let key = mac(file_key.reveal(), &vector);
        assert_eq!(*session.mac_key().reveal(), key, "the key of the mac");
        let whole = mac(&key, input);
        let odd: Vec<u8> = whole.iter().skip(1).step_by(2).copied().collect();
        assert_eq!(session.mac(input).0.as_slice(), odd, "the mac");
    }
}

fn mac(key: &[u8; 16], bytes: &[u8]) -> [u8; 16] {
    let mut mac = Cmac::<Aes128>::new(key.into());
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
