//! Capacity planning on the command line: one hub's figures, or the table of usual sizes.
//!
//! Owns the question's form; the formulas are core's. Next: `mod.rs`, which asks it.

use anyhow::{Result, ensure};
use baton_core::hub::planning::Plan;
use std::io::Write;

/// A hub on paper.
#[derive(Debug, Clone, clap::Args)]
pub struct Question {
    /// Orders worked on at the same time
    #[arg(long)]
    pub workers: u32,
    /// Mean service time in seconds
    #[arg(long, default_value_t = 0.4)]
    pub service: f64,
    /// Orders a second; without it only the highest utilisation is said
    #[arg(long)]
    pub rate: Option<f64>,
    /// A wait in seconds that few orders may pass
    #[arg(long, default_value_t = 0.2)]
    pub wait: f64,
    /// How few, as a share of 1
    #[arg(long, default_value_t = 0.01)]
    pub share: f64,
    /// Squared coefficient of variation of the time between orders
    #[arg(long, default_value_t = 1.0)]
    pub arrivals_scv: f64,
    /// Squared coefficient of variation of the service time
    #[arg(long, default_value_t = 1.5)]
    pub service_scv: f64,
}

/// Prints the answer.
///
/// # Errors
/// A figure that is out of its range, or output that cannot be written.
pub fn answer(question: &Question, out: &mut dyn Write) -> Result<()> {
    let Question { workers, service, wait, share, .. } = *question;
    ensure!(workers > 0, "--workers must be 1 or more");
    ensure!(service.is_finite() && service > 0.0, "--service must be more than 0 seconds");
    ensure!(wait.is_finite() && wait >= 0.0, "--wait must be 0 seconds or more");
    ensure!(share > 0.0 && share < 1.0, "--share must be between 0 and 1, as 0.01");
    let (arrivals_scv, service_scv) = (question.arrivals_scv, question.service_scv);
    ensure!(arrivals_scv >= 0.0 && service_scv >= 0.0, "a coefficient of variation is 0 or more");
    ensure!(arrivals_scv + service_scv > 0.0, "one of --arrivals-scv, --service-scv must not be 0");
    let plan = Plan { workers, service_s: service, arrivals_scv, service_scv };
    let highest = plan.highest_utilisation(wait, share);
    let rate = highest * f64::from(workers) / service;
    writeln!(
        out,
        "{workers} workers of {service} s: up to {:.0} % busy ({rate:.1} orders/s) at most {:.2} % \
         wait longer than {wait} s, without help of neighbours",
        highest * 100.0,
        share * 100.0
    )?;
    let Some(rate) = question.rate else { return Ok(()) };
    ensure!(rate.is_finite() && rate > 0.0, "--rate must be more than 0 orders a second");
    let busy = rate * service / f64::from(workers);
    writeln!(out, "at {rate} orders/s it is {:.0} % busy;", busy * 100.0)?;
    writeln!(
        out,
        "  mean wait {:.3} s, {:.2} % wait longer than {wait} s",
        plan.mean_wait_s(busy),
        plan.waits_longer(busy, wait) * 100.0
    )?;
    match plan.fewest_workers(rate, wait, share) {
        Some(fewest) => writeln!(out, "  {fewest} workers are enough")?,
        None => writeln!(out, "  no single hub is enough: spread the orders over several")?,
    }
    Ok(())
}
