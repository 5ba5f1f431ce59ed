//! The POS program's screen: its last sales on a page that renews itself.
//!
//! Owns the HTML. Shows results and references, never what was entered; every text is escaped.
//! Next: `main.rs`.

use super::entry::{Action, Sale, SaleResult, Source};
use baton_protocol::money::Money;
use std::fmt::Write;

/// Sales on the page: a screenful.
const SALES_SHOWN_MAX: usize = 20;

const HEAD: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="refresh" content="2"><title>POS</title><style>
body{margin:0;background:#10151c;color:#e8edf3;font:16px/1.4 system-ui,sans-serif}
header{padding:20px 28px;background:#182230;border-bottom:1px solid #26364a}
h1{margin:0;font-size:20px;font-weight:600}main{padding:20px 28px}
table{width:100%;border-collapse:collapse}
td,th{padding:10px 12px;text-align:left;border-bottom:1px solid #1f2c3b}
th{color:#8ba0b8;font-weight:500;font-size:13px}
td.amount{text-align:right;font-variant-numeric:tabular-nums;font-weight:600}
b{padding:3px 10px;border-radius:99px;font-size:13px}b.approved{background:#123d2b;color:#5fe0a0}
b.declined{background:#42191d;color:#ff8a93}b.unknown{background:#453811;color:#ffd666}
p{color:#8ba0b8}code{color:#8ba0b8;font-size:13px}
</style></head><body><header><h1>Counter 1</h1></header><main>"#;
const TABLE_HEAD: &str = "<table><tr><th>App</th><th>What</th><th>From</th><th>Result</th>\
<th>Detail</th><th>Reference</th><th>Amount</th></tr>";

/// Draws the page; the newest sale is on top.
pub(super) fn page(sales: &[Sale]) -> String {
    let mut html = String::from(HEAD);
    if sales.is_empty() {
        html.push_str("<p>No sale yet.</p>");
    } else {
        html.push_str(TABLE_HEAD);
        sales.iter().rev().take(SALES_SHOWN_MAX).for_each(|sale| row(&mut html, sale));
        html.push_str("</table>");
    }
    html.push_str("</main></body></html>");
    html
}

fn row(html: &mut String, sale: &Sale) {
    let (status, detail) = match &sale.result {
        SaleResult::Approved { reference } => ("approved", escape(reference)),
        SaleResult::Declined { reason } => ("declined", escape(&format!("{reason:?}"))),
        SaleResult::Unknown { reason } => ("unknown", escape(&format!("{reason:?}"))),
    };
    let action = match sale.action {
        Action::Payment => "payment",
        Action::Accrue => "accrue",
        Action::Redeem => "redeem",
        Action::Balance => "balance",
    };
    let source = match sale.source {
        Source::Window => "window",
        Source::Scanner => "scanner",
    };
    let app = escape(sale.app_id.as_str());
    let amount = Money::new(sale.amount, sale.currency);
    let _ = write!(
        html,
        "<tr><td>{app}</td><td>{action}</td><td>{source}</td><td><b class=\"{status}\">{status}\
         </b></td><td>{detail}</td><td><code>{}</code></td><td class=\"amount\">{amount}</td></tr>",
        sale.transaction_id
    );
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}
