//! What went through a destination in a day, by purpose, state and currency.
//!
//! Owns the question's tests. Next: `start`.

use super::parts::*;
use baton_core::relay::transaction::Purpose;
use baton_core::time::Timestamp;
use baton_protocol::ids::DestinationId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;
use baton_records::settlement::Turnover;
use baton_records::writer::Fact;

/// One finished transaction, so many milliseconds after [`NOW`].
fn ended(number: u128, state: State, purpose: Purpose, amount: Money, after_ms: u64) -> Vec<Fact> {
    let mut row = transaction(number, 2, state);
    row.facts.purpose = purpose;
    row.facts.amount = amount;
    row.facts.accepted_at = NOW.after_ms(after_ms);
    vec![Fact::Touch(touch(number)), Fact::Transaction(Box::new(row))]
}

#[tokio::test]
async fn a_day_is_summed_by_purpose_state_and_currency() {
    on_both(|records| async move {
        let won = |minor| Money::new(minor, Currency::KRW);
        let day_ms = 86_400_000;
        let rows = [
            ended(1, State::Approved, Purpose::Payment, won(4_500), 0),
            ended(2, State::Approved, Purpose::Payment, won(500), day_ms - 1),
            ended(3, State::Approved, Purpose::Refund, won(700), 5),
            ended(4, State::Declined, Purpose::Payment, won(9), 5),
            ended(5, State::Reversed, Purpose::Payment, won(9), 5),
            ended(6, State::Approved, Purpose::Accrue, Money::new(45, Currency::POINTS), 5),
            ended(7, State::Approved, Purpose::Payment, won(9), day_ms),
            ended(8, State::Unknown, Purpose::Payment, won(9), 5),
        ];
        for row in rows {
            records.writer.commit(row).await.unwrap();
        }
        let host: DestinationId = "host".parse().unwrap();
        let other: DestinationId = "other".parse().unwrap();
        let (from, to): (Timestamp, Timestamp) = (NOW, NOW.after_ms(day_ms));

        let day = records.turnover(&host, from, to).await.unwrap();
        let elsewhere = records.turnover(&other, from, to).await.unwrap();

        let row = |purpose, state, count, sum| Turnover { purpose, state, count, sum };
        let (payment, points) = (Purpose::Payment, Money::new(45, Currency::POINTS));
        assert_eq!(
            day,
            [
                row(payment, State::Approved, 2, won(5_000)),
                row(payment, State::Declined, 1, won(9)),
                row(payment, State::Reversed, 1, won(9)),
                row(payment, State::Unknown, 1, won(9)),
                row(Purpose::Refund, State::Approved, 1, won(700)),
                row(Purpose::Accrue, State::Approved, 1, points),
            ]
        );
        assert_eq!(elsewhere, []);
    })
    .await;
}
