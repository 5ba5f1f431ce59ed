//! The sale that everybody reads and writes: the one of `benches/iso8583.rs`, in ASCII.
//!
//! Owns its fields. The bitmap is eight bytes, as most peers have it. Next: `peer.rs`.

use baton_formats::iso8583::{Message, Mti, Spec, ready};

/// The dialect of the sale.
pub fn spec() -> &'static Spec {
    ready::lookup("1987-ascii").expect("a ready dialect")
}

/// Numbers and values.
pub const FIELDS: [(u8, &str); 20] = [
    (3, "000000"),
    (4, "000000004500"),
    (7, "1127072501"),
    (11, "000123"),
    (12, "072501"),
    (13, "1127"),
    (18, "5812"),
    (19, "410"),
    (22, "021"),
    (23, "001"),
    (25, "00"),
    (28, "C00000000"),
    (32, "12345678901"),
    (37, "633107000123"),
    (41, "T0000001"),
    (42, "MERCHANT0000001"),
    (43, "COFFEE HOUSE             SEOUL        KR"),
    (48, "01016A1B2C3D4E5F6G7H8040360192f1d2-7c4b-7c3e-9a55-0123456789ab"),
    (49, "410"),
    (60, "0200"),
];

/// The sale as it is sent.
pub fn bytes() -> Vec<u8> {
    bytes_without(&[])
}

/// The same without some of its fields.
pub fn bytes_without(left_out: &[u8]) -> Vec<u8> {
    let fields = FIELDS.into_iter().filter(|(field, _)| !left_out.contains(field));
    let sale = fields.fold(Message::new(Mti::SALE), |sale, (field, value)| sale.with(field, value));
    sale.build(spec()).expect("the sale fits the dialect")
}
