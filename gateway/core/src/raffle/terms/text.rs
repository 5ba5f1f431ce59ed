//! The rules of one sale as a text of lines, whose hash is published before the sale opens.
//!
//! Owns the text: one `name=value` a line, in this order, each ended by a line feed. Anybody can
//! hash it. May not change without a new first line.

use super::{Closing, Deposit, Losers, Plan, Remainder, Terms};

/// Begins the text; a change of the lines below changes it.
const FIRST: &str = "baton.lottery.rules.v1";

impl Terms {
    /// Writes the rules of this sale.
    #[must_use]
    pub fn text(&self) -> String {
        let terms = self.proposal();
        let lines = [
            FIRST.to_owned(),
            format!("shop={}", terms.shop),
            format!("country={}", terms.country),
            format!("unit_price={}", terms.unit_price),
            format!("quantity={}", terms.quantity),
            format!("parts={}", terms.parts),
            format!("price_step={}", terms.price_step.won()),
            format!("first_price={}", self.p1()),
            format!("fee={}", terms.fee),
            format!("entries_max={}", terms.entries_max),
            format!("deposit={}", deposit(terms.deposit)),
            format!("losers={}", losers(terms.losers)),
            format!("closing={}", closing(terms.closing)),
            format!("closes_at_ms={}", terms.closes_at.ms()),
            format!("commission_bps={}", terms.commission.get()),
            format!("compensation_bps={}", terms.compensation.get()),
            format!("cancel_penalty_bps={}", terms.cancel_penalty.get()),
            format!("caps_won={},{}", terms.caps.day_won, terms.caps.month_won),
            format!("draw={}", plan(&terms.plan)),
            format!("round={}", self.round().map_or(0, |(_, round)| round)),
        ];
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

fn deposit(deposit: Deposit) -> String {
    match deposit {
        Deposit::Fixed(won) => format!("fixed,{won}"),
        Deposit::Share(share) => format!("bps,{}", share.get()),
    }
}

fn losers(losers: Losers) -> String {
    match losers {
        Losers::PaidBack => "paid_back".to_owned(),
        Losers::PaidBackAsMileage => "paid_back_as_mileage".to_owned(),
        Losers::Pool(pool) => {
            let rest = match pool.remainder {
                Remainder::Operator => "operator",
                Remainder::Spread => "spread",
            };
            let (mileage, consolation) = (pool.surplus_mileage.get(), pool.consolation.get());
            format!("pool,{mileage},{rest},{consolation}")
        }
    }
}

const fn closing(closing: Closing) -> &'static str {
    match closing {
        Closing::AtTime => "at_time",
        Closing::WhenFull => "when_full",
    }
}

fn plan(plan: &Plan) -> String {
    match plan {
        Plan::Beacon(chain) => format!("beacon,{}", chain.hash),
        Plan::BeaconAndServer(chain, server) => {
            format!("beacon_and_server,{},{server}", chain.hash)
        }
        Plan::Offline(server) => format!("offline,{server}"),
        Plan::Rehearsal => "rehearsal".to_owned(),
    }
}
