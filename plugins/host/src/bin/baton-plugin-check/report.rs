//! The report: for people on standard output, as JUnit XML for machines.
//!
//! Owns the words. Next: nothing; this is where a run ends.

use std::io::{self, Write};

/// One case and what came of it.
#[derive(Debug)]
pub(crate) struct Case {
    group: &'static str,
    name: &'static str,
    outcome: Outcome,
}

/// What came of a case.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
}

impl Outcome {
    pub(crate) fn skipped(why: &str) -> Self {
        Self::Skipped(why.to_owned())
    }

    /// A case that came to its end passed.
    pub(crate) fn of(done: Result<(), Self>) -> Self {
        match done {
            Ok(()) => Self::Passed,
            Err(outcome) => outcome,
        }
    }
}

impl Case {
    pub(crate) const fn new(group: &'static str, name: &'static str, outcome: Outcome) -> Self {
        Self { group, name, outcome }
    }
}

impl Report {
    /// Tells whether nothing failed.
    pub(crate) fn passed(&self) -> bool {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_))) == 0
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", self.name)?;
        for Case { group, name, outcome } in &self.cases {
            match outcome {
                Outcome::Passed => writeln!(out, "  pass  {group}: {name}")?,
                Outcome::Failed(why) => writeln!(out, "  FAIL  {group}: {name}\n        {why}")?,
                Outcome::Skipped(why) => writeln!(out, "  skip  {group}: {name} ({why})")?,
            }
        }
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed));
        writeln!(out, "{passed} passed, {failed} failed, {skipped} skipped")
    }

    /// Source of the form: the JUnit XML that build servers read.
    pub(crate) fn junit(&self) -> String {
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" \
             failures=\"{failed}\" skipped=\"{skipped}\">\n",
            escaped(&self.name),
            self.cases.len()
        );
        for Case { group, name, outcome } in &self.cases {
            let inner = match outcome {
                Outcome::Passed => String::new(),
                Outcome::Failed(why) => format!("<failure message=\"{}\"/>", escaped(why)),
                Outcome::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
            };
            let (group, name) = (escaped(group), escaped(name));
            xml.push_str(&format!(
                "  <testcase classname=\"{group}\" name=\"{name}\">{inner}</testcase>\n"
            ));
        }
        xml.push_str("</testsuite>\n");
        xml
    }

    fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.cases.iter().filter(|case| is(&case.outcome)).count()
    }
}

/// Writes what went wrong with the kit itself.
pub(crate) fn complain(cause: &anyhow::Error) {
    writeln!(io::stderr(), "baton-plugin-check: {cause:#}").unwrap_or_default();
}

/// Escapes what XML 1.0 does not take in an attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            control if control.is_control() => safe.push('?'),
            other => safe.push(other),
        }
    }
    safe
}
