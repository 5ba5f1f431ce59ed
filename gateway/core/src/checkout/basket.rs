//! What a shopper has scanned in one shop, and what it costs.
//!
//! Owns lines and their sum. Prices come from the mall's goods as arguments; a piece with a serial
//! number is in a basket once. May not take money. Next: [`super::presence`].

use super::product::{Gln, Gtin, Serial};
use baton_protocol::money::{Money, MoneyInvalid};

/// Lines of a basket: what a shopper carries, and what a monitor can show.
pub const LINES_MAX: usize = 100;
/// Pieces of one product: more is an order of a business, not a basket.
pub const PIECES_MAX: u32 = 999;

/// What a scan said, with the price that the mall has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The product.
    pub product: Gtin,
    /// The shop, if the code named it; tags do not.
    pub shop: Option<Gln>,
    /// The piece, if the code named it.
    pub serial: Option<Serial>,
    /// What it is called.
    pub name: String,
    /// What one costs.
    pub price: Money,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub product: Gtin,
    /// What it is called.
    pub name: String,
    /// What one costs.
    pub price: Money,
    /// How many.
    pub pieces: u32,
    /// Pieces that are known one by one.
    pub serials: Vec<Serial>,
}

/// What a shopper has scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    shop: Gln,
    lines: Vec<Line>,
    total: Money,
}

/// A rule that said no; the basket is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasketRefusal {
    /// The code is of another shop.
    #[error("shop {0} is not the shop of this basket")]
    OtherShop(Gln),
    /// The piece is in it already.
    #[error("this piece of product {0} is in the basket already")]
    PieceTwice(Gtin),
    /// A stored basket has two lines of it.
    #[error("product {0} has two lines in the basket")]
    ProductTwice(Gtin),
    /// The same product has another price.
    #[error("product {0} is in the basket at another price")]
    PriceDiffers(Gtin),
    /// There are too many lines.
    #[error("a basket has at most {LINES_MAX} lines")]
    LinesFull,
    /// There are too many pieces of one product.
    #[error("a line has at most {PIECES_MAX} pieces")]
    PiecesFull,
    /// It is not in it.
    #[error("product {0} is not in the basket")]
    ProductMissing(Gtin),
    /// The price is not above 0.
    #[error("product {0} has no price")]
    PriceMissing(Gtin),
    /// The sum cannot be made.
    #[error(transparent)]
    Money(#[from] MoneyInvalid),
}

impl Basket {
    /// Begins an empty basket in one shop.
    #[must_use]
    pub const fn begin(shop: Gln, currency: baton_protocol::money::Currency) -> Self {
        Self { shop, lines: Vec::new(), total: Money::new(0, currency) }
    }

    /// Makes a basket again from its stored lines; what it costs is added up anew.
    ///
    /// # Errors
    /// [`BasketRefusal`] for lines that no scans could have made: a product twice or without a
    /// price, too many lines or pieces, none, a piece twice, or more known pieces than pieces.
    pub fn restore(
        shop: Gln,
        currency: baton_protocol::money::Currency,
        lines: Vec<Line>,
    ) -> Result<Self, BasketRefusal> {
        let mut basket = Self::begin(shop, currency);
        for Line { product, name, price, pieces, serials } in lines {
            if basket.lines.iter().any(|line| line.product == product) {
                return Err(BasketRefusal::ProductTwice(product));
            }
            let known = usize::try_from(pieces).unwrap_or(usize::MAX);
            if pieces == 0 || serials.len() > known {
                return Err(BasketRefusal::ProductMissing(product));
            }
            // No line has more pieces, so no damaged number keeps this busy.
            let more = pieces.min(PIECES_MAX.saturating_add(1));
            let mut serials = serials.into_iter();
            for _ in 0..more {
                let (serial, name) = (serials.next(), name.clone());
                basket.add(Scanned { product, shop: None, serial, name, price })?;
            }
        }
        Ok(basket)
    }

    /// Adds one piece.
    ///
    /// **Repeat** a piece without a serial number counts again; one with it is refused.
    ///
    /// # Errors
    /// Each variant of [`BasketRefusal`] but `ProductMissing` and `ProductTwice`, as it says.
    pub fn add(&mut self, scanned: Scanned) -> Result<(), BasketRefusal> {
        let Scanned { product, shop, serial, name, price } = scanned;
        if let Some(other) = shop.filter(|shop| *shop != self.shop) {
            return Err(BasketRefusal::OtherShop(other));
        }
        if price.minor <= 0 {
            return Err(BasketRefusal::PriceMissing(product));
        }
        let total = self.total.checked_add(price)?;
        let full = self.lines.len() >= LINES_MAX;
        match self.lines.iter_mut().find(|line| line.product == product) {
            Some(line) => line.add(serial, price)?,
            None if full => return Err(BasketRefusal::LinesFull),
            None => {
                let serials = serial.into_iter().collect();
                self.lines.push(Line { product, name, price, pieces: 1, serials });
            }
        }
        self.total = total;
        Ok(())
    }

    /// Takes one piece out: the one with the serial number, or the last one.
    ///
    /// # Errors
    /// [`BasketRefusal::ProductMissing`] when there is no such piece.
    pub fn remove(&mut self, product: Gtin, serial: Option<&Serial>) -> Result<(), BasketRefusal> {
        let missing = BasketRefusal::ProductMissing(product);
        let Some(line) = self.lines.iter_mut().find(|line| line.product == product) else {
            return Err(missing);
        };
        match serial {
            Some(serial) => {
                let place = line.serials.iter().position(|one| one == serial).ok_or(missing)?;
                line.serials.remove(place);
            }
            // Pieces without a number go first.
            None if usize::try_from(line.pieces).is_ok_and(|all| all == line.serials.len()) => {
                line.serials.pop();
            }
            None => {}
        }
        line.pieces = line.pieces.saturating_sub(1);
        let price = Money::new(line.price.minor.saturating_neg(), line.price.currency);
        self.lines.retain(|line| line.pieces > 0);
        self.total = self.total.checked_add(price)?;
        Ok(())
    }

    /// Returns the shop.
    #[must_use]
    pub const fn shop(&self) -> Gln {
        self.shop
    }

    /// Returns the lines in the order of their first scan.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns what all of it costs.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }
}

impl Line {
    fn add(&mut self, serial: Option<Serial>, price: Money) -> Result<(), BasketRefusal> {
        if price != self.price {
            return Err(BasketRefusal::PriceDiffers(self.product));
        }
        if self.pieces >= PIECES_MAX {
            return Err(BasketRefusal::PiecesFull);
        }
        if serial.as_ref().is_some_and(|serial| self.serials.contains(serial)) {
            return Err(BasketRefusal::PieceTwice(self.product));
        }
        self.serials.extend(serial);
        self.pieces = self.pieces.saturating_add(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
