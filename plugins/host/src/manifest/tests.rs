use super::*;
use proptest::prelude::*;

const TEXT: &str = r#"
name = "stamp-card"
version = "1.2.0"
library = "libstamp_card.so"
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
abi = { min = 1, max = 1 }

[[provides]]
kind = "membership"
capabilities = ["C2", "C3"]

[permissions]
hosts = ["https://stamps.example"]
secrets = ["stamp-card-key"]
"#;

fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

fn trusting(key: &SigningKey) -> TrustedKeys {
    TrustedKeys::parse(&format!("# the provider\n{}\n", key.public())).unwrap()
}

fn signed(key: &SigningKey) -> Manifest {
    let mut manifest = Manifest::parse(TEXT).unwrap();
    manifest.sign(key).unwrap();
    manifest
}

#[test]
fn a_signed_manifest_is_written_read_and_trusted() {
    let key = key();

    let read = Manifest::parse(&signed(&key).write().unwrap()).unwrap();

    assert_eq!(read, signed(&key));
    assert_eq!(read.verify(&trusting(&key)), Ok(()));
}

#[test]
fn an_unsigned_manifest_and_an_unknown_key_are_refused() {
    let (ours, theirs) = (key(), key());

    let unsigned = Manifest::parse(TEXT).unwrap().verify(&trusting(&ours));
    let unknown = signed(&theirs).verify(&trusting(&ours));

    assert_eq!(unsigned, Err(Refusal::Unsigned));
    assert_eq!(unknown, Err(Refusal::KeyUnknown { key: theirs.id() }));
}

#[test]
fn one_signature_that_is_not_trusted_spoils_the_others() {
    let (ours, theirs) = (key(), key());
    let mut manifest = signed(&ours);
    manifest.sign(&theirs).unwrap();

    assert_eq!(manifest.verify(&trusting(&ours)), Err(Refusal::KeyUnknown { key: theirs.id() }));
}

#[test]
fn any_change_after_signing_is_found() {
    let key = key();
    let changes: [fn(&mut Manifest); 8] = [
        |one| one.name.push('x'),
        |one| one.version = Version::new(9, 0, 0),
        |one| one.library.push('x'),
        |one| one.sha256 = "f".repeat(64),
        |one| one.abi.max = 2,
        |one| one.provides[0].capabilities = Capabilities::default(),
        |one| one.permissions.hosts.push("https://evil.example".to_owned()),
        |one| one.permissions.secrets.push("gateway-key".to_owned()),
    ];

    for (place, change) in changes.into_iter().enumerate() {
        let mut manifest = signed(&key);
        change(&mut manifest);
        let wrong = Refusal::SignatureWrong { key: key.id() };
        assert_eq!(manifest.verify(&trusting(&key)), Err(wrong), "{place}");
    }
}

#[test]
fn unknown_keys_and_bad_values_are_refused_by_name() {
    let with = |from: &str, to: &str| Manifest::parse(&TEXT.replace(from, to));

    assert!(matches!(
        Manifest::parse(&format!("extra = 1\n{TEXT}")),
        Err(ManifestInvalid::Unreadable { cause }) if cause.contains("extra")
    ));
    assert!(matches!(
        with("secrets =", "files = []\nsecrets ="),
        Err(ManifestInvalid::Unreadable { .. })
    ));
    assert_eq!(with("stamp-card\"\nv", "Stamp Card\"\nv"), Err(ManifestInvalid::Name));
    assert_eq!(with("libstamp_card.so", "../evil.so"), Err(ManifestInvalid::Library));
    assert_eq!(with("0123", "XYZ3"), Err(ManifestInvalid::Hash));
    assert_eq!(with("min = 1", "min = 2"), Err(ManifestInvalid::Abi));
    assert!(matches!(
        with("https://stamps.example", "https://stamps.example/v1"),
        Err(ManifestInvalid::Host(_))
    ));
    assert!(matches!(with("\"C3\"", "\"C8\""), Err(ManifestInvalid::Unreadable { .. })));
    assert!(matches!(with("1.2.0", "1.2"), Err(ManifestInvalid::Unreadable { .. })));
    assert!(matches!(with("1.2.0", "1.02.0"), Err(ManifestInvalid::Unreadable { .. })));
}

#[test]
fn a_table_that_this_host_does_not_speak_is_refused() {
    let mut manifest = Manifest::parse(TEXT).unwrap();
    manifest.abi = AbiRange { min: 2, max: 3 };

    assert!(matches!(manifest.check_abi(), Err(Refusal::AbiUnknown { min: 2, max: 3, .. })));
}

#[test]
fn a_private_key_survives_its_file_and_does_not_print() {
    let key = key();

    let read = SigningKey::parse(&format!("# keep this secret\n{}\n", key.reveal())).unwrap();

    assert_eq!(read.id(), key.id());
    assert!(!format!("{key:?}").contains(&key.reveal()));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = Manifest::parse(&text);
        let _ = TrustedKeys::parse(&text);
        let _ = SigningKey::parse(&text);
        let _ = Version::parse(&text);
        let _ = Origin::parse(&text);
    }

    #[test]
    fn versions_compare_as_numbers(a in 0_u32..50, b in 0_u32..50) {
        let of = |n: u32| Version::parse(&format!("1.{n}.0")).unwrap();

        prop_assert_eq!(of(a).cmp(&of(b)), a.cmp(&b));
    }
}
