//! What a person showed by clicking into a field: the field, its window's labels, buttons, amount.
//!
//! Owns that look. Next: [`crate::teach`], which writes it as a recipe.

use super::{EDITABLE, FOCUSED, Node, Tree};
use crate::config::recipe::Selector;
use crate::entry::seams::{Control, ControlTree, Fault, Reading, Window};
use crate::teach::amount::{Candidate, proposed};
use crate::teach::{Lesson, Pointed};

impl Tree {
    /// Describes the text field of a window that has the focus, for whoever writes a recipe.
    ///
    /// # Errors
    /// [`Fault`] where the tree fails.
    pub fn lesson(&mut self, window: &Window) -> Result<Option<Lesson>, Fault> {
        let frame = self.frame(window)?;
        let all = Selector::default();
        let mut seen = Vec::new();
        let snapshot = self.snapshot(&frame)?;
        self.walk(&snapshot, &frame, &all, &mut |node, label| seen.push((node.clone(), label)))?;
        let (mut field, mut labels, mut buttons) = (None, Vec::new(), Vec::new());
        let (mut roles, mut others) = (Vec::new(), Vec::new());
        for (node, label) in seen {
            let (role, state) = (self.role(&node)?, self.state(&node)?);
            if state & FOCUSED != 0 && state & EDITABLE != 0 {
                field = Some(roles.len());
            } else if role == "text" {
                others.push(node);
            }
            match role.as_str() {
                "label" if !label.is_empty() => labels.push(label.clone()),
                "push button" if !label.is_empty() => buttons.push(label.clone()),
                _ => {}
            }
            roles.push((role, label));
        }
        let Some(at) = field else { return Ok(None) };
        let Some((role, name)) = roles.get(at).cloned() else { return Ok(None) };
        let alike = |other: &&(String, String)| other.0 == role && other.1 == name;
        let place = roles.iter().take(at).filter(alike).count();
        let of = roles.iter().filter(alike).count();
        let field = Pointed { role, name, place, of };
        let mut candidates: Vec<_> = labels.iter().cloned().map(Candidate::label).collect();
        candidates.extend(others.iter().filter_map(|node| self.filled(node)));
        let amount = proposed(&candidates);
        let (title, class) = (window.title.clone(), window.class.clone());
        let summed = |label: &String| amount.as_ref().is_some_and(|amount| amount.seen == *label);
        let state = labels.into_iter().find(|label| !summed(label));
        Ok(Some(Lesson { title, class, field, state, buttons, amount }))
    }

    /// Describes a field that holds something and has a label; one that is gone by now is none.
    fn filled(&mut self, node: &Node) -> Option<Candidate> {
        let label = self.labelled(node).ok().flatten()?;
        let reading = self.read(&Control(node.key("text"))).ok()?;
        let Reading::Text(text) = reading else { return None };
        Some(Candidate { label: Some(label), text: text.as_str().to_owned() })
    }
}
