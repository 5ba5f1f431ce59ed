//! A small writer of line charts as SVG: rows of panels with lines, a limit and marked areas.
//!
//! Owns coordinates and colours; text is escaped. It reads nothing and knows no capability. Next:
//! a capability's trial that fills it, as `hub/picture.rs`.

use std::fmt::Write as _;

/// A chart of panels one above the other, with a common time axis in seconds.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// What stands above all.
    pub title: String,
    /// One after the other.
    pub panels: Vec<Panel>,
}

/// One panel.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// What stands at its left.
    pub title: String,
    /// A dashed line across, with its name.
    pub limit: Option<(f64, String)>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line: a value a second.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it shows.
    pub title: String,
    /// How it looks.
    pub look: Look,
    /// The values.
    pub values: Vec<f64>,
}

/// How values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A line, in one of a few colours.
    Line(usize),
    /// A filled area under the values.
    Area,
}

/// Width of the drawn part. **Units** px.
const WIDTH: f64 = 900.0;
/// Height of one panel. **Units** px.
const HEIGHT: f64 = 90.0;
/// Room at the left for titles. **Units** px.
const LEFT: f64 = 130.0;
/// Room above the first panel. **Units** px.
const TOP: f64 = 50.0;
/// Room between panels. **Units** px.
const GAP: f64 = 14.0;
/// Points of one line at most: more cannot be seen.
const POINTS_MAX: usize = 900;
/// Colours that people who see no red or green can tell apart (Okabe and Ito).
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

impl Chart {
    /// Writes the chart as an SVG document.
    #[must_use]
    pub fn svg(&self) -> String {
        let count = f64::from(u32::try_from(self.panels.len()).unwrap_or(u32::MAX));
        let (width, height) = (LEFT + WIDTH + 20.0, TOP + count * (HEIGHT + GAP) + 30.0);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"sans-serif\" font-size=\"11\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        text(&mut out, (10.0, 20.0), "font-size=\"15\"", &self.title);
        self.legend(&mut out);
        let seconds = self.seconds();
        let mut top = TOP;
        for panel in &self.panels {
            panel.draw(&mut out, top, seconds);
            top += HEIGHT + GAP;
        }
        let ends = [(0.0, "0 s".to_owned()), (1.0, format!("{seconds} s"))];
        for (share, label) in ends {
            let anchor = if share > 0.0 { "text-anchor=\"end\"" } else { "" };
            text(&mut out, (LEFT + share * WIDTH, top + 8.0), anchor, &label);
        }
        out.push_str("</svg>\n");
        out
    }

    fn legend(&self, out: &mut String) {
        let mut left = LEFT;
        for line in self.panels.first().map_or(&[][..], |panel| &panel.lines) {
            let fill = format!("fill=\"{}\"", line.look.colour());
            text(out, (left, 38.0), &fill, &format!("\u{25a0} {}", line.title));
            left += 190.0;
        }
    }

    fn seconds(&self) -> usize {
        let lines = self.panels.iter().flat_map(|panel| &panel.lines);
        lines.map(|line| line.values.len()).max().unwrap_or(0).max(1)
    }
}

impl Panel {
    fn draw(&self, out: &mut String, top: f64, seconds: usize) {
        let values = self.lines.iter().flat_map(|line| &line.values).copied();
        let limit = self.limit.as_ref().map_or(0.0, |(limit, _)| *limit);
        let highest = values.fold(limit.max(1.0), f64::max) * 1.05;
        let height = |value: f64| top + HEIGHT * (1.0 - value / highest);
        let bottom = top + HEIGHT;
        let _ = writeln!(
            out,
            "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             fill=\"#f6f6f6\"/>"
        );
        text(out, (10.0, top + 14.0), "font-weight=\"bold\"", &self.title);
        for line in &self.lines {
            let points = line.points(seconds, height);
            let colour = line.look.colour();
            let _ = match line.look {
                Look::Line(_) => writeln!(
                    out,
                    "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\"/>"
                ),
                Look::Area => writeln!(
                    out,
                    "<polygon points=\"{LEFT},{bottom} {points} {:.1},{bottom}\" \
                     fill=\"{colour}\"/>",
                    LEFT + WIDTH
                ),
            };
        }
        if let Some((limit, name)) = &self.limit {
            let (y, right) = (height(*limit), LEFT + WIDTH);
            let _ = writeln!(
                out,
                "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"black\" \
                 stroke-dasharray=\"4 3\"/>"
            );
            text(out, (10.0, top + 30.0), "fill=\"#555\"", name);
        }
    }
}

impl Line {
    /// Thins the values out to what can be seen, keeping the highest of each stretch.
    fn points(&self, seconds: usize, height: impl Fn(f64) -> f64) -> String {
        let stretch = seconds.div_ceil(POINTS_MAX).max(1);
        let all = f64::from(u32::try_from(seconds).unwrap_or(u32::MAX));
        let mut points = String::new();
        let starts = (0_u32..).step_by(stretch).map(f64::from);
        for (start, values) in starts.zip(self.values.chunks(stretch)) {
            let value = values.iter().copied().fold(0.0, f64::max);
            let _ = write!(points, "{:.1},{:.1} ", LEFT + WIDTH * start / all, height(value));
        }
        points
    }
}

impl Look {
    fn colour(self) -> &'static str {
        match self {
            Self::Line(number) => COLOURS.iter().cycle().nth(number).copied().unwrap_or("black"),
            Self::Area => "#f0c36d",
        }
    }
}

fn text(out: &mut String, (x, y): (f64, f64), attributes: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{words}</text>");
}
