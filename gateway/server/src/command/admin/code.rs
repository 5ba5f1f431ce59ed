//! `admin code`: the ordered rules that say whose a scanned code is.
//!
//! Owns the words. A rule is written as `baton-formats` reads it, with an app in the place of the
//! scheme; all are set at once, because their order is their meaning. Read by [`super`].

use super::make;
use anyhow::Context;
use baton_formats::emv::{CodeRules, Rule};
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::AppId;
use baton_records::Records;
use baton_records::admin::{Change, CodeRule};
use clap::Subcommand;
use std::fs;
use std::path::{Path, PathBuf};

/// What is said where there are no rules.
const NONE: &str = "no rules: scanned codes are refused with app_unknown; see code set --help";

#[derive(Subcommand)]
pub enum CodeWord {
    /// Shows the rules in the order in which they are tried.
    List,
    /// Replaces all rules by those of a file, one a line; the first that fits wins:
    ///
    ///   APP / NOTE = LENGTH CLASS; PLACE: TEXT | FIRST..LAST
    ///
    /// for example `wallet-app = 24 digits; 1: 281006`, and as the last line for codes that no
    /// other rule knows `card-app = 6..128 visible`. CLASS is digits, alphanumeric, base64 or
    /// visible. An empty file takes all rules away.
    #[command(verbatim_doc_comment)]
    Set { file: PathBuf },
    /// Says whose a code is; changes nothing.
    Try { code: String },
}

pub(super) async fn run(records: &Records, who: &str, word: CodeWord) -> anyhow::Result<()> {
    match word {
        CodeWord::List => {
            let rules = records.directory().await?.code_rules;
            if rules.is_empty() {
                println!("{NONE}");
            }
            for CodeRule { rule, .. } in rules {
                println!("{rule}");
            }
            Ok(())
        }
        CodeWord::Set { file } => {
            let known = records.directory().await?.tables;
            let rules = read(&file)?;
            let stranger = rules.iter().find(|one| !known.apps.contains_key(&one.app));
            if let Some(CodeRule { app, rule }) = stranger {
                anyhow::bail!("rule {rule:?}: there is no app {app}; add it with app add first");
            }
            make(records, who, Change::CodeRules(rules)).await
        }
        CodeWord::Try { code } => {
            let rules = records.directory().await?.code_rules;
            println!("{}", whose(&rules, code)?);
            Ok(())
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<CodeRule>> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the rules {}", file.display()))?;
    let rules = CodeRules::parse(&text)?;
    rules.rules().iter().map(code_rule).collect()
}

fn code_rule(rule: &Rule) -> anyhow::Result<CodeRule> {
    let app: AppId = rule.scheme().parse().with_context(|| {
        format!("rule {rule}: write the app whose codes these are before the =")
    })?;
    Ok(CodeRule { app, rule: rule.to_string() })
}

fn whose(rules: &[CodeRule], code: String) -> anyhow::Result<String> {
    let code = PaymentCode::parse(code)?;
    let lines: Vec<&str> = rules.iter().map(|one| one.rule.as_str()).collect();
    let rules = CodeRules::parse(&lines.join("\n"))?;
    let found = rules.classify(code.reveal());
    Ok(found.map_or_else(
        || "nobody's: it would be refused with app_unknown".to_owned(),
        |rule| format!("{}, by the rule {rule}", rule.scheme()),
    ))
}
