//! The evidence against each impostor class, and the risk that is left of it.
//!
//! Owns likelihoods: the person's, mixed over ability, and each class's, mixed over whether a
//! source leaked as a whole. A skip has a price at which answering only what one knows gains
//! nothing. Floats, for risk only. Next: [`super::question`].

use super::model::{Leak, Model, PerClass, PerSource, Probe};

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answered {
    /// Right.
    Right,
    /// Wrong.
    Wrong,
}

/// How much knowledge may count beside factors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KnowledgeCap {
    /// As much as the answers say.
    Unlimited,
    /// At most so many nats against each class.
    Nats(f64),
}

/// The share of a skip's likelihood below which nothing is computed: a price stays finite.
const SHARE_MIN: f64 = 1e-12;

/// What is known so far in one run of questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Evidence of factors.
    factors: PerClass<f64>,
    /// The weight of each point of ability, with the answers so far.
    ability: [f64; 5],
    /// For each class and source the joint probability of "leaked" (`whole`) or not (`item`) and
    /// the answers so far.
    latent: PerClass<PerSource<Leak>>,
    /// The logarithm of each class's probability of the answers so far.
    answers: PerClass<f64>,
    /// Prices of skips so far.
    skips: PerClass<f64>,
    cap: KnowledgeCap,
}

/// What one question would do, before it is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prospect {
    /// How likely the person is right.
    pub right: f64,
    /// How far the logarithm of the risk is expected to fall if it is the person.
    ///
    /// **Units** nats.
    pub drop: f64,
}

impl Score {
    /// Begins with what the factors said.
    #[must_use]
    pub fn begin(model: &Model, factors: PerClass<f64>, cap: KnowledgeCap) -> Self {
        let latent = PerClass(model.leaks.0.map(|sources| {
            PerSource(sources.0.map(|leak| Leak { whole: leak.whole, item: 1.0 - leak.whole }))
        }));
        Self {
            factors,
            ability: model.ability.map(|one| one.weight),
            latent,
            answers: PerClass::default(),
            skips: PerClass::default(),
            cap,
        }
    }

    /// Returns the evidence against each class.
    ///
    /// **Units** nats; more is safer.
    #[must_use]
    pub fn evidence(&self) -> PerClass<f64> {
        self.with(self.person(), self.answers)
    }

    /// Returns the sum over all classes of prior times exp(-evidence).
    #[must_use]
    pub fn risk(&self, model: &Model) -> f64 {
        risk(model, self.evidence())
    }

    /// Takes an answer.
    pub fn answer(&mut self, model: &Model, probe: &Probe, answered: Answered) {
        for (weight, right) in self.ability.iter_mut().zip(model.right(probe)) {
            *weight *= chance(right, answered);
        }
        let classes = self.latent.0.iter_mut().zip(&mut self.answers.0).zip(&model.leaks.0);
        for ((latent, answers), leaks) in classes {
            let latent = latent.get_mut(probe.source);
            let before = latent.whole + latent.item;
            let knows = Leak { whole: model.known_item, item: leaks.get(probe.source).item };
            latent.whole *= chance(known_or_guessed(knows.whole, probe.guess), answered);
            latent.item *= chance(known_or_guessed(knows.item, probe.guess), answered);
            *answers += ((latent.whole + latent.item) / before).ln();
        }
    }

    /// Takes the wish for another question, and its price.
    pub fn skip(&mut self, model: &Model, probe: &Probe) {
        let right = self.right(&model.right(probe));
        let classes = self.skips.0.iter_mut().zip(&self.latent.0).zip(&model.leaks.0);
        for ((skips, latent), leaks) in classes {
            let latent = latent.get(probe.source);
            let whole = latent.whole * model.known_item;
            let item = latent.item * leaks.get(probe.source).item;
            let knows = (whole + item) / (latent.whole + latent.item);
            *skips += skip_price(knows, right, probe.guess);
        }
    }

    /// Looks one answer ahead.
    #[must_use]
    pub fn prospect(&self, model: &Model, probe: &Probe) -> Prospect {
        let rights = model.right(probe);
        let right = self.right(&rights);
        let after = |answered| {
            let weights = self.ability.iter().zip(rights);
            let person: f64 = weights.map(|(weight, right)| weight * chance(right, answered)).sum();
            let mut answers = self.answers;
            let classes = answers.0.iter_mut().zip(&self.latent.0).zip(&model.leaks.0);
            for ((answers, latent), leaks) in classes {
                let latent = latent.get(probe.source);
                let item = leaks.get(probe.source).item;
                let whole = chance(known_or_guessed(model.known_item, probe.guess), answered);
                let item = chance(known_or_guessed(item, probe.guess), answered);
                let sum = latent.whole * whole + latent.item * item;
                *answers += (sum / (latent.whole + latent.item)).ln();
            }
            risk(model, self.with(person.ln(), answers)).ln()
        };
        let ahead = right * after(Answered::Right) + (1.0 - right) * after(Answered::Wrong);
        Prospect { right, drop: self.risk(model).ln() - ahead }
    }

    fn with(&self, person: f64, answers: PerClass<f64>) -> PerClass<f64> {
        let mut evidence = self.factors;
        let classes = evidence.0.iter_mut().zip(answers.0).zip(self.skips.0);
        for ((evidence, answers), skips) in classes {
            let knowledge = person - answers - skips;
            *evidence += match self.cap {
                KnowledgeCap::Unlimited => knowledge,
                KnowledgeCap::Nats(most) => knowledge.min(most),
            };
        }
        evidence
    }

    /// The logarithm of the person's probability of the answers so far.
    fn person(&self) -> f64 {
        self.ability.iter().sum::<f64>().ln()
    }

    fn right(&self, rights: &[f64; 5]) -> f64 {
        let sum: f64 = self.ability.iter().sum();
        self.ability.iter().zip(rights).map(|(weight, right)| weight * right).sum::<f64>() / sum
    }
}

fn risk(model: &Model, evidence: PerClass<f64>) -> f64 {
    model.priors.0.iter().zip(evidence.0).map(|(prior, nats)| prior * (-nats).exp()).sum()
}

const fn chance(right: f64, answered: Answered) -> f64 {
    match answered {
        Answered::Right => right,
        Answered::Wrong => 1.0 - right,
    }
}

fn known_or_guessed(knows: f64, guess: f64) -> f64 {
    knows + (1.0 - knows) * guess
}

/// What a skip costs a class that knows the item so often, never less than nothing.
fn skip_price(knows: f64, right: f64, guess: f64) -> f64 {
    let share = (1.0 - knows * right / known_or_guessed(knows, guess)) / (1.0 - knows);
    (-share.max(SHARE_MIN).ln()).max(0.0)
}
