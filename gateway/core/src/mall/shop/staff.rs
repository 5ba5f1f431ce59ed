//! Staff of a shop: five roles and what each may do.
//!
//! Owns the table of rights. Somebody always can give them: the last owner stays. Next:
//! [`super`], the shop itself.

use super::{Event, Refusal, STAFF_MAX, Shop};
use crate::mall::effect::Effect;
use baton_protocol::ids::StaffId;

/// What somebody does in a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Everything, and gives others their roles.
    Owner,
    /// Everything but staff and the shop's end.
    Manager,
    /// Orders, returns and refunds.
    OrderClerk,
    /// Goods and stock.
    StockClerk,
    /// Reads.
    Reader,
}

/// What can be done in a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Read orders, stock and sales.
    Read,
    /// Change goods.
    EditGoods,
    /// Receive, count, correct.
    MoveStock,
    /// Ship, cancel, take back.
    HandleOrders,
    /// Give money back.
    Refund,
    /// Decide whose deposit it is.
    MatchDeposits,
    /// Coupons and discounts.
    Discount,
    /// Name, theme, shipping, suppliers, categories; close and open.
    RunShop,
    /// Give roles, delete the shop.
    Own,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::EditGoods,
        Self::MoveStock,
        Self::HandleOrders,
        Self::Refund,
        Self::MatchDeposits,
        Self::Discount,
        Self::RunShop,
        Self::Own,
    ];
}

impl Role {
    /// Tells whether the role may do something.
    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        match (self, act) {
            (Self::Owner, _) | (_, Act::Read) => true,
            (Self::Manager, Act::Own) | (Self::Reader, _) => false,
            (Self::Manager, _) => true,
            (Self::OrderClerk, Act::HandleOrders | Act::Refund | Act::MatchDeposits) => true,
            (Self::StockClerk, Act::EditGoods | Act::MoveStock) => true,
            (Self::OrderClerk | Self::StockClerk, _) => false,
        }
    }
}

impl Shop {
    pub(super) fn give(&mut self, who: StaffId, role: Role) -> Result<Vec<Effect>, Refusal> {
        if role != Role::Owner && self.is_last_owner(&who) {
            return Err(Refusal::LastOwner(who));
        }
        if self.staff.len() >= STAFF_MAX && !self.staff.contains_key(&who) {
            return Err(Refusal::TooMany(STAFF_MAX));
        }
        self.staff.insert(who.clone(), role);
        Ok(vec![self.record(Event::Staff(who, Some(role)))])
    }

    pub(super) fn take(&mut self, who: StaffId) -> Result<Vec<Effect>, Refusal> {
        if self.is_last_owner(&who) {
            return Err(Refusal::LastOwner(who));
        }
        if self.staff.remove(&who).is_none() {
            return Err(self.unknown(who.as_str()));
        }
        Ok(vec![self.record(Event::Staff(who, None))])
    }

    fn is_last_owner(&self, who: &StaffId) -> bool {
        let owns = self.staff.get(who) == Some(&Role::Owner);
        owns && self.staff.values().filter(|role| **role == Role::Owner).count() == 1
    }
}
