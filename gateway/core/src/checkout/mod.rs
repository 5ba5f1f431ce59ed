//! System 3.
pub mod answer;
pub mod dice;
pub mod ids;
pub mod risk;
