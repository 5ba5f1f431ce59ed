use super::*;
use crate::ledger::Account;
use uuid::Uuid;

fn all() -> Vec<RaffleAccount> {
    let sale = RaffleId::new(Uuid::from_u128(7));
    let person: PersonId = "p-1".parse().unwrap();
    let owned = [
        A::SellerDeposit(sale),
        A::Pot1(sale),
        A::Pot2(sale),
        A::SellerPayable(sale),
        A::Mileage(person.clone()),
        A::RefundPayable(person),
    ];
    SHARED.into_iter().map(|(_, account)| account).chain(owned).collect()
}

#[test]
fn every_account_is_read_as_it_is_written_and_by_the_word_of_its_kind() {
    for account in all() {
        let text = account.to_string();

        assert_eq!(text.parse(), Ok(account.clone()), "{text}");
        assert!(text.starts_with(account.word()), "{text}");
        let whole = Account::Raffle(account);
        assert_eq!(whole.to_string().parse(), Ok(whole.clone()), "{whole}");
    }
    assert_eq!(all().len(), 18);
}

#[test]
fn what_names_no_account_of_raffles_is_refused() {
    for text in ["", "pot1", "pot1:", "pot1:x", "bank:x", "till", "mileage:", "mileage: "] {
        assert_eq!(text.parse::<RaffleAccount>(), Err(AccountUnknown), "{text}");
    }
}

#[test]
fn exactly_what_is_owed_has_a_floor() {
    let floors = all().into_iter().filter(|account| account.floor() == Some(Side::Credit));

    let words: Vec<&str> = floors.map(|account| account.word()).collect();

    let owed = ["seller_deposit", "pot1", "pot2", "seller_payable", "mileage", "refund_payable"];
    assert_eq!(words, owed);
}
