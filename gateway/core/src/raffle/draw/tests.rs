use super::beacon::QUICKNET;
use super::bundle::Chance;
use super::order::Words;
use super::seed::{commitment, from_nonces, holder};
use super::tree::Neighbour;
use super::*;
use crate::time::Timestamp;
use baton_protocol::ids::{RaffleId, TicketId};
use proptest::prelude::*;
use uuid::Uuid;

mod wrong;

fn sale() -> RaffleId {
    RaffleId::new(Uuid::from_u128(0x5a1e))
}

fn tickets(count: u32) -> Vec<Ticket> {
    let ticket = |number: u32| Ticket {
        id: TicketId::new(Uuid::from_u128(u128::from(number) + 1)),
        holder: Digest::of(&[&number.to_be_bytes()]),
    };
    (0..count).map(ticket).collect()
}

fn bundle(count: u32) -> Bundle {
    let server = Digest([3; 32]);
    let chance = Chance { chain: QUICKNET, round: 27_946_612, randomness: Digest([9; 32]), server };
    Bundle::draw(sale(), tickets(count), &chance, 10).unwrap()
}

/// The tree as RFC 6962 defines it: split at the largest power of two below the size.
fn root_by_definition(leaves: &[Digest]) -> Digest {
    let [first, others @ ..] = leaves else { panic!("no leaves") };
    if others.is_empty() {
        return *first;
    }
    let split = (leaves.len().next_power_of_two() / 2).max(1);
    let (left, right) = leaves.split_at(split);
    let (left, right) = (root_by_definition(left), root_by_definition(right));
    Digest::of(&[&[1], left.bytes(), right.bytes()])
}

#[test]
fn a_digest_is_read_as_it_is_written_and_nothing_else_is() {
    let digest = Digest::of(&[b"a", b"b"]);

    assert_eq!(digest.to_string().parse(), Ok(digest));
    assert_eq!(digest, Digest::of(&[b"ab"]));
    for text in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
        assert_eq!(text.parse::<Digest>(), Err(digest::DigestInvalid), "{text}");
    }
}

#[test]
fn sha_256_is_the_one_of_its_standard() {
    let abc = Digest::of(&[b"abc"]);

    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(abc.to_string(), known);
}

#[test]
fn a_round_is_the_first_one_a_minute_after_the_close() {
    let midnight_s = 1_776_643_200;
    let close = |s: i64| Timestamp::from_ms((midnight_s + s) * 1_000);

    assert_eq!(QUICKNET.time_s(27_946_612), midnight_s);
    assert_eq!(QUICKNET.round_of(close(-60)), 27_946_612);
    assert_eq!(QUICKNET.round_of(close(-60).after_ms(1)), 27_946_613);
    assert_eq!(QUICKNET.round_of(close(-63).after_ms(1)), 27_946_612);
    assert_eq!(QUICKNET.round_of(Timestamp::from_ms(0)), 1);
    assert_eq!(QUICKNET.round_at_s(midnight_s), Some(27_946_612));
    assert_eq!(QUICKNET.round_at_s(midnight_s + 1), None);
    assert_eq!(QUICKNET.round_at_s(0), None);
    assert!(QUICKNET.hash.to_string().starts_with("52db9ba7"));
    assert!(QUICKNET.hash.to_string().ends_with("e971"));
}

#[test]
fn an_empty_list_has_no_tree_and_no_draw() {
    assert_eq!(Tree::of(sale(), &[]), None);
    let chance =
        Chance { chain: QUICKNET, round: 1, randomness: Digest::ZERO, server: Digest::ZERO };
    let refused = Bundle::draw(sale(), Vec::new(), &chance, 1);
    assert_eq!(refused, Err(BundleInvalid::Tickets { tickets: 0 }));
}

#[test]
fn every_ticket_has_a_proof_that_leads_to_the_root_and_to_no_other() {
    for count in 1..=40 {
        let tree = Tree::of(sale(), &tickets(count)).unwrap();
        for index in 0..count {
            let proof = tree.proof(index).unwrap();
            assert_eq!(proof.root(), tree.root(), "ticket {index} of {count}");

            let stolen = Proof { leaf: Digest::ZERO, ..proof.clone() };
            assert_ne!(stolen.root(), tree.root());
            for step in 0..proof.path.len() {
                let mut bent = proof.clone();
                bent.path[step].0 = match bent.path[step].0 {
                    Neighbour::Left => Neighbour::Right,
                    Neighbour::Right => Neighbour::Left,
                };
                assert_ne!(bent.root(), tree.root());
            }
        }
        assert_eq!(tree.proof(count), None);
    }
}

#[test]
fn what_stands_beside_a_way_covers_all_other_leaves_once() {
    for count in 1..=40 {
        let tree = Tree::of(sale(), &tickets(count)).unwrap();
        for index in 0..count {
            let mut covered: Vec<u32> =
                tree.beside(index).iter().flat_map(|one| one.first..=one.last).collect();
            covered.push(index);
            covered.sort_unstable();
            assert_eq!(covered, (0..count).collect::<Vec<u32>>(), "ticket {index} of {count}");
        }
    }
}

#[test]
fn words_of_the_incomplete_last_run_are_thrown_away() {
    // Of all words just under a half is below this bound, so about every second is thrown away.
    let bound = (1 << 63) + 1;
    let seed = Digest::of(&[b"rejection"]);

    let mut all = Words::new(seed);
    let mut fair = Words::new(seed);
    let raw: Vec<u64> = (0..40_000).map(|_| all.below(u64::MAX)).collect();
    let kept: Vec<u64> = (0..15_000).map(|_| fair.below(bound)).collect();

    let expected: Vec<u64> = raw.into_iter().filter(|word| *word < bound).take(15_000).collect();
    assert_eq!(kept, expected);
}

#[test]
fn bounds_of_one_and_none_leave_no_choice() {
    let mut words = Words::new(Digest::ZERO);

    assert_eq!(words.below(1), 0);
    assert_eq!(words.below(0), 0);
}

#[test]
fn each_ticket_comes_to_each_of_the_first_places_equally_often() {
    const DRAWS: u32 = 14_000;
    let mut counts = [[0_u32; 7]; 3];
    for draw in 0..DRAWS {
        let order = Order::draw(&Digest::of(&[&draw.to_be_bytes()]), 7, 3);
        for (place, ticket) in order.tickets().iter().enumerate() {
            counts[place][*ticket as usize] += 1;
        }
    }

    for (place, counts) in counts.iter().enumerate() {
        let expected = f64::from(DRAWS) / 7.0;
        let squares = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected);
        let chi2: f64 = squares.sum();
        // Six degrees of freedom: a fair draw is above this once in a thousand times.
        assert!(chi2 < 22.46, "place {place}: {chi2}");
    }
}

#[test]
fn a_person_stands_in_the_list_under_a_salted_name() {
    let person = "p-1".parse().unwrap();

    assert_eq!(holder(b"salt", &person), Digest::of(&[b"saltp-1"]));
    assert_ne!(holder(b"salt", &person), holder(b"other", &person));
}

#[test]
fn the_commitment_to_no_number_is_the_known_one() {
    let known = "523ba5a7ec9362dbb08039a387922592ccea3dde63634480cd1b05b7bd50a269";

    assert_eq!(commitment(&Digest::ZERO).to_string(), known);
}

#[test]
fn every_number_of_an_entrant_counts_and_so_does_their_order() {
    let root = Digest::ZERO;
    let (one, two) = (Digest([1; 32]), Digest([2; 32]));
    let made = |nonces: &[Digest]| from_nonces(sale(), &root, nonces.iter());

    assert_ne!(made(&[one, two]), made(&[two, one]));
    assert_ne!(made(&[one, two]), made(&[one]));
}

proptest! {
    #[test]
    fn the_tree_has_the_shape_of_its_standard(count in 1..300_u32) {
        let tickets = tickets(count);
        let leaves: Vec<Digest> =
            (0..count).zip(&tickets).map(|(index, ticket)| ticket.leaf(sale(), index)).collect();

        let tree = Tree::of(sale(), &tickets).unwrap();

        prop_assert_eq!(tree.root(), root_by_definition(&leaves));
    }

    #[test]
    fn an_order_has_every_ticket_once_and_its_beginning_is_drawn_the_same(
        seed in any::<[u8; 32]>(), count in 0..200_u32, places in 0..220_u32,
    ) {
        let whole = Order::draw(&Digest(seed), count, count);
        let part = Order::draw(&Digest(seed), count, places);

        let mut sorted = whole.tickets().to_vec();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..count).collect::<Vec<u32>>());
        let places = places.min(count) as usize;
        prop_assert_eq!(part.tickets(), &whole.tickets()[..places]);
    }
}
