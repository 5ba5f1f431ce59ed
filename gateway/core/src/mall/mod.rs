//! System 5, the mall: many shops on one server, from an empty shelf to the sales table.
//!
//! | step | what happens | decided in |
//! |---|---|---|
//! | 1 | a shop opens in one step; staff and suppliers join | [`shop`], [`number`] |
//! | 2 | goods are registered, each option with a shelf | [`goods`] |
//! | 3 | goods come in, are counted, promised, sold, taken back | [`stock`] |
//! | 4 | a visitor fills a cart over several shops | [`cart`] |
//! | 5 | the cart is priced: discounts, coupon, shipping, tax | [`quote`], [`coupon`], [`price`] |
//! | 6 | the order is placed once stock and coupon grant it | [`order`] |
//! | 7 | it is paid by card through the relay, or by a deposit | [`order`], [`deposit`] |
//! | 8 | each shop ships its part; things come back, are exchanged, refunded | [`order`] |
//! | 9 | all of it is booked and counted | [`posting`], [`sales`] |
//!
//! Beside the way: [`member`] (classes, top customers, congratulations), [`customer`] (how to reach
//! who buys), [`mail`] (each with its key). [`effect`] is the whole list of what the mall can do to
//! the world. Machines never call one another: what one wants of another is an effect, and the
//! answer an input, so checkouts at the same time are steps in any order.

pub mod cart;
pub mod coupon;
pub mod customer;
pub mod deposit;
pub mod effect;
pub mod goods;
pub mod mail;
pub mod member;
pub mod number;
pub mod order;
pub mod posting;
pub mod price;
pub mod quote;
pub mod sales;
pub mod shop;
pub mod stock;

pub use effect::{Effect, Question, Record};
