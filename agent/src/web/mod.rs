//! A POS that is a page in a browser, over the browser's debugging protocol (CDP).
//!
//! Owns the connection to one tab. The browser is started with its debugging port on loopback and
//! nothing else may reach that port. Source: Chrome DevTools Protocol, domains Target, Runtime,
//! Input. Next: [`session`], then [`page`], which is the five seams.

pub mod page;
pub mod session;
