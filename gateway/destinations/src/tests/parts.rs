use crate::moment::{Moment, rfc3339, whole_year, year_digits};
use crate::reconcile::Reconciles;
use crate::signature::{SignatureInvalid, sign, sign_each, verify};
use crate::{Client, ClientInvalid, Dialect, Limits, Secret};
use baton_protocol::target::{Target, Way};

#[test]
fn a_moment_prints_in_utc_also_on_a_leap_day() {
    // Source of the pairs: `date -u -d @SECONDS +%m%d%H%M%S`.
    let cases = [
        (0, "0101000000"),
        (951_827_696_789, "0229123456"),
        (1_700_000_000_123, "1114221320"),
        (1_735_689_599_999, "1231235959"),
        (4_107_542_400_000, "0301000000"),
    ];

    for (at_ms, digits) in cases {
        assert_eq!(Moment::of(at_ms).transmission(), digits, "{at_ms}");
    }
}

#[test]
fn a_timestamp_has_its_year_also_around_a_leap_day() {
    // Source of the pairs: `date -u -d @SECONDS +%FT%TZ`.
    let cases = [
        (0, "1970-01-01T00:00:00Z"),
        (951_827_696_789, "2000-02-29T12:34:56Z"),
        (1_735_689_599_999, "2024-12-31T23:59:59Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00Z"),
    ];

    for (at_ms, text) in cases {
        assert_eq!(rfc3339(at_ms), text, "{at_ms}");
    }
}

#[test]
fn a_signature_holds_for_its_key_body_and_time_only() {
    let key = Secret::new("key".to_owned());
    let header = sign(&key, 1_000, b"{}");
    let check = |key: &str, body: &[u8], now_ms| {
        verify(&Secret::new(key.to_owned()), &header, body, now_ms, 500)
    };

    assert_eq!(check("key", b"{}", 1_500), Ok(()));
    assert_eq!(check("other", b"{}", 1_500), Err(SignatureInvalid::Wrong));
    assert_eq!(check("key", b"{} ", 1_500), Err(SignatureInvalid::Wrong));
    assert_eq!(check("key", b"{}", 1_501), Err(SignatureInvalid::Stale));
    assert_eq!(verify(&key, "v1=00", b"", 0, 1), Err(SignatureInvalid::Unreadable));
}

#[test]
fn while_a_secret_is_changed_the_old_and_the_new_one_both_fit() {
    let keys = ["old", "new"].map(|key| Secret::new(key.to_owned()));
    let header = sign_each(&keys, 1_000, b"{}");
    let check = |key: &str| verify(&Secret::new(key.to_owned()), &header, b"{}", 1_000, 500);

    assert_eq!(header.matches("v1=").count(), 2);
    assert_eq!((check("old"), check("new")), (Ok(()), Ok(())));
    assert_eq!(check("older"), Err(SignatureInvalid::Wrong));
}

#[test]
fn a_signature_is_the_published_hmac() {
    // Source: `printf '1000.{}' | openssl dgst -sha256 -hmac key`.
    let header = sign(&Secret::new("key".to_owned()), 1_000, b"{}");

    assert_eq!(
        header,
        "t=1000,v1=c32de42341dece79a1511c9e7f74a2734112edcfcf48943c976faf07047065db"
    );
}

#[test]
fn a_secret_prints_masked() {
    assert_eq!(format!("{:?}", Secret::new("key".to_owned())), "Secret(***)");
}

#[test]
fn targets_that_cannot_be_dialled_are_refused_at_once() {
    let make = |way| {
        let target = Target::new("d".parse().unwrap(), way);
        Client::new(&target, None, Limits::default()).map(drop)
    };

    for address in ["host", "host:", ":1", "host:99999", ""] {
        let refused = make(Way::Iso8583 { address: address.to_owned() });
        assert_eq!(refused, Err(ClientInvalid::AddressInvalid { address: address.to_owned() }));
    }
    for base_url in ["ftp://host", "host", "http://host/", "http://host?x=1"] {
        let refused = make(Way::Http { base_url: base_url.to_owned() });
        assert_eq!(refused, Err(ClientInvalid::UrlInvalid { base_url: base_url.to_owned() }));
    }
}

#[test]
fn the_shipped_profile_is_a_dialect() {
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/destinations/iso8583-packed.toml");
    let text = std::fs::read_to_string(file).unwrap();

    let dialect = Dialect::of(Some(&text), None).unwrap();
    let (settlement, ends) = (dialect.settlement(), "23:30+09:00".parse().ok());
    assert_eq!((settlement.reconciles, settlement.day_ends), (Reconciles::ByRequest, ends));
    assert_eq!(dialect.connections(), 1);
}

#[test]
fn a_profile_that_cannot_be_says_which_key_and_what_could_stand_there() {
    let fault = |text: &str| Dialect::of(Some(text), None).unwrap_err().to_string();

    assert!(fault("base = \"1988\"").contains("no ready dialect; known are baton, 1987-ascii"));
    assert!(fault("base = \"baton\"\nframming = 1").contains("unknown field `framming`"));
    assert!(fault("base = \"baton\"\nframing.length = \"bcd\"").contains("binary-2"));
    assert!(
        fault("base = \"baton\"\n[fields]\n4 = \"n12 bdc\"").contains("\"bdc\" is not understood")
    );
    assert!(
        fault("base = \"baton\"\n[fields]\nx = \"n12\"").contains("the keys are field numbers")
    );
    assert!(fault("base = \"baton\"\n[match]\nusual = [41]").contains("must name 11 or 37"));
    assert!(fault("base = \"1987-ascii\"\nmac = \"aes-cmac\"").contains("32 hexadecimal digits"));
    assert!(fault("base = \"1987-ascii\"\nmac = \"retail-mac\"").contains("32 hexadecimal digits"));
    assert!(fault("base = \"1987-ascii\"\nmac = \"des\"").contains("retail-mac-4"));
    assert!(fault("base = \"baton\"\nframing.tpdu = \"60\"").contains("ten hexadecimal digits"));
}

#[test]
fn a_retail_key_of_equal_halves_is_refused_and_not_shown() {
    let key = Secret::new("2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b".to_owned());

    for word in ["retail-mac", "retail-mac-4"] {
        let profile = format!("base = \"1987-ascii\"\nmac = \"{word}\"");
        let fault = Dialect::of(Some(&profile), Some(&key)).unwrap_err().to_string();

        assert!(fault.contains("both halves of the key are the same"), "{fault}");
        assert!(!fault.contains("2b2b"), "{fault}");
    }
}

#[test]
fn a_moment_knows_its_year() {
    assert_eq!((year_digits(0), whole_year(0)), ("70".to_owned(), "1970".to_owned()));
    assert_eq!(year_digits(1_795_737_600_000), "26");
    assert_eq!(year_digits(1_798_761_599_999), "26");
    assert_eq!(year_digits(1_798_761_600_000), "27");
    assert_eq!(whole_year(1_798_761_600_000), "2027");
}
