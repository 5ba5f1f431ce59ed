//! A POS program that prints over the network, and what is read of it.

use super::*;
use crate::config::recipe::{Recipe, Selector};
use crate::entry::seams::{Control, ControlTree, Facts, Found, Reading, WindowId, WindowSource};

const RECEIPT: &[u8] =
    b"\x1b@\x1ba\x01CAFE\nTotal \x1bE\x014,500\x1bE\x00\nApproval A17 #1aBc\n\n\x1dV\x00";

fn recipe(printer: &str) -> Recipe {
    let text = include_str!("../../../../config/recipes/zenity.toml");
    let (head, _) = text.split_once("[outcome]").unwrap();
    let outcome = format!(
        "[outcome]\nwithin_ms = 9000\nprinter = {printer}\n[[outcome.any]]\nsays = \"approved\"\n\
         prints = \"*Total {{amount}} Approval {{reference}} #{{last4}}\""
    );
    Recipe::parse(&format!("{head}{outcome}")).unwrap()
}

/// Prints a receipt and waits until the printer has read it to the end.
fn print(open: &Open, bytes: &[u8]) {
    let mut pos = TcpStream::connect(open.listens().unwrap()).unwrap();
    pos.write_all(bytes).unwrap();
    pos.shutdown(std::net::Shutdown::Write).unwrap();
    let mut said = Vec::new();
    pos.read_to_end(&mut said).unwrap();
}

fn open(printer: &str) -> Arc<Open> {
    Open::of(&recipe(printer).outcome).unwrap().unwrap()
}

/// A screen on which nothing is.
struct Blank;

impl Outcome for Blank {
    fn look(&mut self, _: Screen<'_>, _: &Window) -> Result<Option<Showed>, Fault> {
        Ok(None)
    }
}

impl WindowSource for Blank {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        Ok(Vec::new())
    }
    fn raise(&mut self, _: &Window) -> Result<(), Fault> {
        Ok(())
    }
    fn watch(&mut self, _: Duration) -> Result<(), Fault> {
        Ok(())
    }
}

impl ControlTree for Blank {
    fn find(&mut self, _: &Window, _: &Selector) -> Result<Found, Fault> {
        Ok(Found::None)
    }
    fn shown(&mut self, _: &Window, _: &Selector) -> Result<Option<String>, Fault> {
        Ok(None)
    }
    fn facts(&mut self, _: &Control) -> Result<Facts, Fault> {
        Err(Fault::Gone("it"))
    }
    fn read(&mut self, _: &Control) -> Result<Reading, Fault> {
        Err(Fault::Gone("it"))
    }
    fn press(&mut self, _: &Control) -> Result<(), Fault> {
        Ok(())
    }
    fn focus(&mut self, _: &Control) -> Result<(), Fault> {
        Ok(())
    }
    fn modal(&mut self, _: &Window) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

fn look(outcome: &mut dyn Outcome) -> Option<Showed> {
    let (mut windows, mut controls) = (Blank, Blank);
    let (title, class) = (String::new(), String::new());
    let window = Window { id: WindowId(1), title, class, process: None, over: None };
    outcome.look(Screen { windows: &mut windows, controls: &mut controls }, &window).unwrap()
}

#[test]
fn a_receipt_says_amount_reference_and_the_end_of_the_code() {
    let open = open("{ listen = \"127.0.0.1:0\" }");
    let mut outcome = open.over(Box::new(Blank));
    assert_eq!(look(&mut *outcome), None);

    print(&open, RECEIPT);

    let showed = look(&mut *outcome).unwrap();
    let slots = showed.pattern.unwrap().fit(&showed.text).unwrap();
    assert_eq!(showed.which, 0);
    assert_eq!(slots.get("amount").unwrap(), "4,500");
    assert_eq!(slots.get("reference").unwrap(), "A17");
    assert_eq!(slots.get("last4").unwrap(), "1aBc");
}

#[test]
fn an_earlier_sales_receipt_is_forgotten_and_a_later_one_seen() {
    let open = open("{ listen = \"127.0.0.1:0\" }");
    let mut outcome = open.over(Box::new(Blank));
    print(&open, RECEIPT);

    outcome.forget();

    assert_eq!(look(&mut *outcome), None);
    print(&open, RECEIPT);
    assert!(look(&mut *outcome).is_some());
}

#[test]
fn a_receipt_without_a_cut_is_whole_when_the_program_hangs_up() {
    let open = open("{ listen = \"127.0.0.1:0\" }");

    print(&open, RECEIPT.get(..RECEIPT.len() - 3).unwrap());

    assert!(look(&mut *open.over(Box::new(Blank))).is_some());
}

#[test]
fn who_asks_how_the_printer_is_hears_that_it_is_well() {
    let open = open("{ listen = \"127.0.0.1:0\" }");
    let mut pos = TcpStream::connect(open.listens().unwrap()).unwrap();

    pos.write_all(b"\x10\x04\x01").unwrap();

    let mut answer = [0];
    pos.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [WELL]);
}

#[test]
fn the_real_printer_gets_every_byte() {
    let real = TcpListener::bind("127.0.0.1:0").unwrap();
    let forward = real.local_addr().unwrap();
    let open = open(&format!("{{ listen = \"127.0.0.1:0\", forward = \"{forward}\" }}"));

    print(&open, RECEIPT);

    let mut printed = Vec::new();
    real.accept().unwrap().0.read_to_end(&mut printed).unwrap();
    assert_eq!(printed, RECEIPT);
}

#[test]
fn a_printer_that_is_off_does_not_keep_the_receipt_from_being_read() {
    let off = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let open = open(&format!("{{ listen = \"127.0.0.1:0\", forward = \"{off}\" }}"));

    print(&open, RECEIPT);

    assert!(look(&mut *open.over(Box::new(Blank))).is_some());
}

#[test]
fn an_address_that_is_taken_is_named_as_the_printers() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();

    let refused = Open::of(&recipe(&format!("{{ listen = \"{address}\" }}")).outcome).unwrap_err();

    assert!(refused.to_string().starts_with("receipt printer: "), "{refused}");
}
