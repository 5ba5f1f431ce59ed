use super::*;

const RECIPE: &str = include_str!("../../../../config/recipes/zenity.toml");

fn refused(from: &str, to: &str) -> String {
    let text = RECIPE.replacen(from, to, 1);
    assert_ne!(text, RECIPE, "the recipe has other words than {from}");
    Recipe::parse(&text).unwrap_err().to_string()
}

#[test]
fn the_recipe_of_the_desktop_tests_is_read() {
    let recipe = Recipe::parse(RECIPE).unwrap();

    assert_eq!(recipe.entry.ways, [EntryWay::SetValue]);
    assert_eq!(recipe.input(), &recipe.window);
    assert_eq!(recipe.activate, [Step::Raise {}]);
}

#[test]
fn the_recipe_for_notepad_is_read() {
    let recipe = Recipe::parse(include_str!("../../../../config/recipes/notepad.toml")).unwrap();

    assert_eq!(recipe.surface, Surface::Win32);
    assert_eq!(recipe.entry.ways, [EntryWay::SetValue, EntryWay::Keys]);
}

#[test]
fn an_unknown_key_is_refused_with_its_name_wherever_it_stands() {
    let places = [
        ("[window]", "colour = 1\n[window]"),
        ("[window]", "[window]\ncolour = 1"),
        ("[field]", "[field]\ncolour = 1"),
        ("[entry]", "[entry]\ncolour = 1"),
        ("says =", "colour = 1\nsays ="),
        ("raise = {}", "raise = { colour = 1 }"),
        ("press = {", "press = { colour = 1,"),
    ];

    for (from, to) in places {
        let refused = refused(from, to);
        assert!(refused.contains("colour"), "{refused}");
    }
}

#[test]
fn parts_that_do_not_fit_together_are_refused_with_their_key() {
    let parts = [
        ("recipe = 1", "recipe = 2", "recipe = 2"),
        ("[\"set_value\"]", "[]", "entry.ways"),
        ("within_ms = 6000", "within_ms = 90000", "outcome.within_ms"),
        ("{reference} for {amount}", "{reference} for", "outcome.any.shows.name"),
        ("says = \"approved\"", "says = \"declined\"", "outcome.any.reason"),
        ("role = \"text\"", "css = \"#code\"", "css"),
        ("role = \"text\"", "", "selector"),
        ("role = \"text\"", "id = 1001", "id"),
        ("surface = \"x11\"", "surface = \"web\"", "browser"),
        ("[outcome]", "[outcome]\nprinter = { serial = \"/dev/ttyS9\" }", "outcome.printer"),
        ("shows = {", "closes = \"input\"\nshows = {", "has one of"),
        ("surface = \"x11\"", "surface = \"x11\"\ninput_opens = \"by_anyone\"", "input_opens"),
        ("shows = { role = \"label\"", "closes = \"input\" # ", "outcome.any.closes"),
    ];

    for (from, to, key) in parts {
        let refused = refused(from, to);
        assert!(refused.contains(key), "{refused}");
    }
}

#[test]
fn a_printer_listens_on_this_machine_only() {
    let printing = |printer: &str| {
        let (head, _) = RECIPE.split_once("[outcome]").unwrap();
        let text = format!(
            "{head}[outcome]\nwithin_ms = 9000\nprinter = {printer}\n[[outcome.any]]\n\
             says = \"approved\"\nprints = \"*Approval {{reference}} *Total {{amount}} *\""
        );
        Recipe::parse(&text).map_err(|wrong| wrong.to_string())
    };

    let near = printing("{ listen = \"127.0.0.1:9100\" }").unwrap();
    let far = printing("{ listen = \"0.0.0.0:9100\" }").unwrap_err();
    let both = printing("{ listen = \"[::1]:9100\", serial = \"/dev/ttyS9\" }").unwrap_err();
    let none = printing("{ baud = 9600 }").unwrap_err();

    assert_eq!(near.outcome.printer.unwrap().baud, 9_600);
    assert!(far.contains("outcome.printer.listen"), "{far}");
    assert!(both.contains("either listen or serial"), "{both}");
    assert!(none.contains("either listen or serial"), "{none}");
}

#[test]
fn a_recipe_longer_than_any_is_refused() {
    let long = " ".repeat(RECIPE_BYTES_MAX + 1);

    assert_eq!(Recipe::parse(&long), Err(RecipeInvalid::TooLong(RECIPE_BYTES_MAX + 1)));
}

#[test]
fn a_window_that_closes_says_no_more_than_taken() {
    let closing = |says: &str, window: &str| {
        let (head, _) = RECIPE.split_once("[[outcome.any]]").unwrap();
        let text = format!("{head}[[outcome.any]]\nsays = {says}\ncloses = \"input\"\n{window}");
        Recipe::parse(&text).map_err(|wrong| wrong.to_string())
    };
    let stays = "window = { title = \"Till\" }";

    let taken = closing("\"taken\"", stays).unwrap();

    assert_eq!(taken.outcome.any[0].closes, Some(Closes::Input));
    assert!(closing("\"taken\"", "").is_err_and(|wrong| wrong.contains("closes")));
    assert!(closing("\"approved\"", stays).is_err_and(|wrong| wrong.contains("closes")));
}

#[test]
fn every_shipped_recipe_is_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/recipes");
    let files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();

    let recipes = files.iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    for path in recipes.clone() {
        let recipe = Recipe::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(path.file_stem().unwrap().to_str(), Some(recipe.app.to_string().as_str()));
    }

    assert!(recipes.count() >= 2);
}
