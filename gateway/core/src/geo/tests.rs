//! Distances against known ones, and the tree against looking at every point.
//!
//! Owns only checks; may not know a tree's inside. Next: nothing.

use super::tree::Gate;
use super::*;
use proptest::prelude::*;

fn point(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).unwrap()
}

fn points() -> impl Strategy<Value = Vec<Point>> {
    let one = prop_oneof![
        (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| point(lat, lon)),
        // Close together and on one another, as kiosks in one building.
        (0_i32..6, 0_i32..6)
            .prop_map(|(a, b)| point(37.0 + f64::from(a) * 0.01, 127.0 + f64::from(b) * 0.01)),
    ];
    prop::collection::vec(one, 0..80)
}

/// Every point by distance, as slow and plain as can be.
fn by_distance(points: &[Point], at: Point) -> Vec<(f64, u32)> {
    let mut all: Vec<(f64, u32)> = points.iter().map(|one| at.distance_km(*one)).zip(0..).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    all
}

#[test]
fn seoul_and_busan_are_325_km_apart() {
    let (seoul, busan) = (point(37.5665, 126.978), point(35.1796, 129.0756));

    let km = seoul.distance_km(busan);

    assert!((km - 325.1).abs() < 0.5, "{km}");
    assert!((busan.distance_km(seoul) - km).abs() < 1e-9);
    assert!(seoul.distance_km(seoul) < 1e-9);
}

#[test]
fn the_other_side_of_the_earth_is_half_way_round() {
    let km = point(10.0, 20.0).distance_km(point(-10.0, -160.0));

    assert!((km - EARTH_RADIUS_KM * std::f64::consts::PI).abs() < 0.01, "{km}");
}

#[test]
fn degrees_out_of_range_are_no_place() {
    for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::NAN)] {
        assert!(Point::new(latitude, longitude).is_err(), "{latitude} {longitude}");
    }
}

#[test]
fn an_empty_tree_finds_nothing() {
    let tree = Tree::new(&[]);

    assert_eq!(tree.nearest_open(point(0.0, 0.0)), None);
    assert!(tree.nearest(point(0.0, 0.0), 3).is_empty());
}

proptest! {
    #[test]
    fn the_nearest_are_those_of_a_full_search(
        points in points(), at in points(), count in 0_usize..12,
    ) {
        let tree = Tree::new(&points);
        for at in at {
            let found: Vec<f64> = tree.nearest(at, count).iter().map(|near| near.km).collect();
            let all = by_distance(&points, at);

            prop_assert_eq!(found.len(), count.min(points.len()));
            for (found, (wanted, _)) in found.iter().zip(&all) {
                prop_assert!((found - wanted).abs() < 1e-6, "{} {}", found, wanted);
            }
        }
    }

    #[test]
    fn the_nearest_open_one_is_that_of_a_full_search(
        points in points(),
        at in points(),
        changes in prop::collection::vec((0_u32..80, any::<bool>()), 0..200),
    ) {
        let mut tree = Tree::new(&points);
        let mut open = vec![true; points.len()];
        for (index, opens) in changes {
            tree.set(index, if opens { Gate::Open } else { Gate::Shut });
            if let Some(gate) = open.get_mut(place(index)) {
                *gate = opens;
            }
        }
        for at in at {
            let wanted = by_distance(&points, at).into_iter().find(|(_, i)| open[place(*i)]);
            let found = tree.nearest_open(at).map(|near| near.km);

            match (found, wanted) {
                (Some(found), Some((wanted, _))) => prop_assert!((found - wanted).abs() < 1e-6),
                (found, wanted) => prop_assert_eq!(found.is_some(), wanted.is_some()),
            }
        }
    }

    #[test]
    fn within_a_reach_is_everything_that_near_and_nothing_else(
        points in points(), at in points(), km in 0.0..500.0_f64,
    ) {
        let tree = Tree::new(&points);
        for at in at {
            let found: Vec<u32> = tree.within(at, km).iter().map(|near| near.index).collect();
            let all = by_distance(&points, at);
            let wanted: Vec<u32> =
                all.iter().filter(|(d, _)| *d <= km).map(|(_, index)| *index).collect();

            prop_assert_eq!(found, wanted);
        }
    }
}
