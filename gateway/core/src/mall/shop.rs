//! Shops of the mall: opened in one step, closed, and deleted when nothing is open.
//!
//! Owns a shop's life, its suppliers, categories and staff. A deleted shop's name and slug stay
//! taken, because orders and links still speak of it. Chapters: `registration` (what may be written
//! on its door), `staff` (who may do what). Next: [`super::goods`].

mod registration;
mod staff;

pub use registration::{
    DirectoryRefusal, Registration, RegistrationInvalid, ShippingRule, Slug, Slugs,
};
pub use staff::{Act, Role};

use super::effect::{Effect, Record};
use super::number::BusinessNumber;
use crate::time::Timestamp;
use baton_protocol::ids::{ShopId, StaffId, SupplierId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Suppliers of one shop: a department store has fewer counters.
pub const SUPPLIERS_MAX: usize = 1_000;
/// Categories of one shop, both levels together: a menu that a visitor still reads.
pub const CATEGORIES_MAX: usize = 500;
/// Staff of one shop who may sign in.
pub const STAFF_MAX: usize = 200;

/// Where goods stand: a category and, within it, another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Category {
    /// The first level.
    pub upper: String,
    /// The second level, if there is one.
    pub lower: Option<String>,
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.upper)?;
        self.lower.as_ref().map_or(Ok(()), |lower| write!(f, " / {lower}"))
    }
}

/// A company that supplies goods to a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    /// What it is called.
    pub name: String,
    /// Under which number it trades.
    pub business_number: Option<BusinessNumber>,
}

/// Where a shop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Visitors buy.
    Open,
    /// They see that it is closed; what is ordered is still done.
    Closed {
        /// Since when.
        since: Timestamp,
    },
    /// Gone; its history stays.
    Deleted {
        /// When.
        at: Timestamp,
    },
}

/// What visitors see of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Its pages.
    Pages,
    /// That it is closed.
    Notice,
    /// Nothing.
    Nothing,
}

/// What of a shop is not over, as the store counts it in the transaction that deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenWork {
    /// Orders that are not delivered or cancelled, or can still be returned.
    pub orders: u64,
    /// Units that are promised.
    pub reserved: u64,
    /// Refunds that are not paid.
    pub refunds: u64,
}

/// A shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    id: ShopId,
    registration: Registration,
    life: Life,
    staff: BTreeMap<StaffId, Role>,
    suppliers: BTreeMap<SupplierId, Supplier>,
    categories: BTreeMap<String, BTreeSet<String>>,
}

/// What people decided about a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Its door says something else.
    Described(Box<Registration>),
    /// It takes no orders from now on.
    Closed,
    /// It takes orders again.
    Opened,
    /// It is to go for ever.
    Deleted(OpenWork),
    /// Somebody works there, or does something else there.
    StaffGiven(StaffId, Role),
    /// Somebody does not work there any more.
    StaffTaken(StaffId),
    /// A supplier joins, or is described anew.
    SupplierAdded(SupplierId, Supplier),
    /// A supplier leaves; the number says how many of its goods are not withdrawn.
    SupplierLeft(SupplierId, u64),
    /// A category is there.
    CategoryAdded(Category),
    /// A category is gone; the number says how many goods stand there.
    CategoryTaken(Category, u64),
}

/// What a shop's history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is there.
    Added,
    /// It is so from now on.
    Stands(Life),
    /// Its door says something else.
    Described,
    /// Somebody works there as this, or not any more.
    Staff(StaffId, Option<Role>),
    /// A supplier joined or left.
    Supplier(SupplierId),
    /// A category came or went.
    Category(Category),
}

/// Why a shop said no. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not exist any more.
    #[error("shop {0} is deleted")]
    Deleted(ShopId),
    /// Close it first, so that no order comes in between.
    #[error("shop {0} is open: close it first")]
    StillOpen(ShopId),
    /// Orders, promised units or refunds are not over.
    #[error("shop {shop}: {} orders, {} reserved units, {} refunds are open", .open.orders,
        .open.reserved, .open.refunds)]
    WorkOpen {
        /// Which shop.
        shop: ShopId,
        /// What.
        open: OpenWork,
    },
    /// What is to be written on its door is wrong.
    #[error(transparent)]
    Registration(#[from] RegistrationInvalid),
    /// A shop's address does not change: links lead there.
    #[error("the address of a shop does not change")]
    SlugFixed,
    /// Somebody must be able to give rights.
    #[error("{0} is the last owner")]
    LastOwner(StaffId),
    /// Nobody, no supplier or no category of that name.
    #[error("shop {shop} has no {name}")]
    Unknown {
        /// Which shop.
        shop: ShopId,
        /// What is not there.
        name: String,
    },
    /// Goods are still supplied or stand there.
    #[error("{goods} goods still belong to {name}")]
    InUse {
        /// The supplier or category.
        name: String,
        /// How many goods.
        goods: u64,
    },
    /// More than the bound of its kind.
    #[error("there are at most {0}")]
    TooMany(usize),
}

impl Shop {
    /// Adds a shop in one step: it is open and its pages are there at once.
    ///
    /// # Errors
    /// [`RegistrationInvalid`] as it says. That the slug is free says [`Slugs`].
    pub fn add(
        id: ShopId,
        registration: Registration,
        owner: StaffId,
    ) -> Result<(Self, Vec<Effect>), RegistrationInvalid> {
        registration.check()?;
        let staff = BTreeMap::from([(owner, Role::Owner)]);
        let (suppliers, categories) = (BTreeMap::new(), BTreeMap::new());
        let shop = Self { id, registration, life: Life::Open, staff, suppliers, categories };
        let effects = vec![shop.record(Event::Added), shop.show(Shown::Pages)];
        Ok((shop, effects))
    }

    /// Takes one decision and says what must happen, in order.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** changes nothing more and is recorded again.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match (self.life, input) {
            (Life::Deleted { .. }, _) => Err(Refusal::Deleted(self.id.clone())),
            (Life::Open, Input::Deleted(_)) => Err(Refusal::StillOpen(self.id.clone())),
            (Life::Closed { .. }, Input::Deleted(open)) => self.delete(open, now),
            (Life::Open, Input::Opened) | (Life::Closed { .. }, Input::Closed) => Ok(Vec::new()),
            (Life::Open, Input::Closed) => {
                Ok(self.stand(Life::Closed { since: now }, Shown::Notice))
            }
            (Life::Closed { .. }, Input::Opened) => Ok(self.stand(Life::Open, Shown::Pages)),
            (Life::Open | Life::Closed { .. }, Input::Described(anew)) => self.describe(*anew),
            (Life::Open | Life::Closed { .. }, Input::StaffGiven(who, role)) => {
                self.give(who, role)
            }
            (Life::Open | Life::Closed { .. }, Input::StaffTaken(who)) => self.take(who),
            (Life::Open | Life::Closed { .. }, Input::SupplierAdded(id, supplier)) => {
                if self.suppliers.len() >= SUPPLIERS_MAX && !self.suppliers.contains_key(&id) {
                    return Err(Refusal::TooMany(SUPPLIERS_MAX));
                }
                self.suppliers.insert(id.clone(), supplier);
                Ok(vec![self.record(Event::Supplier(id))])
            }
            (Life::Open | Life::Closed { .. }, Input::SupplierLeft(id, goods)) => {
                self.supplier_leaves(id, goods)
            }
            (Life::Open | Life::Closed { .. }, Input::CategoryAdded(category)) => {
                self.add_category(category)
            }
            (Life::Open | Life::Closed { .. }, Input::CategoryTaken(category, goods)) => {
                self.take_category(category, goods)
            }
        }
    }

    /// Nothing about a shop happens by the clock.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// Returns its id.
    #[must_use]
    pub const fn id(&self) -> &ShopId {
        &self.id
    }

    /// Returns what stands on its door.
    #[must_use]
    pub const fn registration(&self) -> &Registration {
        &self.registration
    }

    /// Returns where it stands.
    #[must_use]
    pub const fn life(&self) -> Life {
        self.life
    }

    /// Tells whether it takes orders.
    #[must_use]
    pub const fn takes_orders(&self) -> bool {
        matches!(self.life, Life::Open)
    }

    /// Tells whether somebody may do something there.
    #[must_use]
    pub fn may(&self, who: &StaffId, act: Act) -> bool {
        self.staff.get(who).is_some_and(|role| role.may(act))
    }

    /// Tells whether it has a category.
    #[must_use]
    pub fn has_category(&self, category: &Category) -> bool {
        let lowers = self.categories.get(&category.upper);
        lowers.is_some_and(|lowers| {
            category.lower.as_ref().is_none_or(|lower| lowers.contains(lower))
        })
    }

    /// Tells whether it has a supplier.
    #[must_use]
    pub fn has_supplier(&self, supplier: &SupplierId) -> bool {
        self.suppliers.contains_key(supplier)
    }

    fn delete(&mut self, open: OpenWork, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        if open != OpenWork::default() {
            return Err(Refusal::WorkOpen { shop: self.id.clone(), open });
        }
        Ok(self.stand(Life::Deleted { at: now }, Shown::Nothing))
    }

    fn stand(&mut self, life: Life, shown: Shown) -> Vec<Effect> {
        self.life = life;
        vec![self.record(Event::Stands(life)), self.show(shown)]
    }

    fn describe(&mut self, anew: Registration) -> Result<Vec<Effect>, Refusal> {
        anew.check()?;
        if anew.slug != self.registration.slug {
            return Err(Refusal::SlugFixed);
        }
        self.registration = anew;
        let shown = if self.takes_orders() { Shown::Pages } else { Shown::Notice };
        Ok(vec![self.record(Event::Described), self.show(shown)])
    }

    fn supplier_leaves(&mut self, id: SupplierId, goods: u64) -> Result<Vec<Effect>, Refusal> {
        if !self.has_supplier(&id) {
            return Err(self.unknown(id.as_str()));
        }
        if goods > 0 {
            return Err(Refusal::InUse { name: id.to_string(), goods });
        }
        self.suppliers.remove(&id);
        Ok(vec![self.record(Event::Supplier(id))])
    }

    fn add_category(&mut self, category: Category) -> Result<Vec<Effect>, Refusal> {
        let count = self.categories.values().map(|lowers| lowers.len().saturating_add(1));
        if count.sum::<usize>() >= CATEGORIES_MAX {
            return Err(Refusal::TooMany(CATEGORIES_MAX));
        }
        let lowers = self.categories.entry(category.upper.clone()).or_default();
        lowers.extend(category.lower.clone());
        Ok(vec![self.record(Event::Category(category))])
    }

    fn take_category(&mut self, category: Category, goods: u64) -> Result<Vec<Effect>, Refusal> {
        if !self.has_category(&category) {
            return Err(self.unknown(&category.to_string()));
        }
        let lowers = self.categories.get_mut(&category.upper);
        let inner = lowers.as_ref().is_some_and(|lowers| !lowers.is_empty());
        if goods > 0 || (category.lower.is_none() && inner) {
            return Err(Refusal::InUse { name: category.to_string(), goods });
        }
        match (&category.lower, lowers) {
            (Some(lower), Some(lowers)) => drop(lowers.take(lower)),
            (Some(_), None) => {}
            (None, _) => drop(self.categories.remove(&category.upper)),
        }
        Ok(vec![self.record(Event::Category(category))])
    }

    fn unknown(&self, name: &str) -> Refusal {
        Refusal::Unknown { shop: self.id.clone(), name: name.to_owned() }
    }

    fn show(&self, shown: Shown) -> Effect {
        Effect::Storefront { shop: self.id.clone(), shown }
    }

    fn record(&self, event: Event) -> Effect {
        Effect::Record(Record::Shop(self.id.clone(), event))
    }
}

#[cfg(test)]
mod tests;
