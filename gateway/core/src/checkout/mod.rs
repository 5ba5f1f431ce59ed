//! System 3, checkout in a shop: scan, presence, approval, and a charge only if both agree.
//!
//! | step | what happens | decided in |
//! |---|---|---|
//! | 1 | a scan names product, shop and piece | [`product`] |
//! | 2 | what was scanned and what it costs | [`basket`] |
//! | 3 | a beacon terminal saw the device of the order within 10 s | [`presence`] |
//! | 4 | the order stands on the shop's monitor | [`monitor`] |
//! | 5 | the approval unit: factors first, questions only when needed | [`unit`] |
//! | 6 | both agree: the charge, then the exit or a delivery | [`purchase`] |
//!
//! Below the unit: [`item`] (questions from events, used once), [`answer`] (what an answer means),
//! [`risk`] (how likely it is somebody else), [`consent`], [`limits`], [`dice`] and [`ids`].
//! Questions are no authenticator: they only move the risk, under consent, and another factor or a
//! person is always a way. May not import another capability, keep a text of an answer, or see a
//! card.

pub mod answer;
pub mod basket;
pub mod consent;
pub mod dice;
pub mod ids;
pub mod item;
pub mod limits;
pub mod monitor;
pub mod presence;
pub mod product;
pub mod purchase;
pub mod risk;
pub mod unit;
