//! A run is its seed: the same one twice, and seeds that once found something.
//!
//! Owns determinism and the saved seeds. The many seeds are run by the program.

use crate::{Story, World};

fn run(seed: u64, story: Story) -> World {
    let mut world = World::new(seed, 300, story).unwrap();
    world.run();
    world
}

#[test]
fn one_seed_is_always_the_same_run() {
    for seed in [7, 4_711] {
        let (first, second) = (run(seed, Story::Dropped), run(seed, Story::Kept));

        assert_eq!(first.hash, second.hash, "seed {seed}");
        assert_eq!(first.now, second.now);
        assert!(first.coverage.transactions > 50, "{}", first.coverage.transactions);
    }
}

#[test]
fn another_seed_is_another_run() {
    assert_ne!(run(1, Story::Dropped).hash, run(2, Story::Dropped).hash);
}

#[test]
fn seeds_that_once_found_something_find_nothing() {
    let saved = include_str!("../seeds.txt");
    for line in saved.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (number, why) = line.split_once(' ').unwrap();
        let world = run(number.parse().unwrap(), Story::Dropped);

        assert!(world.broken.is_empty(), "seed {number}, {why}: {:?}", world.broken);
    }
}
