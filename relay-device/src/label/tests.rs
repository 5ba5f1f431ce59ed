use super::*;
use crate::tag::TagAddress;
use std::path::{Path, PathBuf};
use std::process::Command;

const ADDRESS: &str = "https://pay.example.com/t/counter-1";

fn label(carrier: Carrier) -> Label {
    let address = TagAddress::new("https://pay.example.com", "counter-1".parse().unwrap());
    Label { address: address.unwrap(), shop: "Café Größe & Söhne".to_owned(), carrier }
}

fn page(carrier: Carrier) -> Page {
    let drawn = label(carrier).draw(Size::SHEET_LABEL, &Lettering::BuiltIn);
    Page::single(drawn.unwrap())
}

fn sheet(carrier: Carrier) -> Page {
    Page::sheet(page(carrier).label)
}

/// Runs a program of the system, or fails with the package that has it.
fn run(program: &str, package: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output();
    let done = done.unwrap_or_else(|fault| {
        panic!("{program}: {fault}; install it (Debian: apt-get install {package})")
    });
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8(done.stdout).unwrap()
}

/// What an independent decoder (ZBar) reads in pictures, one line a symbol.
fn read(pictures: &[PathBuf]) -> Vec<String> {
    let names = pictures.iter().map(|path| path.to_str().unwrap());
    let found = run("zbarimg", "zbar-tools", &["-q"].into_iter().chain(names).collect::<Vec<_>>());
    found.lines().map(str::to_owned).collect()
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The page of a document as a grey picture of 300 dots an inch, by an independent program
/// (Poppler), in the plainest format that it writes.
fn rasterised(document: &Path) -> PathBuf {
    let stem = document.with_extension("");
    let (from, to) = (document.to_str().unwrap(), stem.to_str().unwrap());
    run("pdftoppm", "poppler-utils", &["-r", "300", "-gray", "-singlefile", from, to]);
    document.with_extension("pgm")
}

#[test]
fn a_printed_qr_code_holds_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let picture = page(Carrier::Qr).to_png().unwrap();

    let found = read(&[written(folder.path(), "label.png", &picture)]);

    assert_eq!(found, [format!("QR-Code:{ADDRESS}")]);
}

#[test]
fn a_printed_bar_code_holds_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let picture = page(Carrier::Bars).to_png().unwrap();

    let found = read(&[written(folder.path(), "label.png", &picture)]);

    assert_eq!(found, ["CODE-128:counter-1"]);
}

#[test]
fn a_sheet_as_a_picture_holds_twenty_four() {
    let folder = tempfile::tempdir().unwrap();
    let picture = sheet(Carrier::Qr).to_png().unwrap();

    let found = read(&[written(folder.path(), "sheet.png", &picture)]);

    assert_eq!(found, vec![format!("QR-Code:{ADDRESS}"); 24]);
}

#[test]
fn a_sheet_as_a_document_holds_twenty_four_of_either() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("QR-Code:{ADDRESS}");
    for (carrier, content) in [(Carrier::Qr, &*address), (Carrier::Bars, "CODE-128:counter-1")] {
        let pages = sheet(carrier);

        let document = written(folder.path(), "sheet.pdf", &pages.to_pdf("counter-1"));

        assert_eq!(each(&rasterised(&document), &pages), vec![content; 24]);
    }
}

/// What stands at each place of a sheet; ZBar reports equal bar codes once.
fn each(picture: &Path, page: &Page) -> Vec<String> {
    let (width, height, dots) = decoded(picture);
    let (wide, high) = (usize::from(page.label.size.width), usize::from(page.label.size.height));
    let folder = tempfile::tempdir().unwrap();
    let cut = |(place, (left, top)): (usize, &(u16, u16))| {
        let rows = usize::from(*top)..(usize::from(*top) + high).min(height);
        let starts = rows.map(|row| row * width + usize::from(*left));
        let dark: Vec<bool> =
            starts.flat_map(|start| dots[start..start + wide].iter().copied()).collect();
        written(folder.path(), &format!("{place}.png"), &painted(wide, &dark))
    };
    let pictures: Vec<PathBuf> = page.places.iter().enumerate().map(cut).collect();
    read(&pictures)
}

/// Width, height and dots of a grey picture: `P5`, both, the brightest, then a byte a dot.
fn decoded(picture: &Path) -> (usize, usize, Vec<bool>) {
    let bytes = std::fs::read(picture).unwrap();
    let head: Vec<&[u8]> = bytes.splitn(4, u8::is_ascii_whitespace).collect();
    let number = |place: usize| str::from_utf8(head[place]).unwrap().parse::<usize>().unwrap();
    let (width, height) = (number(1), number(2));
    let dots = bytes[bytes.len() - width * height..].iter().map(|grey| *grey < 128).collect();
    (width, height, dots)
}

fn painted(width: usize, dots: &[bool]) -> Vec<u8> {
    let (wide, high) = (u32::try_from(width).unwrap(), dots.len() / width);
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, wide, u32::try_from(high).unwrap());
    encoder.set_color(::png::ColorType::Grayscale);
    let grey: Vec<u8> = dots.iter().map(|dark| if *dark { 0 } else { 255 }).collect();
    encoder.write_header().unwrap().write_image_data(&grey).unwrap();
    bytes
}

#[test]
fn a_document_has_the_size_of_its_paper() {
    let folder = tempfile::tempdir().unwrap();
    let document = written(folder.path(), "sheet.pdf", &sheet(Carrier::Qr).to_pdf("counter-1"));

    let said = run("pdfinfo", "poppler-utils", &[document.to_str().unwrap()]);

    assert!(said.contains("Page size:       595.2 x 841.92 pts (A4)"), "{said}");
    assert!(said.contains("Title:           counter-1"), "{said}");
}

/// Draws the characters of a terminal as dots and reads them with the decoder.
fn seen_on_screen(carrier: Carrier) -> Vec<String> {
    let text = label(carrier).to_text(text::Surface::Screen).unwrap();
    let lines: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("\u{1b}[30;107m")).collect();
    let mut rows = Vec::new();
    for line in lines {
        let line = line.strip_suffix("\u{1b}[0m").unwrap();
        let quarters = line.chars().map(|character| match character {
            '█' => [[true, true], [true, true]],
            '▀' => [[true, true], [false, false]],
            '▄' => [[false, false], [true, true]],
            '▌' => [[true, false], [true, false]],
            '▐' => [[false, true], [false, true]],
            ' ' => [[false, false], [false, false]],
            other => panic!("{other} in a symbol"),
        });
        let quarters: Vec<_> = quarters.collect();
        for half in [0, 1] {
            // A character is as high as two are wide; four dots a quarter.
            let row: Vec<bool> = quarters
                .iter()
                .flat_map(|quarter| quarter[half])
                .flat_map(|dark| [dark; 4])
                .collect();
            rows.extend(std::iter::repeat_n(row, 8));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let width = rows[0].len();
    read(&[written(folder.path(), "screen.png", &painted(width, &rows.concat()))])
}

#[test]
fn the_screen_shows_the_same() {
    assert_eq!(seen_on_screen(Carrier::Qr), [format!("QR-Code:{ADDRESS}")]);
    assert_eq!(seen_on_screen(Carrier::Bars), ["CODE-128:counter-1"]);
}

#[test]
fn a_letter_that_is_not_built_in_is_named() {
    let korean = Label { shop: "카페".to_owned(), ..label(Carrier::Qr) };

    let refused = korean.draw(Size::SHEET_LABEL, &Lettering::BuiltIn).unwrap_err();

    assert!(matches!(refused, LabelFault::LetterMissing { character: '카' }), "{refused}");
}

#[test]
fn what_is_too_fine_to_be_read_is_refused_with_what_to_do() {
    let small = Size::millimetres(20, 10);
    for carrier in [Carrier::Qr, Carrier::Bars] {
        let refused = label(carrier).draw(small, &Lettering::BuiltIn).unwrap_err();

        assert!(matches!(refused, LabelFault::TooFine { .. }), "{refused}");
        assert!(refused.to_string().contains("--size"), "{refused}");
    }
}

#[test]
fn a_long_name_is_broken_into_lines_and_stays_on_the_label() {
    let long = "x".repeat(64);
    let address = TagAddress::new("https://pay.example.com", long.parse().unwrap()).unwrap();
    let label = Label { address, shop: "The Shop of All Shops".to_owned(), carrier: Carrier::Qr };

    let drawn = label.draw(Size::SHEET_LABEL, &Lettering::BuiltIn).unwrap();

    let inside = drawn.dark.iter().all(|dark| {
        dark.x + dark.width <= drawn.size.width && dark.y + dark.height <= drawn.size.height
    });
    assert!(inside, "something is drawn beyond the edge");
}

#[test]
fn a_font_file_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "no.ttf", b"not a font");

    let refused = Lettering::load(&path).unwrap_err();

    assert!(refused.to_string().starts_with("label.font "), "{refused}");
}
