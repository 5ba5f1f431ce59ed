//! Codes: limits of serials, partitions and URIs, and the way to keys.

use crate::epc::{EpcFault, Filter, Identity, Scheme, Serial, Tag};
use crate::gs1::{Elements, Gln, Gtin, Sscc};

fn serial(text: &str) -> Serial {
    Serial::new(text).unwrap()
}

fn tag(scheme: Scheme, identity: Identity) -> Result<Tag, EpcFault> {
    Tag::new(scheme, Filter::new(1).unwrap(), identity)
}

#[test]
fn logistic_unit_goes_round() {
    let key = Sscc::parse("006141411234567890").unwrap();

    let identity = Identity::from_sscc(key, 7).unwrap();
    let tag = tag(Scheme::Sscc96, identity.clone()).unwrap();

    assert_eq!(identity.to_uri(), "urn:epc:id:sscc:0614141.0123456789");
    assert_eq!(tag.to_uri(), "urn:epc:tag:sscc-96:1.0614141.0123456789");
    assert_eq!(tag.to_hex().unwrap(), "3134257BF4075BCD15000000");
    assert_eq!(Tag::parse_hex("3134257BF4075BCD15000000").unwrap(), tag);
    assert_eq!(identity.sscc_key(), Some(key));
    assert_eq!(identity.to_elements().unwrap().to_bracketed(), "(00)006141411234567890");
}

#[test]
fn numeric_serial_has_a_highest_number_and_no_zeros_in_front() {
    let item = |text| Identity::sgtin("0614141", "812345", serial(text)).unwrap();
    let place = |text| Identity::sgln("0614141", "12345", serial(text)).unwrap();

    assert!(tag(Scheme::Sgtin96, item("274877906943")).is_ok());
    assert_eq!(tag(Scheme::Sgtin96, item("274877906944")), Err(EpcFault::SerialInvalid));
    assert_eq!(tag(Scheme::Sgtin96, item("007")), Err(EpcFault::SerialInvalid));
    assert!(tag(Scheme::Sgtin96, item("0")).is_ok());
    assert!(tag(Scheme::Sgtin198, item("007")).is_ok());
    assert!(tag(Scheme::Sgln96, place("2199023255551")).is_ok());
    assert_eq!(tag(Scheme::Sgln96, place("2199023255552")), Err(EpcFault::SerialInvalid));
    assert_eq!(tag(Scheme::Sgln96, item("1")), Err(EpcFault::SchemeInvalid));
}

#[test]
fn serial_has_one_to_twenty_characters() {
    assert_eq!(Serial::new(""), Err(EpcFault::SerialInvalid));
    assert!(Serial::new(&"a".repeat(20)).is_ok());
    assert_eq!(Serial::new(&"a".repeat(21)), Err(EpcFault::SerialInvalid));
    assert_eq!(Serial::new("a b"), Err(EpcFault::SerialInvalid));
    assert_eq!(Serial::new("가"), Err(EpcFault::SerialInvalid));
}

#[test]
fn keys_become_identities_with_the_length_of_the_prefix() {
    let gtin = Gtin::parse("80614141123458").unwrap();
    let gln = Gln::parse("0614141123452").unwrap();

    let item = Identity::from_gtin(gtin, 7, serial("6789")).unwrap();
    let place = Identity::from_gln(gln, 7).unwrap();

    assert_eq!(item.to_uri(), "urn:epc:id:sgtin:0614141.812345.6789");
    assert_eq!(item.gtin(), Some(gtin));
    assert_eq!(item.gln(), None);
    assert_eq!(place.to_uri(), "urn:epc:id:sgln:0614141.12345.0");
    assert_eq!(place.gln(), Some(gln));
    assert_eq!(place.gln_extension(), None);
    assert_eq!(place.to_elements().unwrap().to_bracketed(), "(414)0614141123452");
    assert_eq!(Identity::from_gtin(gtin, 5, serial("1")), Err(EpcFault::CompanyInvalid));
    assert_eq!(Identity::from_gtin(gtin, 13, serial("1")), Err(EpcFault::CompanyInvalid));
}

#[test]
fn elements_name_one_identity() {
    let identity = |text: &str| {
        let elements = Elements::parse_bracketed(text).unwrap();
        Identity::from_elements(&elements, 7).map(|identity| identity.to_uri())
    };

    assert_eq!(
        identity("(01)80614141123458(21)32a/b").as_deref(),
        Ok("urn:epc:id:sgtin:0614141.812345.32a%2Fb")
    );
    assert_eq!(
        identity("(414)0614141123452(254)5").as_deref(),
        Ok("urn:epc:id:sgln:0614141.12345.5")
    );
    assert_eq!(identity("(01)80614141123458"), Err(EpcFault::KeyMissing));
}

#[test]
fn uris_are_refused_with_the_reason() {
    let tag = |uri: &str| Tag::parse_uri(uri).unwrap_err();
    let pure = |uri: &str| Identity::parse_uri(uri).unwrap_err();

    assert_eq!(tag("urn:epc:tag:sgtin-64:3.0614141.812345.1"), EpcFault::UriInvalid);
    assert_eq!(tag("urn:epc:tag:sgtin-96:8.0614141.812345.1"), EpcFault::FilterInvalid);
    assert_eq!(tag("urn:epc:tag:sgtin-96:.0614141.812345.1"), EpcFault::FilterInvalid);
    assert_eq!(pure("urn:epc:id:sgtin:0614141.812345"), EpcFault::UriInvalid);
    assert_eq!(pure("urn:epc:id:sgtin:0614141.812345.a/b"), EpcFault::SerialInvalid);
    assert_eq!(pure("urn:epc:id:sgtin:0614141.812345.a%2"), EpcFault::SerialInvalid);
    assert_eq!(pure("urn:epc:id:sgtin:0614141.8123456.1"), EpcFault::ReferenceInvalid);
    assert_eq!(pure("urn:epc:id:sgtin:06141.81234567.1"), EpcFault::CompanyInvalid);
    assert_eq!(pure("URN:EPC:ID:SGTIN:0614141.812345.1"), EpcFault::UriInvalid);
}

#[test]
fn bits_are_refused_with_the_reason() {
    let refused = |hex: &str| Tag::parse_hex(hex).unwrap_err();

    assert_eq!(refused(""), EpcFault::LengthInvalid { bytes: 0 });
    assert_eq!(refused("30 4"), EpcFault::NotHexadecimal);
    assert_eq!(refused("3034257BF7194E4000001A"), EpcFault::LengthInvalid { bytes: 11 });
    assert_eq!(refused("303FFFFFFFFFFFFFFFFFFFFF"), EpcFault::PartitionInvalid);
    assert_eq!(refused("3017FFFFFF194E4000001A85"), EpcFault::CompanyInvalid);
    assert_eq!(refused("3134257BF4075BCD15000001"), EpcFault::PaddingInvalid);
    assert_eq!(
        refused("3618000040000058800000000000000000000000000000000001"),
        EpcFault::PaddingInvalid
    );
    assert_eq!(
        refused("3618000040000000000000000000000000000000000000000000"),
        EpcFault::SerialInvalid
    );
}
