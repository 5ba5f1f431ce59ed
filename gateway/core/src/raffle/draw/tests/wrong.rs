use super::*;

fn wrong(change: impl FnOnce(&mut Bundle)) -> Vec<Finding> {
    let mut bundle = bundle(100);
    change(&mut bundle);
    bundle.findings(&QUICKNET)
}

/// The places that a finding about changed tickets names.
fn changed(findings: &[Finding]) -> (u32, u32) {
    match findings {
        [Finding::Tickets { first, last, .. }] => (*first, *last),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_wrong_with_a_draw_as_it_was_made() {
    for count in [1, 2, 5, 13, 100] {
        assert_eq!(bundle(count).findings(&QUICKNET), []);
    }
}

#[test]
fn a_changed_ticket_is_found_at_its_place_or_near_it() {
    let proved = bundle(100).proof.unwrap().index;
    let stolen = Digest([0xee; 32]);

    let own = wrong(|bundle| bundle.tickets[proved as usize].holder = stolen);
    assert_eq!(changed(&own), (proved, proved));

    for place in (0..100).filter(|place| *place != proved) {
        let findings = wrong(|bundle| bundle.tickets[place as usize].holder = stolen);
        let (first, last) = changed(&findings);
        assert!((first..=last).contains(&place), "{place} is not in {first} to {last}");
        assert!(!(first..=last).contains(&proved));
    }
}

#[test]
fn a_changed_ticket_without_a_proof_is_found_somewhere() {
    let findings = wrong(|bundle| {
        bundle.proof = None;
        bundle.tickets.swap(3, 4);
    });

    assert!(matches!(findings.as_slice(), [Finding::TicketsSomewhere { .. }]), "{findings:?}");
}

#[test]
fn a_missing_ticket_changes_count_and_root() {
    let findings = wrong(|bundle| {
        bundle.tickets.pop();
    });

    assert_eq!(findings[0], Finding::Count { said: 100, listed: 99 });
    assert_eq!(changed(&findings[1..]), (96, 98));
    assert_eq!(wrong(|bundle| bundle.tickets.clear()), [Finding::List]);
}

#[test]
fn a_changed_count_alone_is_a_changed_count() {
    assert_eq!(wrong(|bundle| bundle.count = 99), [Finding::Count { said: 99, listed: 100 }]);
}

#[test]
fn a_changed_root_is_told_from_a_changed_list() {
    let said = Digest([1; 32]);
    let made = bundle(100).root;

    assert_eq!(wrong(|bundle| bundle.root = said), [Finding::Root { said, made }]);
}

#[test]
fn a_changed_round_is_told_from_a_changed_time() {
    let drawn = bundle(100).round;

    let said = drawn + 1;
    assert_eq!(wrong(|bundle| bundle.round = said), [Finding::Round { said, drawn }]);
    let published = bundle(100).round_time_s;
    let said = published + 3;
    let time = Finding::RoundTime { round: drawn, said, published };
    assert_eq!(wrong(|bundle| bundle.round_time_s = said), [time]);
}

#[test]
fn a_changed_seed_is_told_from_a_changed_beacon() {
    let (said, made) = (Digest([1; 32]), bundle(100).seed);

    assert_eq!(wrong(|bundle| bundle.seed = said), [Finding::Seed { said, made }]);
    let beacon = wrong(|bundle| bundle.randomness = Digest([1; 32]));
    assert!(matches!(beacon.as_slice(), [Finding::Randomness { .. }]), "{beacon:?}");
}

#[test]
fn a_changed_number_of_the_server_breaks_its_commitment() {
    let findings = wrong(|bundle| bundle.server = Digest([1; 32]));

    let [Finding::Commitment { .. }, Finding::Randomness { .. }] = findings.as_slice() else {
        panic!("{findings:?}");
    };
}

#[test]
fn a_changed_order_is_found_at_its_first_wrong_place() {
    let order = bundle(100).order;

    let swapped = wrong(|bundle| bundle.order.swap(4, 7));
    assert_eq!(swapped, [Finding::Order { place: 4, said: order[7], drawn: order[4] }]);
    let long = wrong(|bundle| bundle.order = (0..101).collect());
    assert_eq!(long, [Finding::OrderTooLong { places: 101, tickets: 100 }]);
}

#[test]
fn a_changed_proof_leads_elsewhere() {
    let index = bundle(100).proof.unwrap().index;

    let findings = wrong(|bundle| bundle.proof.as_mut().unwrap().leaf = Digest::ZERO);

    assert!(
        matches!(findings.as_slice(), [Finding::Proof { index: of, .. }] if *of == index),
        "{findings:?}"
    );
}

#[test]
fn findings_say_what_is_said_and_what_it_should_be() {
    let order = Finding::Order { place: 4, said: 7, drawn: 8 };
    assert_eq!(order.to_string(), "draw order: place 4 has ticket 7, but the seed draws ticket 8");
    let (said, made) = (Digest::ZERO, Digest::ZERO);
    let one = Finding::Tickets { first: 3, last: 3, said, made };
    assert!(one.to_string().starts_with("tickets: changed at place 3;"));
    let some = Finding::Tickets { first: 0, last: 7, said, made };
    assert!(some.to_string().starts_with("tickets: changed at a place from 0 to 7;"));
}
