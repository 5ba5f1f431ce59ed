//! The ranges of first digits and the lengths of each brand.
//!
//! Owns one table of facts: ranges and lengths from braintree/credit-card-type at fbd8ed8,
//! src/lib/card-types.ts, with Visa's old 13 digits and the lengths between those listed that
//! ISO/IEC 7812 leaves open to Diners Club, Discover and Visa. Next: [`super::number`].

use super::brand::Brand;
use std::ops::RangeInclusive;

/// Numbers whose first digits lie between two, both included.
pub(super) struct Range {
    first: &'static str,
    last: &'static str,
}

/// What is known of a brand.
pub(super) struct Row {
    pub(super) brand: Brand,
    pub(super) lengths: &'static [usize],
    pub(super) ranges: &'static [Range],
}

impl Range {
    /// Returns how many digits it compares.
    pub(super) const fn width(&self) -> usize {
        self.first.len()
    }

    /// Returns both ends.
    #[cfg(test)]
    pub(super) const fn ends(&self) -> (&'static str, &'static str) {
        (self.first, self.last)
    }

    /// Returns whether a number begins in it. Both ends have one width: bytes compare as numbers.
    pub(super) fn holds(&self, digits: &[u8]) -> bool {
        digits.get(..self.width()).is_some_and(|start| self.span(start.len()).contains(&start))
    }

    /// Returns whether a number that begins so may begin in it.
    pub(super) fn may_hold(&self, prefix: &[u8]) -> bool {
        let width = prefix.len().min(self.width());
        prefix.get(..width).is_some_and(|start| self.span(width).contains(&start))
    }

    fn span(&self, width: usize) -> RangeInclusive<&'static [u8]> {
        let cut = |end: &'static str| end.as_bytes().get(..width).unwrap_or_default();
        cut(self.first)..=cut(self.last)
    }
}

const fn row(brand: Brand, lengths: &'static [usize], ranges: &'static [Range]) -> Row {
    Row { brand, lengths, ranges }
}

const fn range(first: &'static str, last: &'static str) -> Range {
    Range { first, last }
}

const fn only(prefix: &'static str) -> Range {
    range(prefix, prefix)
}

/// Every brand. Where two rows of one width fit, the earlier brand wins: Verve before Maestro.
pub(super) const BRANDS: &[Row] = &[
    row(Brand::Visa, &[13, 16, 17, 18, 19], VISA),
    row(Brand::Mastercard, &[16], MASTERCARD),
    row(Brand::AmericanExpress, &[15], AMERICAN_EXPRESS),
    row(Brand::DinersClub, &[14, 15, 16, 17, 18, 19], DINERS_CLUB),
    row(Brand::Discover, &[16, 17, 18, 19], DISCOVER),
    row(Brand::Jcb, &[16, 17, 18, 19], JCB),
    row(Brand::UnionPay, &[14, 15, 16, 17, 18, 19], UNIONPAY),
    row(Brand::Verve, &[16, 18, 19], VERVE),
    row(Brand::Maestro, &[12, 13, 14, 15, 16, 17, 18, 19], MAESTRO),
    row(Brand::Elo, &[16], ELO),
    row(Brand::Mir, &[16, 17, 18, 19], MIR),
    row(Brand::Hiper, &[16], HIPER),
    row(Brand::Hipercard, &[16], HIPERCARD),
    row(Brand::Naranja, &[16], NARANJA),
    row(Brand::Troy, &[16], TROY),
];

const VISA: &[Range] = &[only("4")];

const MASTERCARD: &[Range] = &[
    range("51", "55"),
    range("2221", "2229"),
    range("223", "229"),
    range("23", "26"),
    range("270", "271"),
    only("2720"),
];

const AMERICAN_EXPRESS: &[Range] = &[only("34"), only("37")];

const DINERS_CLUB: &[Range] = &[range("300", "305"), only("36"), only("38"), only("39")];

const DISCOVER: &[Range] = &[only("6011"), range("644", "649"), only("65")];

const JCB: &[Range] = &[only("2131"), only("1800"), range("3528", "3589")];

const UNIONPAY: &[Range] = &[
    only("620"),
    range("62100", "62182"),
    range("62184", "62187"),
    range("62185", "62197"),
    range("62200", "62205"),
    range("622010", "622999"),
    only("622018"),
    range("62207", "62209"),
    range("623", "626"),
    only("6270"),
    only("6272"),
    only("6276"),
    range("627700", "627779"),
    range("627781", "627799"),
    range("6282", "6289"),
    only("6291"),
    only("6292"),
    only("810"),
    range("8110", "8131"),
    range("8132", "8151"),
    range("8152", "8163"),
    range("8164", "8171"),
];

const VERVE: &[Range] = &[
    range("506099", "506127"),
    only("506129"),
    range("506133", "506150"),
    range("506158", "506163"),
    only("506166"),
    only("506168"),
    only("506170"),
    only("506173"),
    range("506176", "506180"),
    only("506184"),
    range("506187", "506188"),
    only("506191"),
    only("506195"),
    only("506197"),
    only("507865"),
    only("507866"),
    range("507868", "507877"),
    range("507880", "507888"),
    only("507900"),
    only("507941"),
];

const MAESTRO: &[Range] = &[
    only("493698"),
    range("500000", "504174"),
    range("504176", "506698"),
    range("506779", "508999"),
    range("56", "59"),
    only("63"),
    only("67"),
    only("6"),
];

const ELO: &[Range] = &[
    only("401178"),
    only("401179"),
    only("438935"),
    only("457631"),
    only("457632"),
    only("431274"),
    only("451416"),
    only("457393"),
    only("504175"),
    range("506699", "506778"),
    range("509000", "509999"),
    only("627780"),
    only("636297"),
    only("636368"),
    range("650031", "650033"),
    range("650035", "650051"),
    range("650405", "650439"),
    range("650485", "650538"),
    range("650541", "650598"),
    range("650700", "650718"),
    range("650720", "650727"),
    range("650901", "650978"),
    range("651652", "651679"),
    range("655000", "655019"),
    range("655021", "655058"),
];

const MIR: &[Range] = &[range("2200", "2204")];

const HIPER: &[Range] = &[
    only("637095"),
    only("63737423"),
    only("63743358"),
    only("637568"),
    only("637599"),
    only("637609"),
    only("637612"),
];

const HIPERCARD: &[Range] = &[only("606282")];

const NARANJA: &[Range] = &[only("589562"), only("402918"), only("527572")];

const TROY: &[Range] = &[
    only("9792"),
    only("650052"),
    range("650082", "650083"),
    only("650092"),
    only("650161"),
    only("650170"),
    only("650173"),
    only("650175"),
    only("650268"),
    only("650271"),
    range("650273", "650274"),
    range("650456", "650457"),
    only("650836"),
    range("650846", "650850"),
    only("650923"),
    only("650987"),
    only("650990"),
    only("654997"),
    only("657366"),
    only("657998"),
    only("658758"),
    range("658767", "658768"),
    range("65083700", "65083704"),
    range("65085800", "65085804"),
    range("65085900", "65085901"),
    only("65086000"),
    range("65086100", "65086105"),
    range("65086200", "65086203"),
    range("65875000", "65875003"),
    only("65875009"),
    range("65875101", "65875104"),
    only("65875200"),
    only("65875501"),
    only("65875601"),
    only("65875900"),
    range("65876000", "65876002"),
    range("65876100", "65876103"),
    only("65876110"),
    range("65876115", "65876116"),
    range("65876200", "65876201"),
    only("65876500"),
    range("65876504", "65876505"),
    range("65876600", "65876602"),
    range("65877100", "65877101"),
    range("65877600", "65877602"),
    only("65877700"),
    range("65877801", "65877802"),
    range("65878200", "65878202"),
    range("65878300", "65878311"),
    range("65878400", "65878405"),
    range("65878500", "65878505"),
    range("65878600", "65878601"),
    only("65879800"),
    only("65880800"),
    only("65880900"),
];
