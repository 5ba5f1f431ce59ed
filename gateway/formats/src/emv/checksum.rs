//! The checksum of merchant-presented codes.
//!
//! Owns CRC-16 with polynomial 1021, start FFFF, no reflection and no final exchange (ISO/IEC 13239
//! as EMVCo MPM 1.1, 4.7.3 takes it; others call it CCITT-FALSE). Next: [`super::payload`].

/// x¹⁶ + x¹² + x⁵ + 1.
const POLYNOMIAL: u16 = 0x1021;
/// What the register holds before the first byte.
const START: u16 = 0xFFFF;

/// Computes the checksum of bytes.
#[must_use]
pub fn of(bytes: &[u8]) -> u16 {
    bytes.iter().fold(START, |register, byte| {
        let mixed = register ^ (u16::from(*byte) << 8);
        (0..8).fold(mixed, |register, _| match register & 0x8000 {
            0 => register << 1,
            _ => (register << 1) ^ POLYNOMIAL,
        })
    })
}
