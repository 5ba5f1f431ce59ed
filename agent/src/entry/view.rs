//! Seam 5 by a view of the POS program's database: rows that were not there before the submit.
//!
//! Owns asking for the newest rows, and which of them is the order's. It reads one view, in a
//! session that may write nothing. May not judge: [`super::observe`] does. Next: a recipe's
//! `[outcome.view]`, [`crate::config::view`].

#[cfg(feature = "database")]
mod rows;

use super::seams::{Fault, Outcome};
use crate::config::recipe::Outcomes;

/// Lets an outcome be read in the database as well, where the recipe names a view.
///
/// # Errors
/// [`Fault::Broken`] where the settings name no database, or this program was built without.
pub fn over(behind: Box<dyn Outcome>, outcomes: &Outcomes) -> Result<Box<dyn Outcome>, Fault> {
    match &outcomes.view {
        None => Ok(behind),
        #[cfg(feature = "database")]
        Some(view) => Ok(Box::new(rows::Rows::open(view, &outcomes.any, behind)?)),
        #[cfg(not(feature = "database"))]
        Some(_) => Err(broken("this baton-agent was built without the feature `database`")),
    }
}

fn broken(what: &str) -> Fault {
    Fault::Broken { place: "pos database", what: what.to_owned() }
}
