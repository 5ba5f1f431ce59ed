//! A page as a document, sharp at any fineness: the label once, drawn at each of its places.
//!
//! Owns the document; the format is written by the crate `pdf-writer`. Next: [`super::text`].

use super::DOTS_PER_INCH;
use super::sheet::Page;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};

/// Points of an inch, the measure of the format.
const POINTS_PER_INCH: u16 = 72;
/// The name by which the page draws the label.
const LABEL: Name<'static> = Name(b"L");

impl Page {
    /// Writes the page as PDF, with a title for people.
    #[must_use]
    pub fn to_pdf(&self, title: &str) -> Vec<u8> {
        let [catalog, tree, page, content, label, info] = [1, 2, 3, 4, 5, 6].map(Ref::new);
        let points = |dots: u16| f32::from(dots) * f32::from(POINTS_PER_INCH) / per_inch();
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        pdf.pages(tree).kids([page]).count(1);
        pdf.document_info(info).title(TextStr(title));
        let mut one = pdf.page(page);
        let paper = Rect::new(0.0, 0.0, points(self.size.width), points(self.size.height));
        one.media_box(paper).parent(tree).contents(content);
        one.resources().x_objects().pair(LABEL, label);
        one.finish();
        pdf.stream(content, &self.placed());
        let drawn = self.drawn();
        let mut form = pdf.form_xobject(label, &drawn);
        let (width, height) = (self.label.size.width, self.label.size.height);
        form.bbox(Rect::new(0.0, 0.0, f32::from(width), f32::from(height)));
        form.finish();
        pdf.finish()
    }

    /// Dots from the top left corner become points from the bottom left one.
    fn placed(&self) -> Vec<u8> {
        let scale = f32::from(POINTS_PER_INCH) / per_inch();
        let mut content = Content::new();
        content.transform([scale, 0.0, 0.0, -scale, 0.0, f32::from(self.size.height) * scale]);
        for (x, y) in &self.places {
            content.save_state();
            content.transform([1.0, 0.0, 0.0, 1.0, f32::from(*x), f32::from(*y)]);
            content.x_object(LABEL).restore_state();
        }
        content.finish().into_vec()
    }

    fn drawn(&self) -> Vec<u8> {
        let mut content = Content::new();
        for dark in &self.label.dark {
            let [x, y, width, height] = [dark.x, dark.y, dark.width, dark.height].map(f32::from);
            content.rect(x, y, width, height);
        }
        content.fill_nonzero();
        content.finish().into_vec()
    }
}

fn per_inch() -> f32 {
    f32::from(DOTS_PER_INCH)
}
