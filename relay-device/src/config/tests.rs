use super::*;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/relay-device.toml")
}

#[test]
fn the_shipped_file_names_every_setting_with_its_default() {
    let shipped = Config::load(&shipped()).unwrap();

    assert_eq!(shipped, Config::default());
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay-device.toml");
    std::fs::write(&path, "stat = \"x\"\n").unwrap();

    let fault = Config::load(&path).unwrap_err();

    assert!(fault.to_string().contains("stat"), "{fault}");
}

#[test]
fn a_key_is_read_without_the_blanks_around_it_and_prints_masked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wallet.key");
    std::fs::write(&file, " key-of-the-wallet\n").unwrap();
    let destination: DestinationId = "wallet".parse().unwrap();
    let secrets = vec![SecretFile { destination: destination.clone(), file }];

    let read = Config { secrets, ..Config::default() }.read_secrets().unwrap();

    assert!(!format!("{:?}", read[&destination]).contains("key-of-the-wallet"));
}

fn scanner(text: &str) -> Result<Vec<(String, SourceSettings)>, ConfigFault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay-device.toml");
    std::fs::write(&path, format!("[[scanners]]\n{text}")).unwrap();
    Config::load(&path)?.sources()
}

#[test]
fn a_scanner_is_named_by_its_port_or_by_its_usb_device() {
    let port = scanner("name = \"till\"\nport = \"/dev/ttyACM0\"").unwrap();
    let usb = scanner("name = \"till\"\nusb = \"0c2e:0b61\"\nusb_serial = \"A1\"").unwrap();

    let [(name, SourceSettings::Serial(serial))] = port.as_slice() else { panic!("{port:?}") };
    assert_eq!((name.as_str(), serial.port.to_string().as_str()), ("till", "/dev/ttyACM0"));
    assert_eq!(serial.framing.suffix, b"\r");
    let [(_, SourceSettings::Serial(serial))] = usb.as_slice() else { panic!("{usb:?}") };
    assert_eq!(serial.port.to_string(), "usb 0c2e:0b61 A1");
}

#[test]
fn a_scanner_s_wrong_setting_is_named_with_what_to_write() {
    let refused = [
        ("name = \"till\"", "port of scanner `till`: write the port's path"),
        ("name = \"\"\nport = \"/dev/ttyS0\"", "name of scanner ``: give"),
        ("name = \"till\"\nkind = \"keyboard\"", "never just any keyboard"),
        ("name = \"till\"\nusb = \"scanner\"", "usb of scanner `till`: write maker and product"),
        ("name = \"till\"\nport = \"/dev/a\"\nusb = \"1:2\"", "either port or usb"),
        ("name = \"till\"\nport = \"/dev/a\"\nidle_ms = 5", "idle_ms of scanner `till`"),
        ("name = \"till\"\nport = \"/dev/a\"\nbytes_max = 0", "from 1 to 4296"),
        ("name = \"till\"\nport = \"/dev/a\"\nparity = 1", "parity"),
        ("name = \"till\"\nport = \"/dev/a\"\nkind = \"usb\"", "serial"),
    ];
    for (text, words) in refused {
        let fault = scanner(text).unwrap_err().to_string();

        assert!(fault.contains(words), "{text}: {fault}");
    }
}

#[test]
fn a_printer_s_wrong_setting_is_named_with_what_to_write() {
    let fault = |change: fn(&mut PrinterSettings)| {
        let mut settings = PrinterSettings::default();
        change(&mut settings);
        settings.printer().unwrap_err().to_string()
    };

    assert!(fault(|printer| printer.paper_dots = 58).contains("printer.paper_dots: write 384"));
    let network = fault(|printer| "10.0.0.7".clone_into(&mut printer.network));
    assert!(network.contains("\"10.0.0.7:9100\""), "{network}");
    assert_eq!(PrinterSettings::default().printer().unwrap(), None);
}

#[test]
fn the_counter_s_wrong_settings_are_named_with_what_to_write() {
    let fault = |change: fn(&mut Config)| {
        let mut config = Config::default();
        change(&mut config);
        let faces = config.faces().err().or(config.keypad_settings().err());
        let sources = config.sources().err().or(config.sightings().err());
        faces.or(sources).or(config.printer.offset_minutes().err()).unwrap().to_string()
    };
    let screen = |listen: &str| {
        let screen = ScreenSettings { listen: listen.to_owned() };
        Config { screen, ..Config::default() }.faces().unwrap_err().to_string()
    };

    for everywhere in ["0.0.0.0:7300", "192.168.0.7:7300", "[::]:7300"] {
        assert!(screen(everywhere).contains("only this machine may see"), "{everywhere}");
    }
    assert!(screen("localhost:7300").contains("\"127.0.0.1:7300\""));
    let narrow = fault(|config| {
        config.display.port = "/dev/ttyS1".to_owned();
        config.display.columns = 8;
    });
    assert!(narrow.contains("display.columns"), "{narrow}");
    assert!(fault(|config| config.keypad.usb = "pad".to_owned()).contains("keypad.usb"));
    assert!(
        fault(|config| {
            config.keypad.port = "/dev/ttyS1".to_owned();
            config.keypad.currency = "won".to_owned();
        })
        .contains("\"KRW\"")
    );
    for offset in ["9", "+9:00", "09:00", "+99:00", "+09:77", "+é9:00"] {
        let printer =
            PrinterSettings { utc_offset: offset.to_owned(), ..PrinterSettings::default() };
        assert!(printer.offset_minutes().is_err(), "{offset}");
    }
    let half = PrinterSettings { utc_offset: "-03:30".to_owned(), ..PrinterSettings::default() };
    assert_eq!(half.offset_minutes().unwrap(), -210);
}

#[test]
fn a_script_and_a_beacon_s_source_are_named_when_they_cannot_be_used() {
    let read = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay-device.toml");
        std::fs::write(&path, text).unwrap();
        let config = Config::load(&path)?;
        config.sources()?;
        config.sightings()
    };
    let fault = |text: &str| read(text).unwrap_err().to_string();

    let visa = "[[reader.scripts]]\nname = \"v\"\ncommands = [\"00A4040007A0000000031010\"]";
    assert!(fault(visa).contains("scripts `v`: this application is a payment card's"));
    let sniffer = "[[beacons]]\nname = \"door\"\nkind = \"sniffer\"";
    assert!(fault(sniffer).contains("port of beacons `door`"), "{}", fault(sniffer));
    assert!(fault("[[beacons]]\nname = \"d\"\nkind = \"radio\"").contains("bluez"));
    let file = "[[beacons]]\nname = \"walk\"\nkind = \"file\"\nfile = \"/tmp/walk.txt\"";
    assert_eq!(read(file).unwrap().len(), 1);
}
