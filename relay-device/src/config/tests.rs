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
