//! A typed amount becomes a sale at the gateway, open for the next touch or scan.
//!
//! Owns nothing but the order: Enter opens it, C without an amount closes it, one question after
//! the other. What is refused is shown; the clerk types it again. Nothing comes next.

use super::{Entered, Typed};
use baton_link::asks::Asks;

/// Asks until this future is dropped.
pub async fn serve(typed: Typed, asks: Asks) {
    loop {
        let answer = match typed.entered().await {
            Entered::Amount => match typed.take() {
                Some(amount) => asks.open_sale(Some(amount)).await,
                None => continue,
            },
            Entered::Cleared => asks.open_sale(None).await,
        };
        tracing::info!(?answer, "amount typed");
        typed.counter.said(answer);
    }
}
