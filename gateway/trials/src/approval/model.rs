//! The model file: the assumptions of core's risk as one versioned JSON document.
//!
//! Owns its form and the embedded one. May not change a value: what the file says is what core
//! counts with, and core checks that it can. Next: [`super::population`].

use anyhow::{Context, ensure};
use baton_core::checkout::risk::model::{
    Ability, Class, Leak, Model, PerClass, PerSource, Probe, Source,
};
use serde::Deserialize;

/// The model that the program carries.
const EMBEDDED: &str = include_str!("../../data/approval/model.json");

/// One family of questions in the file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Family {
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// The source by its word.
    pub source: String,
    /// How hard it is to remember.
    pub difficulty: f64,
    /// The best chance of guessing it.
    pub guess: f64,
}

/// The model as the file says it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ModelFile {
    /// Which version of the assumptions.
    #[serde(default = "unnamed")]
    pub version: String,
    /// The sources by their words, in the order of the tables.
    pub sources: Vec<String>,
    /// The classes by their words, in the order of the tables.
    pub impostor_classes: Vec<String>,
    /// For each class and source, that the whole of it leaked.
    pub source_leak_probability: Vec<Vec<f64>>,
    /// For each class and source, that an item is known otherwise.
    pub item_leak_probability: Vec<Vec<f64>>,
    /// That an item of a leaked source is known.
    pub known_item_probability: f64,
    /// That a known answer is given wrong.
    pub slip: f64,
    /// Points of ability.
    pub ability_points: [f64; 5],
    /// Their weights.
    pub ability_weights: [f64; 5],
    /// How sharply recall depends on ability.
    pub discrimination: f64,
    /// The families.
    pub families: Vec<Family>,
    /// How often each class stands behind a step-up.
    pub prior: [f64; 4],
}

fn unnamed() -> String {
    "unnamed".to_owned()
}

impl ModelFile {
    /// Reads a model file.
    ///
    /// # Errors
    /// What is wrong with the document and where.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        serde_json::from_str(text).context("the model is not the JSON that a model file has")
    }

    /// Returns the model as core counts with it.
    ///
    /// # Errors
    /// Unknown or misplaced words, tables of the wrong size, and what core refuses.
    pub fn model(&self) -> anyhow::Result<Model> {
        let sources = Source::ALL.map(Source::word);
        ensure!(self.sources == sources, "sources must be {} in this order", sources.join(", "));
        let classes = Class::ALL.map(Class::word);
        ensure!(
            self.impostor_classes == classes,
            "impostor_classes must be {} in this order",
            classes.join(", ")
        );
        let mut points = self.ability_points.iter().zip(self.ability_weights);
        let model = Model {
            version: self.version.clone(),
            families: self.families.iter().map(Family::probe).collect::<anyhow::Result<_>>()?,
            leaks: self.leaks()?,
            priors: PerClass(self.prior),
            ability: std::array::from_fn(|_| {
                let (point, weight) = points.next().unwrap_or((&0.0, 0.0));
                Ability { point: *point, weight }
            }),
            discrimination: self.discrimination,
            slip: self.slip,
            known_item: self.known_item_probability,
        };
        model.check()?;
        Ok(model)
    }

    fn leaks(&self) -> anyhow::Result<PerClass<PerSource<Leak>>> {
        let mut leaks: PerClass<PerSource<Leak>> = PerClass::default();
        let tables = [&self.source_leak_probability, &self.item_leak_probability];
        let sized = |table: &&Vec<Vec<f64>>| {
            table.len() == Class::ALL.len()
                && table.iter().all(|row| row.len() == Source::ALL.len())
        };
        ensure!(tables.iter().all(sized), "a leak table has a row a class and a column a source");
        let [whole, item] = tables;
        for ((row, whole), item) in leaks.0.iter_mut().zip(whole).zip(item) {
            for ((leak, whole), item) in row.0.iter_mut().zip(whole).zip(item) {
                *leak = Leak { whole: *whole, item: *item };
            }
        }
        Ok(leaks)
    }
}

impl Family {
    fn probe(&self) -> anyhow::Result<Probe> {
        let source = Source::lookup(&self.source).with_context(|| {
            format!("family {}: no source is called {}", self.name, self.source)
        })?;
        Ok(Probe { source, difficulty: self.difficulty, guess: self.guess })
    }
}

/// Returns the model that the program carries.
///
/// # Errors
/// If the embedded file is damaged; a test holds that it is not.
pub fn embedded() -> anyhow::Result<Model> {
    ModelFile::parse(EMBEDDED)?.model()
}
