//! System 2, the hubs: an order goes to the nearest hub, unless another can serve it sooner.
//!
//! | step | what happens | decided in |
//! |---|---|---|
//! | 1 | load is measured from acknowledgements and counts | [`load`], [`board`] |
//! | 2 | keep or divert | [`divert`] |
//! | 3 | a node asks, holds, gives up | [`control`], [`held`] |
//! | 4 | the hub's actor grants a credit | [`credits`] |

pub mod board;
pub mod control;
pub mod credits;
pub mod divert;
pub mod figures;
pub mod held;
pub mod load;
