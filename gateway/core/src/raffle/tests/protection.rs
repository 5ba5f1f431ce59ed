use super::super::protection::{
    CAP_RAISE_DELAY_MS, Exclusion, Identity, OwnCaps, Protected, check,
};
use super::*;

const CAPS: Caps = Caps { day_won: 100, month_won: 1_000 };

fn entrant(change: impl FnOnce(&mut Entrant)) -> Entrant {
    let mut entrant = Entrant::ADULT;
    change(&mut entrant);
    entrant
}

#[test]
fn only_checked_adults_enter() {
    let unchecked = entrant(|one| one.identity = Identity::Unchecked);
    let minor = entrant(|one| one.identity = Identity::Minor);

    assert_eq!(check(CAPS, &unchecked, 1, T0), Err(Protected::IdentityUnchecked));
    assert_eq!(check(CAPS, &minor, 1, T0), Err(Protected::Minor));
    assert_eq!(check(CAPS, &Entrant::ADULT, 100, T0), Ok(()));
}

#[test]
fn caps_count_what_was_spent_before_and_the_lower_one_holds() {
    let spent = entrant(|one| one.spent = Caps { day_won: 40, month_won: 40 });
    let month = entrant(|one| one.spent = Caps { day_won: 0, month_won: 990 });
    let own = entrant(|one| one.own_caps = Caps { day_won: 10, month_won: i64::MAX });

    assert_eq!(check(CAPS, &spent, 60, T0), Ok(()));
    assert_eq!(check(CAPS, &spent, 61, T0), Err(Protected::DayCap { cap: 100 }));
    assert_eq!(check(CAPS, &month, 11, T0), Err(Protected::MonthCap { cap: 1_000 }));
    assert_eq!(check(CAPS, &own, 11, T0), Err(Protected::DayCap { cap: 10 }));
}

#[test]
fn who_has_shut_himself_out_stays_out_and_cannot_shorten_it() {
    let until = Exclusion::Until(T0.after_ms(10));
    let out = entrant(|one| one.exclusion = until);

    assert_eq!(check(CAPS, &out, 1, T0.after_ms(9)), Err(Protected::SelfExcluded));
    assert_eq!(check(CAPS, &out, 1, T0.after_ms(10)), Ok(()));
    assert_eq!(until.wished(Exclusion::None), until);
    assert_eq!(until.wished(Exclusion::Until(T0)), until);
    assert_eq!(until.wished(Exclusion::ForEver), Exclusion::ForEver);
    assert_eq!(Exclusion::ForEver.wished(until), Exclusion::ForEver);
    assert_eq!(Exclusion::None.wished(until), until);
}

#[test]
fn an_own_cap_is_lowered_at_once_and_raised_a_day_later() {
    let high = Caps { day_won: 50, month_won: 500 };
    let low = Caps { day_won: 20, month_won: 500 };
    let later = T0.after_ms(CAP_RAISE_DELAY_MS);

    let lowered = OwnCaps::none().wished(low, T0);
    let raised = lowered.wished(high, later);

    assert_eq!(lowered.at(T0), low);
    assert_eq!(raised.at(later), low);
    assert_eq!(raised.at(later.after_ms(CAP_RAISE_DELAY_MS - 1)), low);
    assert_eq!(raised.at(later.after_ms(CAP_RAISE_DELAY_MS)), high);
}

#[test]
fn a_sale_asks_before_it_takes_money() {
    let mut sale = Sale::open(Proposal { caps: CAPS, ..proposal() });

    let refused = sale.enter("a", 1, 0);

    assert_eq!(refused, Err(Refusal::Protected(Protected::DayCap { cap: 100 })));
}
