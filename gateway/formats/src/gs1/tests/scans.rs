//! Scans: what each symbology identifier may carry.

use crate::gs1::{Content, Gs1Fault, LinkFault, Scan, ScanFault, Symbology};

#[test]
fn same_item_is_found_in_every_carrier() {
    for text in [
        "]C10109520123456788",
        "]d20109520123456788",
        "]Q30109520123456788",
        "]J10109520123456788",
        "]e00109520123456788",
        "]E09520123456788",
        "]Q1https://a/01/09520123456788",
        "]d1HTTPS://a/01/09520123456788",
    ] {
        let scan = Scan::parse(text).unwrap();

        assert_eq!(scan.gtin().unwrap().as_str(), "09520123456788", "{text}");
    }
}

#[test]
fn composite_part_stands_beside_the_number() {
    let scan = Scan::parse("]E402345673|]e010A\u{1d}98B").unwrap();

    assert_eq!(scan.symbology, Symbology::Ean8);
    assert_eq!(scan.gtin().unwrap().as_str(), "00000002345673");
    assert_eq!(scan.elements().unwrap().lot(), Some("A"));
    assert_eq!(scan.to_notation(), "02345673|^10A^98B");
}

#[test]
fn plain_text_stays_as_it_is() {
    let scan = Scan::parse("]Q1pay to the bearer").unwrap();

    assert_eq!(scan.content, Content::Text("pay to the bearer".into()));
    assert_eq!((scan.gtin(), scan.elements()), (None, None));
}

#[test]
fn scans_are_refused_with_the_reason() {
    let refused = |text: &str| Scan::parse(text).unwrap_err();

    assert_eq!(refused("0109520123456788"), ScanFault::IdentifierMissing);
    assert_eq!(refused("]Q"), ScanFault::IdentifierMissing);
    assert_eq!(refused("]C00109520123456788"), ScanFault::IdentifierUnknown);
    assert_eq!(refused("]가"), ScanFault::IdentifierMissing);
    assert_eq!(refused("]E0952012345678"), ScanFault::RetailLength);
    assert_eq!(refused("]E095201234567880"), ScanFault::RetailLength);
    assert_eq!(refused("]E09520123456789"), ScanFault::Elements(Gs1Fault::KeyCheckDigit));
    assert_eq!(refused("]d2"), ScanFault::Elements(Gs1Fault::Empty));
    assert_eq!(refused("]Q1https://a/b"), ScanFault::Link(LinkFault::KeyMissing));
    assert_eq!(refused(&format!("]Q1{}", "a".repeat(8192))), ScanFault::TooLarge { bytes: 8192 });
}
