//! A run from its beginning to its end.
//!
//! Owns the order of things: an item is burnt and recorded before it is shown, and the screens for
//! a right and a wrong answer are of one kind and come at one time. Next: [`super::evidence`].

use super::evidence::{Cause, Evidence};
use super::{
    Asked, Chance, Effect, Opening, QUESTION_MS_MAX, REMEMBERED_MS, REPLY_MS, Record, Refusal, Run,
    Screen, Tried, Unit,
};
use crate::checkout::answer::Day;
use crate::checkout::dice::Dice;
use crate::checkout::ids::{ItemId, SessionId};
use crate::checkout::item::Item;
use crate::checkout::limits::ATTEMPTS_MAX;
use crate::checkout::risk::dialogue::{Dialogue, Next, Outcome};
use crate::checkout::risk::factor::{Factor, Outcome as FactorOutcome, together};
use crate::checkout::risk::model::{FamilyId, Probe};
use crate::checkout::risk::rule::{Acceptable, Verdict};
use crate::time::Timestamp;

type Stepped = Result<Vec<Effect>, Refusal>;

/// What a run goes on with.
enum Turn {
    Ask(Box<Drawn>),
    End(Verdict, Cause),
}

/// An item that is asked next.
struct Drawn {
    item: Item,
    family: FamilyId,
    probe: Probe,
    burnt: Vec<ItemId>,
}

impl Unit {
    pub(super) fn opened(
        &mut self,
        opening: Opening,
        mut chance: Chance,
        now: Timestamp,
    ) -> Stepped {
        let session = opening.session;
        self.tried.retain(|_, tried| now.since_ms(tried.last) < REMEMBERED_MS);
        if self.runs.contains_key(&session) {
            return Err(Refusal::SessionOpen(session));
        }
        let over =
            |tried: &Tried| tried.times >= ATTEMPTS_MAX || tried.verdict == Verdict::Accepted;
        if self.tried.get(&session).is_some_and(over) {
            return Err(Refusal::SessionOver(session));
        }
        let acceptable = Acceptable::of(&self.policy, opening.amount);
        let acceptable = acceptable.ok_or(Refusal::AmountUncountable)?;
        self.limits.admit(self.runs.len(), now)?;
        let factors = together(opening.factors.iter().map(|(factor, outcome)| (*factor, *outcome)));
        let dialogue = Dialogue::begin(&self.model, &self.policy, factors, acceptable);
        let turn = if self.over_cap(&opening) {
            Turn::End(Verdict::Inconclusive, Cause::AmountOverCap)
        } else {
            self.turn(&dialogue, Beginning::First, &mut chance)
        };
        let mut effects = vec![Effect::Record(Record::Opened(opening.clone())), sign(&opening)];
        match turn {
            Turn::End(verdict, cause) => {
                let evidence = Evidence::of(&self.model, &opening, &dialogue, &[], verdict, cause);
                effects.extend(self.end(&opening, evidence, Shown::Nothing, now));
            }
            Turn::Ask(drawn) => {
                self.bank.begin_run();
                if self.runs.is_empty() {
                    effects.push(Effect::LockHistory);
                }
                let run = Run {
                    asked: drawn.asked(now),
                    opening,
                    dialogue,
                    outcomes: Vec::new(),
                    events: vec![drawn.item.event],
                    told_back: 0,
                };
                effects.extend(drawn.screens(session, self.policy.skips_max, now));
                self.runs.insert(session, run);
            }
        }
        Ok(effects)
    }

    fn over_cap(&self, opening: &Opening) -> bool {
        let key = opening.factors.get(&Factor::DeviceKey) == Some(&FactorOutcome::Passed);
        let cap = self.policy.keyless_max;
        !key && (opening.amount.currency != cap.currency || opening.amount.minor > cap.minor)
    }

    /// Chooses what comes next. What is drawn is burnt with it.
    fn turn(&mut self, dialogue: &Dialogue, beginning: Beginning, chance: &mut Chance) -> Turn {
        let Chance { today, dice } = chance;
        let spent = beginning == Beginning::First && !self.bank.has_run_left();
        let at_hand =
            if spent { Vec::new() } else { self.bank.at_hand(&self.model, &self.consent, *today) };
        match dialogue.next(&self.model, &self.policy, &at_hand, dice) {
            Next::End(verdict) => {
                let cause = match (verdict, spent, beginning) {
                    (Verdict::Inconclusive, true, _) => Cause::RunsSpent,
                    (Verdict::Inconclusive, false, Beginning::First) => Cause::NothingToAsk,
                    (Verdict::Inconclusive, false, Beginning::Later) => Cause::Undecided,
                    (Verdict::Accepted | Verdict::Rejected, _, _) => Cause::Risk,
                };
                Turn::End(verdict, cause)
            }
            Next::Ask(family) => match self.draw(family, *today, dice) {
                Some(drawn) => Turn::Ask(Box::new(drawn)),
                None => Turn::End(Verdict::Inconclusive, Cause::NothingToAsk),
            },
        }
    }

    fn draw(&mut self, family: FamilyId, today: Day, dice: &mut Dice) -> Option<Drawn> {
        let probe = *self.model.lookup(family)?;
        let (item, burnt) = self.bank.draw(family, &self.model, &self.consent, today, dice)?;
        let probe = item.probe(&probe);
        Some(Drawn { item, family, probe, burnt })
    }

    pub(super) fn took(
        &mut self,
        session: SessionId,
        item: ItemId,
        outcome: Outcome,
        mut chance: Chance,
        now: Timestamp,
    ) -> Stepped {
        let run = self.runs.get(&session).ok_or(Refusal::SessionUnknown(session))?;
        if run.asked.item != item {
            return Err(Refusal::OtherItem(session));
        }
        if now >= run.asked.until {
            return Ok(self.close(session, Cause::TooLate, now));
        }
        if outcome == Outcome::Skipped && !run.dialogue.may_skip(&self.policy) {
            return Err(Refusal::SkipsSpent(session));
        }
        let Some(mut run) = self.runs.remove(&session) else {
            return Err(Refusal::SessionUnknown(session));
        };
        let family = run.asked.family;
        run.dialogue.take(&self.model, &run.asked.probe, outcome);
        run.outcomes.push((family, outcome));
        let mut effects = vec![Effect::Record(Record::Outcome { family, outcome })];
        match self.turn(&run.dialogue, Beginning::Later, &mut chance) {
            Turn::End(verdict, cause) => effects.extend(self.conclude(run, verdict, cause, now)),
            Turn::Ask(drawn) => {
                run.asked = drawn.asked(now);
                run.events.push(drawn.item.event);
                let skips = self.policy.skips_max.saturating_sub(run.dialogue.skips());
                effects.extend(drawn.screens(session, skips, now));
                self.runs.insert(session, run);
            }
        }
        Ok(effects)
    }

    pub(super) fn left(&mut self, session: SessionId, now: Timestamp) -> Stepped {
        if !self.runs.contains_key(&session) {
            return Err(Refusal::SessionUnknown(session));
        }
        Ok(self.close(session, Cause::Left, now))
    }

    pub(super) fn deadline_passed(&mut self, now: Timestamp) -> Vec<Effect> {
        let late = self.runs.iter().filter(|(_, run)| now >= run.asked.until);
        let late: Vec<SessionId> = late.map(|(session, _)| *session).collect();
        late.into_iter().flat_map(|session| self.close(session, Cause::TooLate, now)).collect()
    }

    /// Ends a run without an answer to its last question.
    pub(super) fn close(
        &mut self,
        session: SessionId,
        cause: Cause,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(run) = self.runs.remove(&session) else { return Vec::new() };
        self.conclude(run, Verdict::Inconclusive, cause, now)
    }

    fn conclude(
        &mut self,
        run: Run,
        verdict: Verdict,
        cause: Cause,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Run { opening, dialogue, outcomes, .. } = run;
        let evidence = Evidence::of(&self.model, &opening, &dialogue, &outcomes, verdict, cause);
        let mut effects = self.end(&opening, evidence, Shown::Questions, now);
        if self.runs.is_empty() {
            effects.push(Effect::UnlockHistory);
        }
        effects
    }

    /// A run that showed a question and was not accepted has failed, whatever ended it.
    pub(super) fn end(
        &mut self,
        opening: &Opening,
        evidence: Evidence,
        shown: Shown,
        now: Timestamp,
    ) -> Vec<Effect> {
        let (session, verdict) = (opening.session, evidence.verdict);
        let before = self.tried.get(&session).map_or(0, |tried| tried.times);
        let times = before.saturating_add(1);
        self.tried.insert(session, Tried { times, last: now, verdict });
        let mut effects = vec![Effect::Record(Record::Evidence(Box::new(evidence)))];
        let accepted = verdict == Verdict::Accepted;
        match (accepted, shown) {
            (true, Shown::Questions) => self.limits.passed(),
            (true | false, Shown::Nothing) => {}
            (false, Shown::Questions) => {
                self.limits.failed(now);
                effects.push(Effect::CountFailure(session));
            }
        }
        let screen = if accepted { Screen::Approved } else { Screen::AnotherWay };
        effects.push(Effect::Decide { session, amount: opening.amount, verdict });
        effects.push(Effect::Show { session, at: now.after_ms(REPLY_MS), screen });
        effects
    }
}

/// Whether a run is about to show its first question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    First,
    Later,
}

/// Whether a run showed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Questions,
    Nothing,
}

impl Drawn {
    fn asked(&self, now: Timestamp) -> Asked {
        let until = now.after_ms(REPLY_MS).after_ms(QUESTION_MS_MAX);
        Asked { item: self.item.id, family: self.family, probe: self.probe, until }
    }

    /// Burnt and written down, then shown.
    fn screens(self, session: SessionId, skips_left: u32, now: Timestamp) -> [Effect; 2] {
        let until = self.asked(now).until;
        let Item { id: item, wording, prompt, .. } = self.item;
        let record = Record::Burnt { session, shown: item, burnt: self.burnt };
        let screen = Screen::Question { item, wording, prompt, until, skips_left };
        let show = Effect::Show { session, at: now.after_ms(REPLY_MS), screen };
        [Effect::Record(record), show]
    }
}

fn sign(opening: &Opening) -> Effect {
    Effect::Sign { session: opening.session, transcript: super::back::transcript(opening) }
}
