//! Phones and the people who hold them: what was asked, and what they were told.
//!
//! Owns keys, retries and patience. A phone believes the gateway only; what it was told is kept for
//! the judge. Next: `blows.rs`.

use crate::destination::Wish;
use crate::event::{Event, Post, Told};
use crate::rows::{ROWS, Row};
use crate::store::Fact;
use crate::world::World;
use baton_core::relay::lookup::AmountFrom;
use baton_core::relay::sale::Sale;
use baton_core::relay::transaction::Input;
use baton_protocol::ids::{RequestKey, SaleId, TouchId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::{MembershipPart, PaymentPart, SaleState, TouchRequest};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{MembershipAction, State};

/// How often a phone sends one request before it gives up.
const TRIES_MAX: u32 = 12;
/// The longest pause between two looks, in milliseconds: as long as operators take.
const LOOK_MS_MAX: u64 = 600_000;
/// How long a phone goes on looking after everything is mended, in milliseconds.
const LOOKING_MS: u64 = 7 * 3_600_000;

/// One purchase.
#[derive(Debug)]
pub struct Purchase {
    /// The terminal's place in the town.
    pub terminal: usize,
    /// The destination's place.
    pub destination: usize,
    /// How much.
    pub money: Money,
    /// What the phone sends.
    pub body: Option<TouchRequest>,
    /// Its first key, and one more if somebody makes one.
    pub keys: Vec<RequestKey>,
    /// The row of the fault table that will strike it.
    pub plan: Option<Row>,
    /// Whether it struck.
    pub struck: bool,
    /// The row as it was planned at first.
    pub row: Option<Row>,
    /// What its destination would do.
    pub wish: Wish,
    /// When the shopper came.
    pub bought_at: u64,
    /// When its code dies at its destination.
    pub code_dead_at: u64,
    /// The transaction, once a gateway began one.
    pub transaction: Option<TransactionId>,
    /// What a gateway acknowledged.
    pub acknowledged: Option<(TouchId, TransactionId)>,
    /// The final word that the phone was told.
    pub told: Option<State>,
    /// Until when the phone is offline.
    pub offline_until: u64,
    /// Until when its gateway may be stopped with a question on its way.
    pub freeze_until: u64,
    /// Whether its executor hears no answer.
    pub deaf: bool,
    /// How often it was submitted.
    pub submits: u32,
    /// How often it was reversed.
    pub reversals: u32,
    /// The POS showed its approval.
    pub pos_shown: bool,
    /// The terminal showed "approved".
    pub shown_approved: bool,
    /// The terminal showed "not charged".
    pub shown_negative: bool,
    tries: u32,
    over: bool,
    looking: bool,
}

impl World {
    pub(crate) fn open_shop(&mut self, purchases: usize) {
        for node in 0..self.nodes.len() {
            self.at(0, Event::NodeStart(node));
        }
        for device in 0..self.devices.len() {
            self.at(10, Event::Boot(device));
        }
        let mut at = 2_000;
        let pause = 11_000 / self.town.terminals.len() as u64;
        for place in 0..purchases {
            self.plan_purchase();
            at += self.dice.between(pause / 4, pause * 2);
            self.at(at, Event::Buy(place));
        }
        self.plan_blows(at);
        self.at(at + 30_000, Event::Heal);
        self.at(60_000, Event::Operators);
    }

    fn plan_purchase(&mut self) {
        let mut row = self.dice.percent(70).then(|| ROWS[self.dice.place(ROWS.len())].row);
        // A device that is gone takes long to replace: fewer of those, or nothing is bought.
        if matches!(row, Some(Row(21 | 22))) && !self.dice.one_in(4) {
            row = None;
        }
        let terminal = self.fitting_terminal(row);
        let destination = self.fitting_destination(row);
        let membership = self.town.kinds[destination].membership;
        let currency = if membership { Currency::POINTS } else { Currency::KRW };
        let minor = i64::try_from(self.dice.between(100, 99_999)).unwrap_or(100);
        let declared = self.town.kinds[destination].declared;
        let live = !declared.contains("C2") && !declared.contains("C7");
        let charge = !self.dice.percent(if live { 40 } else { 12 });
        self.purchases.push(Purchase {
            terminal,
            destination,
            money: Money::new(minor, currency),
            body: None,
            keys: Vec::new(),
            plan: row,
            struck: false,
            row,
            wish: if charge { Wish::Charge } else { Wish::Decline },
            bought_at: 0,
            code_dead_at: 0,
            transaction: None,
            acknowledged: None,
            told: None,
            offline_until: 0,
            freeze_until: 0,
            deaf: false,
            submits: 0,
            reversals: 0,
            pos_shown: false,
            shown_approved: false,
            shown_negative: false,
            tries: 0,
            over: false,
            looking: false,
        });
    }

    /// Rows of the POS strike at a paired terminal, those of a reversal at a standalone one.
    fn fitting_terminal(&mut self, row: Option<Row>) -> usize {
        let wanted = match row.map(|row| row.0) {
            Some(34..=36) => Some(true),
            Some(21 | 24 | 33) => Some(false),
            _ => None,
        };
        let all = 0..self.town.terminals.len();
        let fits = |place: &usize| wanted.is_none_or(|paired| self.town.paired(*place) == paired);
        let fitting: Vec<usize> = all.filter(fits).collect();
        fitting[self.dice.place(fitting.len())]
    }

    fn fitting_destination(&mut self, row: Option<Row>) -> usize {
        let all: Vec<usize> = (0..self.town.kinds.len()).collect();
        let reverses = |place: &&usize| self.town.kinds[**place].declared.contains("C5");
        let wallet = |place: &&usize| !self.town.kinds[**place].membership;
        let fitting: Vec<usize> = match row.map(|row| row.0) {
            Some(33) => all.iter().filter(reverses).copied().collect(),
            Some(6 | 30 | 37) => all.iter().filter(wallet).copied().collect(),
            _ => all,
        };
        fitting[self.dice.place(fitting.len())]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the world hands over the others")]
    pub(crate) fn take_phone(&mut self, event: &Event) {
        match *event {
            Event::Buy(place) => self.buy(place),
            Event::Answer(place, key, ref told) => self.answer_arrives(place, key, told),
            Event::Patience(place, tries) => self.impatient(place, tries),
            Event::Look(place, looks) => self.look(place, looks),
            Event::Hint(place, _, state) => self.hinted(place, state),
            Event::Cancel(place) => self.cancel(place),
            _ => {}
        }
    }

    fn impatient(&mut self, place: usize, tries: u32) {
        let here = &self.purchases[place];
        if !here.over && here.acknowledged.is_none() && here.tries == tries {
            self.send_post(place);
        }
    }

    fn hinted(&mut self, place: usize, state: State) {
        if self.purchases[place].offline_until <= self.now {
            self.told(place, state);
        }
    }

    fn buy(&mut self, place: usize) {
        if self.strikes(place, 1) {
            self.purchases[place].over = true;
            return;
        }
        let key = RequestKey::new(self.new_id());
        let skew = self.dice.below(60_000);
        let policy = self.policy.clone();
        let life = policy.code_life_ms + policy.clock_skew_ms - skew;
        let sale = self.open_sale(place);
        let here = &mut self.purchases[place];
        here.bought_at = self.now;
        here.code_dead_at = self.now + life;
        here.keys.push(key);
        let body = self.body(place, sale);
        self.purchases[place].body = body;
        if self.strikes(place, 38) {
            let device = self.town.executor_of[self.purchases[place].terminal];
            let long = self.dice.between(30_000, 60_000);
            self.purchases[place].offline_until = self.now + long;
            self.part(device, long);
        }
        self.send_post(place);
        if self.strikes(place, 6) {
            let later = self.dice.between(300, 9_000);
            self.second_key(place, later);
        } else if self.strikes(place, 37) {
            let later = self.dice.between(1, 200);
            self.second_key(place, later);
        }
        if self.dice.one_in(25) {
            let later = self.dice.between(100, 20_000);
            self.after(later, Event::Cancel(place));
        }
    }

    /// At some terminals the merchant opens a sale first.
    fn open_sale(&mut self, place: usize) -> Option<SaleId> {
        let terminal = self.town.terminals[self.purchases[place].terminal].clone();
        let row = self.town.tables.terminals.get(&terminal)?;
        let membership = self.purchases[place].money.currency == Currency::POINTS;
        if row.amount_from != AmountFrom::Sale || membership {
            return None;
        }
        let taken = self.store.sales.get(&terminal);
        if taken.is_some_and(|sale| sale.state == SaleState::Taken) {
            return None;
        }
        let id = SaleId::new(self.new_id());
        let node = self.node_time(0);
        let sale = Sale {
            id,
            amount: self.purchases[place].money,
            order_ref: format!("order-{place}"),
            state: SaleState::Open,
            touch: None,
            expires_at: node.after_ms(self.policy.sale_life_ms),
        };
        self.store.commit(&[Fact::Sale(terminal, sale)]).ok()?;
        Some(id)
    }

    fn body(&mut self, place: usize, sale_id: Option<SaleId>) -> Option<TouchRequest> {
        let here = &self.purchases[place];
        let (money, terminal_id) = (here.money, self.town.terminals[here.terminal].clone());
        let app_id = self.town.apps[here.destination].clone();
        if money.currency == Currency::POINTS {
            let actions = [MembershipAction::Accrue, MembershipAction::Redeem];
            let action = actions[self.dice.place(2)];
            let member_id = format!("member-{}", self.dice.below(20)).try_into().ok()?;
            let points = Some(money.minor);
            let membership = Some(MembershipPart { app_id, member_id, action, points });
            return Some(TouchRequest { terminal_id, payment: None, membership, sale_id: None });
        }
        let code = format!("code-{place}-{}", self.dice.below(1_000_000)).try_into().ok()?;
        // A phone may show something else than the merchant asked for; that must be refused.
        let wrong = sale_id.is_some() && self.dice.one_in(8);
        let minor = if wrong { money.minor + 1 } else { money.minor };
        let (amount, currency) = (Some(minor), Some(money.currency));
        let payment = Some(PaymentPart { app_id, code, amount, currency });
        Some(TouchRequest { terminal_id, payment, membership: None, sale_id })
    }

    /// Somebody sends the same code under a key of its own.
    fn second_key(&mut self, place: usize, later: u64) {
        let key = RequestKey::new(self.new_id());
        self.purchases[place].keys.push(key);
        let node = self.dice.place(self.nodes.len());
        if let Some(post) = self.post(place, key) {
            self.after(later, Event::Post(node, post));
        }
    }

    fn post(&self, place: usize, key: RequestKey) -> Option<Post> {
        let here = &self.purchases[place];
        let app = self.town.apps[here.destination].clone();
        Some(Post { purchase: place, key, app, body: here.body.clone()? })
    }

    fn send_post(&mut self, place: usize) {
        let here = &mut self.purchases[place];
        if here.over {
            return;
        }
        here.tries += 1;
        let tries = here.tries;
        if tries > TRIES_MAX || self.now + 5_000 > here.code_dead_at {
            here.over = true;
            return self.start_looking(place);
        }
        let patience = self.dice.between(2_500, 4_000);
        self.after(patience, Event::Patience(place, tries));
        if self.purchases[place].offline_until > self.now || self.strikes(place, 2) {
            return;
        }
        if !self.healed && self.dice.percent(self.town_noise()) {
            return;
        }
        let key = self.purchases[place].keys[0];
        let Some(post) = self.post(place, key) else { return };
        let node = self.dice.place(self.nodes.len());
        let took = self.dice.between(2, 80);
        if self.strikes(place, 3) {
            let other = self.nodes.len() - 1 - node;
            let again = self.dice.between(2, 80);
            self.after(again, Event::Post(other, post.clone()));
        }
        self.after(took, Event::Post(node, post));
    }

    /// Noise of this town's network in hundredths.
    pub(crate) const fn town_noise(&self) -> u64 {
        self.town.policy.acknowledge_tries as u64
    }

    fn answer_arrives(&mut self, place: usize, key: RequestKey, told: &Told) {
        let now = self.now;
        if self.purchases[place].offline_until > now {
            return;
        }
        match *told {
            Ok((touch, transaction, state)) => {
                let known = self.purchases[place].acknowledged;
                if known.is_some_and(|(_, first)| first != transaction) {
                    self.break_promise(Some(transaction), "one purchase, two transactions");
                }
                self.purchases[place].acknowledged = Some((touch, transaction));
                self.purchases[place].over = true;
                self.other_body(place, key);
                self.told(place, state);
                self.start_looking(place);
            }
            Err(why) => self.refusal_arrives(place, key, why),
        }
    }

    /// Under a key that was taken, another body: never an answer about the first.
    fn other_body(&mut self, place: usize, key: RequestKey) {
        if !self.dice.one_in(60) {
            return;
        }
        let Some(mut post) = self.post(place, key) else { return };
        if let Some(part) = &mut post.body.payment {
            part.amount = part.amount.map(|amount| amount + 1);
            let node = self.dice.place(self.nodes.len());
            self.after(300, Event::Post(node, post));
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other refusal is an end")]
    fn refusal_arrives(&mut self, place: usize, key: RequestKey, why: RefusalCode) {
        self.coverage.refusals += 1;
        if self.purchases[place].keys.first() != Some(&key) || self.purchases[place].over {
            return;
        }
        match why {
            RefusalCode::Busy
            | RefusalCode::TerminalOffline
            | RefusalCode::NotReady
            | RefusalCode::Overloaded
            | RefusalCode::DestinationDown => {}
            _ => {
                self.purchases[place].over = true;
                self.start_looking(place);
            }
        }
    }

    fn start_looking(&mut self, place: usize) {
        if !self.purchases[place].looking {
            self.purchases[place].looking = true;
            self.after(700, Event::Look(place, 0));
        }
    }

    /// The phone asks how its own key stands.
    fn look(&mut self, place: usize, looks: u32) {
        let here = &self.purchases[place];
        let done = here.told.is_some_and(State::is_final);
        if done || (self.healed && self.now > self.healed_at + LOOKING_MS) {
            return;
        }
        let pause = (1_000 << looks.min(10)).min(LOOK_MS_MAX);
        let app = self.town.apps[here.destination].clone();
        let (offline, key) = (here.offline_until > self.now, here.keys[0]);
        let node = self.dice.place(self.nodes.len());
        let reads = self.nodes[node].up && self.nodes[node].stopped_until <= self.now;
        if !offline && reads && self.store.mood == crate::store::Mood::Fine {
            let known = self.purchases[place].acknowledged.map(|(touch, _)| touch);
            let found = || self.store.lookup_touch(&app, key).map(|row| row.id);
            let touch = known.or_else(found);
            let stands = touch.and_then(|touch| self.stands(touch));
            match stands {
                Some((_, _, state)) => self.told(place, state),
                None if self.purchases[place].acknowledged.is_some() => {
                    let about = self.purchases[place].transaction;
                    self.break_promise(about, "acknowledged, and the gateway knows nothing");
                }
                None => {
                    self.purchases[place].looking = false;
                    return;
                }
            }
        }
        self.after(pause, Event::Look(place, looks + 1));
    }

    /// What a phone is told stays: a second final word must be the first.
    fn told(&mut self, place: usize, state: State) {
        let about = self.purchases[place].transaction;
        let here = &mut self.purchases[place];
        match here.told {
            Some(before) if before.is_final() && before != state && state.is_final() => {
                self.break_promise(about, "a phone is told two final words");
            }
            Some(before) if before.is_final() => {}
            _ => here.told = Some(state),
        }
    }

    /// A hint on the bus; buses lose, double and forget.
    pub(crate) fn hint(&mut self, id: TransactionId, state: State) {
        let Some(place) = self.of.get(&id).copied() else { return };
        self.count_state(place, state);
        if self.strikes(place, 13) || self.suffers(id, 13) {
            return;
        }
        let took = self.dice.between(1, 60);
        if self.healed || !self.dice.one_in(10) {
            self.after(took, Event::Hint(place, id, state));
        }
    }

    fn count_state(&mut self, place: usize, state: State) {
        let about = self.purchases[place].transaction;
        self.say(about, || format!("recorded {}", state.word()));
    }

    fn cancel(&mut self, place: usize) {
        let Some((_, id)) = self.purchases[place].acknowledged else { return };
        let Some(row) = self.store.rows.get(&id) else { return };
        let executor = row.executor;
        if let Some(node) = self.owner(executor, id) {
            self.about(node, executor, id, Input::CancelRequested);
        }
    }
}
