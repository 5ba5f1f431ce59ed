//! Homes that move when hubs fall and rise.
//!
//! Owns only checks. Next: nothing.

use super::*;
use crate::hub::divert::Route;

fn point(longitude: f64) -> Point {
    Point::new(37.0, longitude).unwrap()
}

/// Hubs a tenth of a degree apart, and one zone a little east of the first.
fn board(hubs: u32) -> Board {
    let facts = (0..hubs).map(|number| HubFacts {
        at: point(127.0 + 0.1 * f64::from(number)),
        workers: 2,
        service_s: 0.4,
        threshold: Some(4),
    });
    let facts: Vec<HubFacts> = facts.collect();
    Board::new(&facts, &[point(127.01)], Figures::default())
}

fn stand(board: &mut Board, hub: u32, standing: Standing) {
    let snapshot = *board.load(Hub(hub)).unwrap().snapshot();
    board.set(Hub(hub), Snapshot { standing, out: 0, ..snapshot });
}

const ZONE: Zone = Zone(0);

#[test]
fn the_home_is_the_nearest_hub_that_is_up() {
    let mut board = board(3);
    assert_eq!(board.home(ZONE), Some(Hub(0)));

    stand(&mut board, 0, Standing::Down);
    assert_eq!(board.home(ZONE), Some(Hub(1)));

    stand(&mut board, 2, Standing::Down);
    stand(&mut board, 1, Standing::Down);
    assert_eq!(board.home(ZONE), None);
    assert_eq!(board.route(ZONE), Route::Hold);

    stand(&mut board, 2, Standing::Up);
    assert_eq!(board.home(ZONE), Some(Hub(2)));
    stand(&mut board, 0, Standing::Up);
    assert_eq!(board.home(ZONE), Some(Hub(0)));
    stand(&mut board, 1, Standing::Up);
    assert_eq!(board.home(ZONE), Some(Hub(0)));
}

#[test]
fn a_home_is_found_beyond_a_ring_that_is_all_down() {
    let mut board = board(12);

    for hub in 0..8 {
        stand(&mut board, hub, Standing::Down);
    }

    assert_eq!(board.home(ZONE), Some(Hub(8)));
    assert_eq!(board.route(ZONE), Route::To(Hub(8)));
}

#[test]
fn a_full_ring_sends_outward() {
    let mut board = board(12);
    for hub in (0..8).map(Hub) {
        // So much demand that waiting costs more than any way.
        for _ in 0..50 {
            board.tick(hub, 100);
        }
        while board.load(hub).unwrap().has_credit() {
            board.grant(hub);
        }
    }

    assert_eq!(board.route(ZONE), Route::To(Hub(8)));
    board.acknowledge(Hub(3), 0.4);
    assert_eq!(board.route(ZONE), Route::To(Hub(3)));
}

#[test]
fn what_is_not_on_the_board_changes_nothing() {
    let mut board = board(1);

    board.grant(Hub(7));
    board.tick(Hub(7), 1);
    board.set(Hub(7), *board.load(Hub(0)).unwrap().snapshot());

    assert_eq!(board.route(Zone(9)), Route::Hold);
    assert_eq!(board.load(Hub(0)).unwrap().snapshot().out, 0);
    assert!(board.distance_km(ZONE, Hub(7)).is_none());
}
