//! Nearby: which companies deliver to an address, and which of their goods.
//!
//! Owns the only way to a [`Deliverable`], without which no order is placed: nothing that cannot
//! be delivered can be ordered. Floats are used for distance only, never for money. Next:
//! [`super::order`], which is placed with it.

use crate::geo::{Point, Tree, place};
use baton_protocol::ids::{CompanyId, GoodsId};
use std::collections::BTreeMap;

/// Lines of one order at most: more than a household's week, less than a request could carry.
pub const LINES_MAX: usize = 200;

/// Pieces of one line at most; a shop that needs more takes a second line.
pub const PIECES_MAX: u32 = 999;

/// Whether a company takes orders now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It does.
    Open,
    /// It does not.
    Closed,
}

/// What there is of some goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    /// As many as are wanted: made to order.
    Endless,
    /// So many.
    Pieces(u32),
}

/// Goods of a company.
#[derive(Debug, Clone, PartialEq)]
pub struct Goods {
    /// Which.
    pub id: GoodsId,
    /// What there is.
    pub stock: Stock,
    /// How far they may travel, if less than the company goes: ice cream.
    pub reach_km: Option<f64>,
}

/// A company that delivers.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Which.
    pub id: CompanyId,
    /// Where it starts from.
    pub at: Point,
    /// How far it delivers.
    pub reach_km: f64,
    /// Whether it takes orders now.
    pub opening: Opening,
    /// What it has.
    pub goods: Vec<Goods>,
}

/// A company near an address, with what it can deliver there now.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer<'n> {
    /// The company.
    pub company: &'n Company,
    /// How far away it is.
    pub km: f64,
    /// What it can deliver.
    pub goods: Vec<&'n Goods>,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub goods: GoodsId,
    /// How many.
    pub pieces: u32,
}

/// Lines that one company can deliver to one address. Only [`Nearby::check`] makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deliverable {
    company: CompanyId,
    address: Point,
    lines: Vec<Line>,
}

impl Deliverable {
    /// Returns who delivers.
    #[must_use]
    pub const fn company(&self) -> &CompanyId {
        &self.company
    }

    /// Returns where to.
    #[must_use]
    pub const fn address(&self) -> Point {
        self.address
    }

    /// Returns what.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

/// Why lines cannot be ordered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is no such company.
    #[error("company {0} is not known")]
    CompanyUnknown(CompanyId),
    /// It takes no orders now.
    #[error("company {0} is closed")]
    CompanyClosed(CompanyId),
    /// It does not come so far.
    #[error("company {company} delivers up to {reach_km:.1} km, the address is {km:.1} km away")]
    OutOfReach {
        /// Which company or its goods.
        company: CompanyId,
        /// How far they go.
        reach_km: f64,
        /// How far it would be.
        km: f64,
    },
    /// The company does not have such goods.
    #[error("company {company} has no goods {goods}")]
    GoodsUnknown {
        /// Which company.
        company: CompanyId,
        /// Which goods.
        goods: GoodsId,
    },
    /// These goods do not travel so far.
    #[error("goods {goods} travel up to {reach_km:.1} km, the address is {km:.1} km away")]
    GoodsOutOfReach {
        /// Which goods.
        goods: GoodsId,
        /// How far they go.
        reach_km: f64,
        /// How far it would be.
        km: f64,
    },
    /// There are not so many.
    #[error("goods {goods}: {wanted} wanted, {left} left")]
    StockShort {
        /// Which goods.
        goods: GoodsId,
        /// How many are wanted, over all lines.
        wanted: u32,
        /// How many there are.
        left: u32,
    },
    /// No line, or too many.
    #[error("an order has 1 to {LINES_MAX} lines, not {0}")]
    LinesOutOfRange(usize),
    /// No piece, or too many.
    #[error("a line has 1 to {PIECES_MAX} pieces, not {0}")]
    PiecesOutOfRange(u32),
}

/// All companies, found by place.
#[derive(Debug, Clone, Default)]
pub struct Nearby {
    companies: Vec<Company>,
    by_id: BTreeMap<CompanyId, usize>,
    tree: Tree,
    /// The longest way that any company goes.
    reach_km: f64,
}

impl Nearby {
    /// Takes the companies; of two with the same id the later one counts.
    #[must_use]
    pub fn new(companies: Vec<Company>) -> Self {
        let by_id: BTreeMap<CompanyId, Company> =
            companies.into_iter().map(|company| (company.id.clone(), company)).collect();
        let companies: Vec<Company> = by_id.into_values().collect();
        let points: Vec<Point> = companies.iter().map(|company| company.at).collect();
        let reach_km = companies.iter().fold(0.0_f64, |most, one| most.max(one.reach_km));
        let by_id = companies.iter().map(|one| one.id.clone()).zip(0..).collect();
        Self { companies, by_id, tree: Tree::new(&points), reach_km }
    }

    /// Returns every open company that delivers something to an address, nearest first.
    #[must_use]
    pub fn offers(&self, address: Point) -> Vec<Offer<'_>> {
        let near = self.tree.within(address, self.reach_km).into_iter();
        let offer = near.filter_map(|near| {
            let company = self.companies.get(place(near.index))?;
            let goods: Vec<&Goods> =
                company.goods.iter().filter(|goods| goods.reaches(near.km)).collect();
            let delivers = company.opening == Opening::Open && near.km <= company.reach_km;
            let offer = Offer { company, km: near.km, goods };
            (delivers && !offer.goods.is_empty()).then_some(offer)
        });
        offer.collect()
    }

    /// Takes what a company shall deliver to an address, if it can.
    ///
    /// # Errors
    /// A [`Refusal`] that names the first rule in the way; nothing is reserved either way.
    pub fn check(
        &self,
        company: &CompanyId,
        address: Point,
        lines: Vec<Line>,
    ) -> Result<Deliverable, Refusal> {
        let unknown = || Refusal::CompanyUnknown(company.clone());
        let place = self.by_id.get(company).ok_or_else(unknown)?;
        let found = self.companies.get(*place).ok_or_else(unknown)?;
        let km = address.distance_km(found.at);
        found.takes(km)?;
        if lines.is_empty() || lines.len() > LINES_MAX {
            return Err(Refusal::LinesOutOfRange(lines.len()));
        }
        let mut wanted: BTreeMap<&GoodsId, u32> = BTreeMap::new();
        for line in &lines {
            if !(1..=PIECES_MAX).contains(&line.pieces) {
                return Err(Refusal::PiecesOutOfRange(line.pieces));
            }
            let sum = wanted.entry(&line.goods).or_default();
            *sum = sum.saturating_add(line.pieces);
        }
        for (goods, wanted) in wanted {
            found.delivers(goods, wanted, km)?;
        }
        Ok(Deliverable { company: company.clone(), address, lines })
    }
}

impl Company {
    fn takes(&self, km: f64) -> Result<(), Refusal> {
        if self.opening == Opening::Closed {
            return Err(Refusal::CompanyClosed(self.id.clone()));
        }
        if km <= self.reach_km {
            return Ok(());
        }
        Err(Refusal::OutOfReach { company: self.id.clone(), reach_km: self.reach_km, km })
    }

    fn delivers(&self, goods: &GoodsId, wanted: u32, km: f64) -> Result<(), Refusal> {
        let Some(found) = self.goods.iter().find(|one| one.id == *goods) else {
            let (company, goods) = (self.id.clone(), goods.clone());
            return Err(Refusal::GoodsUnknown { company, goods });
        };
        if let Some(reach_km) = found.reach_km.filter(|reach_km| km > *reach_km) {
            return Err(Refusal::GoodsOutOfReach { goods: goods.clone(), reach_km, km });
        }
        match found.stock {
            Stock::Pieces(left) if wanted > left => {
                Err(Refusal::StockShort { goods: goods.clone(), wanted, left })
            }
            Stock::Pieces(_) | Stock::Endless => Ok(()),
        }
    }
}

impl Goods {
    /// Tells whether there is any, and whether it may travel so far.
    fn reaches(&self, km: f64) -> bool {
        self.stock != Stock::Pieces(0) && self.reach_km.is_none_or(|reach| km <= reach)
    }
}

#[cfg(test)]
mod tests;
