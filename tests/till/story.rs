//! What happened, a line each, with milliseconds since the beginning; the agent's log among them.
//!
//! Owns the output and what is missing at its end. Judges nothing.

use crate::clock::now;
use std::fmt::{Debug, Write};
use std::time::Instant;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// The story so far.
#[derive(Debug, Clone)]
pub struct Story {
    began: Instant,
}

impl Story {
    /// Begins it, and listens to the agent.
    pub fn begin() -> Self {
        let story = Self { began: now() };
        let listening = tracing_subscriber::registry().with(story.clone());
        if tracing::subscriber::set_global_default(listening).is_err() {
            story.say("story", "somebody else has the log: the agent's own words are not here");
        }
        story
    }

    /// Tells one thing.
    pub fn say(&self, who: &str, what: &str) {
        println!("{:>6} ms  {who:<11} {what}", self.began.elapsed().as_millis());
    }

    /// Tells how it ended; true when nothing is missing.
    pub fn end(&self, missing: &[String]) -> bool {
        for what in missing {
            self.say("missing", what);
        }
        match missing {
            [] => println!("till: passed"),
            [one] => println!("till: {one}"),
            [first, others @ ..] => println!("till: {first}, and {} more", others.len()),
        }
        missing.is_empty()
    }
}

impl<S: Subscriber> Layer<S> for Story {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if about.target().starts_with("baton_agent") && *about.level() <= Level::INFO {
            let mut words = Words::default();
            event.record(&mut words);
            self.say("agent", &format!("{}{}", words.message, words.fields));
        }
    }
}

#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "transaction" => {}
            name => write!(self.fields, ", {name} {value:?}").unwrap_or_default(),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}
