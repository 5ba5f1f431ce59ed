//! Nodes and hubs' actors together, with messages late, acknowledgements lost and hubs dying.
//!
//! Owns a small world of them; its chance comes from proptest. Next: nothing.

use super::*;
use crate::geo::Point;
use crate::hub::credits::{self, Credits, Node};
use crate::hub::figures::Figures;
use crate::hub::held::Patience;
use crate::hub::load::{HubFacts, Standing};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use uuid::Uuid;

const T0: Timestamp = Timestamp::from_ms(0);
const ZONE: Zone = Zone(0);

fn order(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(number))
}

fn waiting(number: u128, zone: Zone, now: Timestamp) -> Waiting {
    Waiting { id: order(number), zone, arrived: now, patience: Patience::PHONE, epoch: 0 }
}

fn facts(hubs: u32) -> Vec<HubFacts> {
    let fact = |number| HubFacts {
        at: Point::new(37.0, 127.0 + 0.2 * f64::from(number)).unwrap(),
        workers: 1 + number % 3,
        service_s: 0.4,
        threshold: None,
    };
    (0..hubs).map(fact).collect()
}

fn zones() -> Vec<Point> {
    (0..4).map(|n| Point::new(37.0, 127.0 + 0.2 * f64::from(n)).unwrap()).collect()
}

fn control(hubs: u32) -> Control {
    Control::new(Board::new(&facts(hubs), &zones(), Figures::default()), T0)
}

fn idle(control: &Control) -> Snapshot {
    *control.board().load(Hub(0)).unwrap().snapshot()
}

fn arrive(control: &mut Control, number: u128) -> Vec<Effect> {
    control.step(Input::Arrived(waiting(number, ZONE, T0)), T0).unwrap()
}

#[test]
fn an_order_asks_its_home_and_is_handed_over() {
    let mut control = control(1);
    let snapshot = idle(&control);

    let asked = arrive(&mut control, 1);
    let granted = Input::Granted { order: order(1), epoch: 1, hub: Hub(0), snapshot };
    let handed = control.step(granted, T0).unwrap();

    assert_eq!(asked, [Effect::Ask { hub: Hub(0), order: order(1), epoch: 1 }]);
    assert_eq!(handed, [Effect::HandOver { order: order(1), hub: Hub(0), epoch: 1 }]);
    assert_eq!(control.asking(), 0);
}

#[test]
fn an_order_twice_is_one_order() {
    let mut control = control(1);
    arrive(&mut control, 1);

    assert_eq!(arrive(&mut control, 1), []);
    arrive(&mut control, 2);
    assert_eq!(arrive(&mut control, 2), []);
    assert_eq!((control.asking(), control.held()), (1, 1));
}

#[test]
fn a_full_hub_holds_and_its_freed_credit_goes_to_the_oldest() {
    let mut control = control(1);
    let snapshot = idle(&control);
    arrive(&mut control, 1);

    let held = arrive(&mut control, 2);
    arrive(&mut control, 3);
    let offered = control.step(Input::Offered { hub: Hub(0), snapshot }, T0);

    assert_eq!(held, [Effect::Hold(order(2)), Effect::Wanting(Wish::Some)]);
    // The ask for order 1 is unanswered, so the one credit counts as taken.
    assert_eq!(offered, Ok(vec![Effect::Decline(Hub(0))]));
    let refused = Input::Refused { order: order(1), hub: Hub(0), snapshot };
    assert_eq!(control.step(refused, T0), Ok(vec![Effect::Hold(order(1))]));
    let offered = control.step(Input::Offered { hub: Hub(0), snapshot }, T0).unwrap();
    assert_eq!(offered, [Effect::Ask { hub: Hub(0), order: order(1), epoch: 1 }]);
}

#[test]
fn patience_ends_with_the_time_to_come_again() {
    let mut control = control(1);
    for number in 1..=3 {
        arrive(&mut control, number);
    }
    let end = T0.after_ms(Patience::PHONE.ms);
    assert_eq!(control.step(Input::DeadlineReached, end.before_ms(1)).unwrap().len(), 1);

    assert_eq!(control.next_deadline(), Some(end));
    let effects = control.step(Input::DeadlineReached, end).unwrap();

    let give_up = |number, retry_ms| Effect::GiveUp {
        order: order(number),
        retry_after: Duration::from_millis(retry_ms),
    };
    assert_eq!(effects[..2], [give_up(2, 800), give_up(3, 400)]);
    assert_eq!(effects.last(), Some(&Effect::Wanting(Wish::None)));
    assert_eq!(control.held(), 0);
}

#[test]
fn a_kiosk_is_less_patient_than_a_phone() {
    let mut control = control(1);
    arrive(&mut control, 1);
    arrive(&mut control, 2);
    let kiosk = Waiting { patience: Patience::KIOSK, ..waiting(3, ZONE, T0) };
    control.step(Input::Arrived(kiosk), T0).unwrap();

    let effects = control.step(Input::DeadlineReached, T0.after_ms(2_000)).unwrap();

    assert!(matches!(effects[0], Effect::GiveUp { order: given, .. } if given == order(3)));
    assert_eq!(control.held(), 1);
}

#[test]
fn a_credit_for_an_order_that_is_withdrawn_goes_back() {
    let mut control = control(1);
    let snapshot = idle(&control);
    arrive(&mut control, 1);

    control.step(Input::Withdrawn(order(1)), T0).unwrap();
    let granted = Input::Granted { order: order(1), epoch: 1, hub: Hub(0), snapshot };
    let effects = control.step(granted, T0).unwrap();

    assert_eq!(effects, [Effect::GiveBack { hub: Hub(0), order: order(1), epoch: 1 }]);
    assert_eq!(arrive(&mut control, 2).len(), 1);
}

#[test]
fn refused_asks_find_another_hub() {
    let mut control = control(2);
    let snapshot = idle(&control);
    arrive(&mut control, 1);

    // So busy for so long that the next hub, 18 km away, is nearer.
    let full = Snapshot { out: 1, rate_per_s: 50.0, ..snapshot };
    let refused = Input::Refused { order: order(1), hub: Hub(0), snapshot: full };
    let effects = control.step(refused, T0).unwrap();

    assert_eq!(effects, [Effect::Ask { hub: Hub(1), order: order(1), epoch: 1 }]);
}

#[test]
fn a_fallen_hub_counts_no_more_and_its_held_orders_change_home() {
    let mut control = control(2);
    let snapshot = idle(&control);
    // One at the home, two at the next hub, and one that waits.
    for number in 1..=4 {
        arrive(&mut control, number);
    }
    let held = |control: &Control, hub| control.board().load(Hub(hub)).unwrap().snapshot().held;
    assert_eq!((held(&control, 0), held(&control, 1)), (1, 0));

    let down = Snapshot { standing: Standing::Down, out: 0, ..snapshot };
    control.step(Input::Heard { hub: Hub(0), snapshot: down }, T0).unwrap();

    assert_eq!((held(&control, 0), held(&control, 1)), (0, 1));
}

#[test]
fn what_is_not_on_the_board_is_refused() {
    let mut control = control(1);
    let snapshot = idle(&control);

    let order = control.step(Input::Arrived(waiting(1, Zone(77), T0)), T0);
    let news = control.step(Input::Heard { hub: Hub(5), snapshot }, T0);

    assert_eq!(order, Err(Refusal::ZoneUnknown(Zone(77))));
    assert_eq!(news, Err(Refusal::HubUnknown(Hub(5))));
}

/// A message on its way, in the order of its channel.
#[derive(Debug, Clone, Copy)]
enum Message {
    Node(usize, Input),
    Hub(usize, credits::Input),
}

/// What chance does next.
#[derive(Debug, Clone, Copy)]
enum Move {
    Order {
        node: usize,
        zone: u32,
    },
    /// Messages of one channel arrive, one or all that are there.
    Carry {
        channel: usize,
        all: bool,
    },
    /// A hub is done with its oldest order, and says so or not.
    Done {
        hub: usize,
        told: bool,
        service_ms: u32,
    },
    Die {
        hub: usize,
    },
    Live {
        hub: usize,
    },
    Pass {
        ms: u64,
    },
}

const HUBS: usize = 4;

/// Nodes and actors with a first-in first-out channel between each two.
struct Crowd {
    nodes: Vec<Control>,
    hubs: Vec<Credits>,
    channels: BTreeMap<(bool, usize, usize), VecDeque<Message>>,
    /// Orders at each hub.
    inside: Vec<VecDeque<(OrderId, u32)>>,
    alive: Vec<bool>,
    now: Timestamp,
    placed: u128,
    zones: BTreeMap<OrderId, Waiting>,
    epochs: BTreeMap<OrderId, u32>,
    /// Orders that are over: done at a hub or given up.
    over: BTreeSet<OrderId>,
}

impl Crowd {
    fn new(nodes: usize) -> Self {
        let facts = facts(HUBS as u32);
        let node = |_| Control::new(Board::new(&facts, &zones(), Figures::default()), T0);
        Self {
            nodes: (0..nodes).map(node).collect(),
            hubs: facts.iter().map(|f| Credits::new(f, Figures::default(), T0)).collect(),
            channels: BTreeMap::new(),
            inside: vec![VecDeque::new(); HUBS],
            alive: vec![true; HUBS],
            now: T0,
            placed: 0,
            zones: BTreeMap::new(),
            epochs: BTreeMap::new(),
            over: BTreeSet::new(),
        }
    }

    fn act(&mut self, step: Move) {
        match step {
            Move::Order { node, zone } => {
                self.placed += 1;
                let waiting = waiting(self.placed, Zone(zone), self.now);
                self.zones.insert(waiting.id, waiting);
                self.epochs.insert(waiting.id, 0);
                self.tell_node(node % self.nodes.len(), Input::Arrived(waiting));
            }
            Move::Carry { channel, all } => self.carry(channel, all),
            Move::Done { hub, told, service_ms } => self.done(hub, told, service_ms),
            Move::Die { hub } => {
                self.alive[hub] = false;
                self.inside[hub].clear();
            }
            Move::Live { hub } => {
                if !std::mem::replace(&mut self.alive[hub], true) {
                    self.tell_hub(hub, credits::Input::Restarted);
                }
            }
            Move::Pass { ms } => self.pass(ms),
        }
        self.check();
    }

    fn carry(&mut self, channel: usize, all: bool) {
        let Some(key) = self.channels.keys().nth(channel % self.channels.len().max(1)).copied()
        else {
            return;
        };
        let queue = self.channels.get_mut(&key).unwrap();
        let count = if all { queue.len() } else { 1 };
        let messages: Vec<Message> = queue.drain(..count.min(queue.len())).collect();
        for message in messages {
            match message {
                Message::Node(node, input) => self.tell_node(node, input),
                Message::Hub(hub, input) => self.tell_hub(hub, input),
            }
        }
    }

    fn done(&mut self, hub: usize, told: bool, service_ms: u32) {
        let Some((order, epoch)) = self.inside[hub].pop_front() else { return };
        if self.epochs[&order] == epoch {
            self.over.insert(order);
        }
        let service_s = f64::from(service_ms) / 1_000.0;
        let input = if told {
            credits::Input::Acknowledged { order, epoch, service_s }
        } else {
            // Nobody heard it; later the hub, asked after the order, says that it has none.
            credits::Input::Missing { order, epoch }
        };
        self.tell_hub(hub, input);
    }

    fn pass(&mut self, ms: u64) {
        self.now = self.now.after_ms(ms);
        for hub in 0..HUBS {
            if self.alive[hub] {
                self.tell_hub(hub, credits::Input::Reported);
            }
            if self.hubs[hub].next_deadline().is_some_and(|due| due <= self.now) {
                self.tell_hub(hub, credits::Input::DeadlineReached);
            }
        }
        for node in 0..self.nodes.len() {
            if self.nodes[node].next_deadline().is_some_and(|due| due <= self.now) {
                self.tell_node(node, Input::DeadlineReached);
            }
        }
    }

    fn tell_node(&mut self, node: usize, input: Input) {
        for effect in self.nodes[node].step(input, self.now).unwrap() {
            let from = Node(node as u32);
            let (hub, input) = match effect {
                Effect::Ask { hub, order, epoch } => {
                    (hub, credits::Input::Asked { node: from, order, epoch })
                }
                Effect::HandOver { order, hub, epoch } => {
                    self.hand_over(order, hub, epoch);
                    continue;
                }
                Effect::GiveUp { order, .. } => {
                    assert!(self.over.insert(order), "{order} ended twice");
                    continue;
                }
                Effect::GiveBack { hub, order, epoch } => {
                    (hub, credits::Input::Missing { order, epoch })
                }
                Effect::Decline(hub) => (hub, credits::Input::Declined(from)),
                Effect::Tell { hub, held, arrived } => {
                    (hub, credits::Input::Told { node: from, held, arrived })
                }
                Effect::Wanting(wish) => {
                    for hub in 0..HUBS {
                        let input = credits::Input::Wanting { node: from, wish };
                        self.post((true, node, hub), Message::Hub(hub, input));
                    }
                    continue;
                }
                Effect::Hold(_) => continue,
            };
            let hub = hub.0 as usize;
            self.post((true, node, hub), Message::Hub(hub, input));
        }
    }

    /// A credit may have been void before its grant was read; the order's own epoch decides.
    fn hand_over(&mut self, order: OrderId, hub: Hub, epoch: u32) {
        let newest = self.epochs.get_mut(&order).unwrap();
        if epoch <= *newest {
            return;
        }
        *newest = epoch;
        let hub = hub.0 as usize;
        if self.alive[hub] {
            self.inside[hub].push_back((order, epoch));
        }
    }

    fn tell_hub(&mut self, hub: usize, input: credits::Input) {
        let out = self.hubs[hub].load().snapshot().out;
        let window = self.hubs[hub].load().window();
        // A hub that was thought dead may still speak of orders that it has no credit for.
        let effects = self.hubs[hub].step(input, self.now).unwrap_or_default();
        let snapshot = *self.hubs[hub].snapshot();
        let seen = Hub(hub as u32);
        if snapshot.out > out {
            assert!(out < window, "granted over the window");
        }
        for effect in effects {
            let (node, input) = match effect {
                credits::Effect::Grant { node, order, epoch } => {
                    (node, Input::Granted { order, epoch, hub: seen, snapshot })
                }
                credits::Effect::Refuse { node, order } => {
                    (node, Input::Refused { order, hub: seen, snapshot })
                }
                credits::Effect::Offer(node) => (node, Input::Offered { hub: seen, snapshot }),
                credits::Effect::Tell(node) => (node, Input::Heard { hub: seen, snapshot }),
                credits::Effect::Return { node, order, epoch } => {
                    let Some(back) = self.come_back(order, epoch) else { continue };
                    (node, Input::Arrived(back))
                }
                credits::Effect::Fallen | credits::Effect::Risen => continue,
            };
            let node = node.0 as usize;
            self.post((false, hub, node), Message::Node(node, input));
        }
    }

    /// The order's own record says whether the lost hand-off was ever made.
    fn come_back(&mut self, order: OrderId, epoch: u32) -> Option<Waiting> {
        let known = *self.zones.get(&order)?;
        self.inside.iter_mut().for_each(|hub| hub.retain(|(id, e)| (*id, *e) != (order, epoch)));
        let newest = self.epochs.get_mut(&order)?;
        *newest = (*newest).max(epoch);
        (!self.over.contains(&order)).then_some(Waiting { epoch: *newest, ..known })
    }

    fn post(&mut self, channel: (bool, usize, usize), message: Message) {
        self.channels.entry(channel).or_default().push_back(message);
    }

    fn check(&self) {
        for (hub, facts) in self.hubs.iter().zip(facts(HUBS as u32)) {
            let most = (facts.threshold() * 9 / 10).max(1);
            assert!(hub.load().snapshot().out <= most, "{} out", hub.load().snapshot().out);
        }
    }

    /// Lets everything settle: hubs alive, every message read, every order done.
    fn settle(&mut self) {
        for hub in 0..HUBS {
            self.act(Move::Live { hub });
        }
        for _ in 0..400 {
            for channel in 0..self.channels.len() {
                self.act(Move::Carry { channel, all: true });
            }
            for hub in 0..HUBS {
                self.act(Move::Done { hub, told: true, service_ms: 400 });
            }
            self.act(Move::Pass { ms: 50 });
        }
    }
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let hub = 0..HUBS;
    let step = prop_oneof![
        6 => (0_usize..3, 0_u32..4).prop_map(|(node, zone)| Move::Order { node, zone }),
        12 => (0_usize..32, any::<bool>()).prop_map(|(channel, all)| Move::Carry { channel, all }),
        5 => (hub.clone(), prop::bool::weighted(0.9), 0_u32..5_000)
            .prop_map(|(hub, told, service_ms)| Move::Done { hub, told, service_ms }),
        1 => hub.clone().prop_map(|hub| Move::Die { hub }),
        2 => hub.prop_map(|hub| Move::Live { hub }),
        4 => (1_u64..700).prop_map(|ms| Move::Pass { ms }),
    ];
    prop::collection::vec(step, 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_window_is_passed_and_every_order_ends(nodes in 1_usize..4, moves in moves()) {
        let mut crowd = Crowd::new(nodes);
        for step in moves {
            crowd.act(step);
        }

        crowd.settle();

        let open: Vec<OrderId> =
            crowd.zones.keys().filter(|id| !crowd.over.contains(id)).copied().collect();
        prop_assert!(open.is_empty(), "{open:?}");
        prop_assert!(crowd.nodes.iter().all(|node| node.held() == 0 && node.asking() == 0));
        prop_assert!(crowd.hubs.iter().all(|hub| hub.load().snapshot().out == 0));
    }
}
