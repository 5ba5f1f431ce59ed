use super::*;

fn shop() -> Account {
    Account::Merchant("s-1".parse().unwrap())
}

fn host() -> Account {
    Account::Clearing("d-1".parse().unwrap())
}

#[test]
fn a_transfer_balances() {
    let entry = Entry::transfer(host(), shop(), Money::new(4_500, Currency::KRW)).unwrap();

    assert_eq!(entry.lines().len(), 2);
}

#[test]
fn lines_that_differ_are_no_entry() {
    let lines = vec![
        Line { account: host(), side: Side::Debit, amount: Money::new(2, Currency::KRW) },
        Line { account: shop(), side: Side::Credit, amount: Money::new(1, Currency::KRW) },
    ];

    let refused = Entry::new(lines);

    assert_eq!(refused, Err(EntryInvalid::Unbalanced { currency: Currency::KRW }));
}

#[test]
fn two_currencies_do_not_balance_each_other() {
    let lines = vec![
        Line { account: host(), side: Side::Debit, amount: Money::new(1, Currency::KRW) },
        Line { account: shop(), side: Side::Credit, amount: Money::new(1, Currency::POINTS) },
    ];

    assert!(Entry::new(lines).is_err());
    let negative = Entry::transfer(host(), shop(), Money::new(-1, Currency::KRW));
    assert_eq!(negative, Err(EntryInvalid::Negative));
}
