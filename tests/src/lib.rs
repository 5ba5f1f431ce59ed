//! What the scenario tests are played on: a whole Baton in one process, over real sockets.
//!
//! Owns starting and asking; asserts nothing. [`World`] is the door: a gateway on free ports with
//! a fresh database, the simulators around it, and on wish a terminal, a POS with its agent, or a
//! [`Hand`] in a device's place. [`Phone`] and [`Merchant`] are its users. May not reach into the
//! gateway except for tables and audit, which an operator can read too. Next: [`world`].

pub mod world;

pub use world::World;
pub use world::devices::Badge;
pub use world::hand::{Dialled, Hand};
pub use world::merchant::Merchant;
pub use world::phone::{Phone, Reply, accrue, pay};
pub use world::plugins::Workshop;
pub use world::receiver::{Delivery, Manner, Receiver};
pub use world::setting::{Page, Store, Wishes};
pub use world::stranger::Stranger;
pub use world::wait::until;
