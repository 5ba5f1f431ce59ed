//! System 2, the hubs: order → nearest hub → load and forecast → divert or keep → pay → deliver →
//! done. An order goes to the nearest hub, unless another can serve it sooner.
//!
//! | step | what happens | decided in |
//! |---|---|---|
//! | 1 | an address: nearby deliverable goods and their companies | [`nearby`] |
//! | 2 | the order is placed; its hand-offs are counted | [`order`] |
//! | 3 | load is measured from acknowledgements and counts | [`load`], [`board`] |
//! | 4 | keep or divert, by the rule's figures | [`divert`], [`figures`] |
//! | 5 | a node asks for a credit, holds, or gives up | [`control`], [`held`] |
//! | 6 | the hub's actor grants, and takes back from a dead hub | [`credits`] |
//! | 7 | the hub pays through the relay; its word counts by epoch | [`order`] |
//! | 8 | a driver delivers, with code, photo or signature | [`delivery`] |
//!
//! Beside the way: [`forecast`] says when a threshold comes near, [`planning`] how large a hub
//! should be. Floats are used for load and distance only, never for money. May not do any of it:
//! the gateway's actors carry inputs in and effects out.

pub mod board;
pub mod control;
pub mod credits;
pub mod delivery;
pub mod divert;
pub mod figures;
pub mod forecast;
pub mod held;
pub mod load;
pub mod nearby;
pub mod order;
pub mod planning;
