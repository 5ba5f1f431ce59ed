//! A k-d tree on the unit ball: the nearest of many points, and the nearest that is open.
//!
//! Owns which points are open, counted in every node, so that whole parts without an open point
//! are passed by. Opening and closing costs one way from the root. May not say what open means;
//! its user does. Next: `crate::hub::board`, which opens hubs that have credit.

use super::{Point, chord_squared, place};

/// A point found, and how far away it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Its place in the list that the tree was made of.
    pub index: u32,
    /// Over ground.
    pub km: f64,
}

/// Points in the order of the tree: the root is the middle of all, each half has its own middle.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Where the point of each index lies among the nodes.
    places: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    ball: [f64; 3],
    at: Point,
    index: u32,
    /// Open points in this part of the tree, itself among them.
    open: u32,
    axis: Axis,
    gate: Gate,
}

/// Which coordinate parts the two halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    X,
    Y,
    Z,
}

/// Whether a point may be found as open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It may.
    Open,
    /// It may not.
    Shut,
}

/// Half of a part: the nodes from `low` up to before `high`.
#[derive(Debug, Clone, Copy)]
struct Part {
    low: usize,
    high: usize,
}

impl Part {
    /// Returns the middle and the two halves beside it, unless the part is empty.
    const fn split(self) -> Option<(usize, Self, Self)> {
        if self.low >= self.high {
            return None;
        }
        let middle = self.low.midpoint(self.high);
        let right = Self { low: middle.saturating_add(1), high: self.high };
        Some((middle, Self { low: self.low, high: middle }, right))
    }
}

impl Tree {
    /// Builds the tree; every point is open.
    #[must_use]
    pub fn new(points: &[Point]) -> Self {
        let node = |(index, at): (u32, &Point)| Node {
            ball: at.on_ball(),
            at: *at,
            index,
            open: 0,
            axis: Axis::X,
            gate: Gate::Open,
        };
        let mut nodes: Vec<Node> = (0..).zip(points).map(node).collect();
        arrange(&mut nodes);
        let mut places = vec![0; nodes.len()];
        for (found, node) in (0..).zip(&nodes) {
            if let Some(slot) = places.get_mut(place(node.index)) {
                *slot = found;
            }
        }
        Self { nodes, places }
    }

    /// Opens or shuts a point. **Repeat** changes nothing.
    pub fn set(&mut self, index: u32, gate: Gate) {
        let Some(target) = self.places.get(place(index)).copied().map(place) else { return };
        match self.nodes.get_mut(target) {
            Some(node) if node.gate != gate => node.gate = gate,
            Some(_) | None => return,
        }
        let mut part = self.whole();
        while let Some((middle, left, right)) = part.split() {
            let Some(node) = self.nodes.get_mut(middle) else { return };
            node.open = match gate {
                Gate::Open => node.open.saturating_add(1),
                Gate::Shut => node.open.saturating_sub(1),
            };
            part = match target.cmp(&middle) {
                std::cmp::Ordering::Less => left,
                std::cmp::Ordering::Greater => right,
                std::cmp::Ordering::Equal => return,
            };
        }
    }

    /// Finds the open point nearest to a place; of equally near ones the lowest index.
    #[must_use]
    pub fn nearest_open(&self, at: Point) -> Option<Near> {
        let mut found = None;
        self.search_open(self.whole(), &at.on_ball(), ([0.0; 3], 0.0), &mut found);
        let (_, _, node) = found?;
        Some(Near { index: node.index, km: at.distance_km(node.at) })
    }

    /// Finds the so many nearest points, open or not, nearest first.
    #[must_use]
    pub fn nearest(&self, at: Point, count: usize) -> Vec<Near> {
        let mut found = Vec::with_capacity(count.saturating_add(1).min(self.nodes.len()));
        self.search(self.whole(), &at.on_ball(), count, &mut found);
        found.into_iter().map(|(_, _, node)| node.seen_from(at)).collect()
    }

    /// Finds every point up to so far away, nearest first.
    #[must_use]
    pub fn within(&self, at: Point, km: f64) -> Vec<Near> {
        let mut found = Vec::new();
        self.collect(self.whole(), &at.on_ball(), chord_squared(km), &mut found);
        let mut found: Vec<Near> = found.into_iter().map(|node| node.seen_from(at)).collect();
        // The chord is a little generous by rounding; the distance over ground decides.
        found.retain(|near| near.km <= km);
        found.sort_by(|a, b| a.km.total_cmp(&b.km).then(a.index.cmp(&b.index)));
        found
    }

    const fn whole(&self) -> Part {
        Part { low: 0, high: self.nodes.len() }
    }

    /// Looks first where the place lies, then beyond as far as a nearer point may be: `gaps` are
    /// how far the part is away along each axis, `bound` the sum of their squares.
    fn search_open<'t>(
        &'t self,
        part: Part,
        ball: &[f64; 3],
        (gaps, bound): ([f64; 3], f64),
        best: &mut Option<Found<'t>>,
    ) {
        let Some((middle, left, right)) = part.split() else { return };
        let Some(node) = self.nodes.get(middle).filter(|node| node.open > 0) else { return };
        if node.gate == Gate::Open {
            let own = (chord(&node.ball, ball), node.index, node);
            if best.is_none_or(|best| nearer(&own, &best)) {
                *best = Some(own);
            }
        }
        let gap = node.axis.of(ball) - node.axis.of(&node.ball);
        let (first, second) = if gap < 0.0 { (left, right) } else { (right, left) };
        self.search_open(first, ball, (gaps, bound), best);
        let before = node.axis.of(&gaps);
        let beyond = bound - before * before + gap * gap;
        if best.is_none_or(|(chord, _, _)| beyond <= chord * (1.0 + ROUNDING) + ROUNDING) {
            self.search_open(second, ball, (node.axis.with(gaps, gap), beyond), best);
        }
    }

    fn search<'t>(&'t self, part: Part, ball: &[f64; 3], count: usize, found: &mut Vec<Found<'t>>) {
        let Some((middle, left, right)) = part.split() else { return };
        let Some(node) = self.nodes.get(middle) else { return };
        let own = (chord(&node.ball, ball), node.index, node);
        let rank = found.partition_point(|one| nearer(one, &own));
        if rank < count {
            found.insert(rank, own);
            found.truncate(count);
        }
        let gap = node.axis.of(ball) - node.axis.of(&node.ball);
        let (first, second) = if gap < 0.0 { (left, right) } else { (right, left) };
        self.search(first, ball, count, found);
        let full = found.len() >= count;
        if !full || found.last().is_some_and(|(chord, _, _)| gap * gap <= *chord) {
            self.search(second, ball, count, found);
        }
    }

    fn collect<'t>(&'t self, part: Part, ball: &[f64; 3], reach: f64, found: &mut Vec<&'t Node>) {
        let Some((middle, left, right)) = part.split() else { return };
        let Some(node) = self.nodes.get(middle) else { return };
        if chord(&node.ball, ball) <= reach * (1.0 + ROUNDING) + ROUNDING {
            found.push(node);
        }
        let gap = node.axis.of(ball) - node.axis.of(&node.ball);
        let both = gap * gap <= reach * (1.0 + ROUNDING) + ROUNDING;
        if gap < 0.0 || both {
            self.collect(left, ball, reach, found);
        }
        if gap >= 0.0 || both {
            self.collect(right, ball, reach, found);
        }
    }
}

/// What the chord may be off by: some centimetres over ground.
const ROUNDING: f64 = 1e-14;

/// Chord squared, index, node: in this order points are near.
type Found<'t> = (f64, u32, &'t Node);

fn nearer(one: &Found<'_>, other: &Found<'_>) -> bool {
    one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)).is_lt()
}

fn chord(one: &[f64; 3], other: &[f64; 3]) -> f64 {
    let [[a, b, c], [x, y, z]] = [*one, *other];
    let (a, b, c) = (a - x, b - y, c - z);
    a * a + b * b + c * c
}

impl Node {
    fn seen_from(&self, at: Point) -> Near {
        Near { index: self.index, km: at.distance_km(self.at) }
    }
}

impl Axis {
    const fn of(self, ball: &[f64; 3]) -> f64 {
        let [x, y, z] = *ball;
        match self {
            Self::X => x,
            Self::Y => y,
            Self::Z => z,
        }
    }

    const fn with(self, [x, y, z]: [f64; 3], value: f64) -> [f64; 3] {
        match self {
            Self::X => [value, y, z],
            Self::Y => [x, value, z],
            Self::Z => [x, y, value],
        }
    }
}

/// Puts the middle of the widest coordinate in the middle, and so on in both halves.
fn arrange(nodes: &mut [Node]) {
    let Some(last) = nodes.len().checked_sub(1) else { return };
    let axis = widest(nodes);
    let middle = 0_usize.midpoint(last.saturating_add(1));
    let by_axis = |a: &Node, b: &Node| {
        axis.of(&a.ball).total_cmp(&axis.of(&b.ball)).then(a.index.cmp(&b.index))
    };
    let open = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    let (left, node, right) = nodes.select_nth_unstable_by(middle, by_axis);
    (node.axis, node.open) = (axis, open);
    arrange(left);
    arrange(right);
}

fn widest(nodes: &[Node]) -> Axis {
    let width = |axis: Axis| {
        let along = nodes.iter().map(|node| axis.of(&node.ball));
        let (low, high) =
            along.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        high - low
    };
    let mut axes =
        [(Axis::X, width(Axis::X)), (Axis::Y, width(Axis::Y)), (Axis::Z, width(Axis::Z))];
    axes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let [(axis, _), _, _] = axes;
    axis
}
