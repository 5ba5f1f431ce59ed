//! Sightings: the window to the millisecond, and each thing that must match.

use super::{
    CLOCK_AHEAD_MS_MAX, DeviceMark, Expected, Nonce, SIGHTING_MS_MAX, Sighting, SightingRefusal,
    Signature, match_sighting,
};
use crate::checkout::product::Gln;
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp::from_ms(1_000_000);
const NONCE: Nonce = Nonce([7; 16]);

fn expected() -> Expected {
    Expected { shop: Gln::parse("8801234567893").unwrap(), device: DeviceMark([1; 16]) }
}

fn sighting() -> Sighting {
    Sighting {
        terminal: "beacon-1".parse().unwrap(),
        shop: expected().shop,
        device: expected().device,
        nonce: NONCE,
        heard_at: NOW,
        signature: Signature::Good,
    }
}

fn outcome(sighting: &Sighting) -> Result<(), SightingRefusal> {
    match_sighting(sighting, expected(), NONCE, NOW)
}

#[test]
fn a_sighting_counts_for_ten_seconds_and_not_longer() {
    let last = Sighting { heard_at: NOW.before_ms(SIGHTING_MS_MAX), ..sighting() };
    let late = Sighting { heard_at: NOW.before_ms(SIGHTING_MS_MAX + 1), ..sighting() };

    assert_eq!(outcome(&last), Ok(()));
    assert_eq!(outcome(&late), Err(SightingRefusal::Expired));
}

#[test]
fn a_clock_may_be_a_little_ahead() {
    let last = Sighting { heard_at: NOW.after_ms(CLOCK_AHEAD_MS_MAX), ..sighting() };
    let far = Sighting { heard_at: NOW.after_ms(CLOCK_AHEAD_MS_MAX + 1), ..sighting() };

    assert_eq!(outcome(&last), Ok(()));
    assert_eq!(outcome(&far), Err(SightingRefusal::Ahead));
}

#[test]
fn shop_device_nonce_and_signature_must_match() {
    let other_shop = Gln::parse("4012345000009").unwrap();
    let cases = [
        (Sighting { shop: other_shop, ..sighting() }, SightingRefusal::OtherShop),
        (Sighting { device: DeviceMark([2; 16]), ..sighting() }, SightingRefusal::OtherDevice),
        (Sighting { nonce: Nonce([8; 16]), ..sighting() }, SightingRefusal::OtherNonce),
        (Sighting { signature: Signature::Bad, ..sighting() }, SightingRefusal::NotSigned),
    ];

    for (sighting, refusal) in cases {
        assert_eq!(outcome(&sighting), Err(refusal));
    }
}
