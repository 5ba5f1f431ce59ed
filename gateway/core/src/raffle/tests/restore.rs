//! A sale made again from its records, and ids that must be its own.
//!
//! Owns only checks. Next: nothing.

use super::super::sale::{Damaged, Payment, Record};
use super::*;

/// A drawn sale and its records.
fn recorded() -> (Sale, Vec<Record>) {
    let mut sale =
        Sale { raffle: draft(), now: T0, keys: 0, journal: Vec::new(), sent: Vec::new() };
    let mut records = Vec::new();
    let mut take = |sale: &mut Sale, input| {
        let key = sale.key();
        let effects = sale.raffle.step(key, input, sale.now).unwrap();
        records.extend(effects.into_iter().filter_map(|effect| {
            let Effect::Record(record) = effect else { return None };
            Some(record)
        }));
    };
    take(&mut sale, Input::Submitted(leave()));
    take(&mut sale, Input::DepositCaptured);
    for name in ["a", "b"] {
        let entry = sale.entry(name, 1, 0);
        take(&mut sale, Input::EntryPaid(entry));
    }
    sale.now = CLOSES;
    take(&mut sale, Input::DeadlineReached);
    take(&mut sale, Input::OrderTold(vec![1, 0]));
    (sale, records)
}

fn draft() -> Raffle {
    Raffle::draft(RaffleId::new(Uuid::nil()), Terms::new(proposal()).unwrap())
}

fn restored(records: Vec<Record>) -> Result<Raffle, Damaged> {
    Raffle::restore(RaffleId::new(Uuid::nil()), Terms::new(proposal()).unwrap(), records)
}

#[test]
fn a_sale_is_made_again_from_its_records() {
    let (sale, records) = recorded();

    assert_eq!(restored(records), Ok(sale.raffle));
    assert_eq!(restored(Vec::new()), Ok(draft()));
}

#[test]
fn records_that_the_rules_would_not_write_are_damage() {
    let (_, records) = recorded();
    let changed = |place: usize, change: fn(&mut Record)| {
        let mut records = records.clone();
        change(&mut records[place]);
        restored(records).unwrap_err()
    };

    let postings = changed(2, |record| record.postings.clear());
    let state = changed(4, |record| record.after = State::Open);
    let early = changed(5, |record| record.input = Input::P2Paid(person("a")));
    let missing = restored(records[1..].to_vec()).unwrap_err();
    let twice = restored([&records[..3], &records[2..3]].concat()).unwrap_err();

    assert_eq!(postings, Damaged::Differs { place: 2 });
    assert_eq!(state, Damaged::Differs { place: 4 });
    assert!(matches!(early, Damaged::Refused { place: 5, .. }));
    assert!(matches!(missing, Damaged::Refused { place: 0, .. }));
    assert_eq!(twice, Damaged::Differs { place: 3 });
}

#[test]
fn a_ticket_of_somebody_is_not_sold_again_so_a_chargeback_hits_who_paid() {
    let mut sale = Sale::open(proposal());
    let ticket = sale.enter("a", 1, 0).unwrap();
    let again = |sale: &mut Sale, tickets| {
        let entry = EntryPaid { tickets, ..sale.entry("b", 0, 0) };
        sale.try_take(Input::EntryPaid(entry))
    };

    let of_another = again(&mut sale, vec![ticket]);
    let fresh = TicketId::new(Uuid::from_u128(99));
    let in_itself = again(&mut sale, vec![fresh, fresh]);
    again(&mut sale, vec![fresh]).unwrap();
    sale.take(Input::ChargedBack(Payment::First(fresh)));

    assert_eq!(of_another, Err(Refusal::TicketKnown(ticket)));
    assert_eq!(in_itself, Err(Refusal::TicketKnown(fresh)));
    assert_eq!(sale.raffle.entries().held(&person("a")), 1);
    assert_eq!(sale.raffle.entries().held(&person("b")), 0);
}
