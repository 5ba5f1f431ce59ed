//! The table of all application identifiers.
//!
//! Owns the rows, ascending by identifier; a family that differs in the last digit is one row.
//! Source: GS1 General Specifications and GS1 Barcode Syntax Dictionary, state of its commit
//! ff2eb4b (2026). Next: [`super::rule`], which asks them.

use super::parts::*;
use super::rule::Rule;

/// The rows.
pub(super) static RULES: &[Rule] = &[
    Rule::new("00", SSCC, "SSCC").key(&[]),
    Rule::new("01", GTIN, "GTIN").excludes(&["255", "37"]).key(&[&["22", "10", "21"], &["235"]]),
    Rule::new("02", GTIN, "CONTENT").needs(&["37"]).excludes(&["01", "03"]),
    Rule::path_only("03", GTIN, "MTO GTIN").excludes(&["01", "02", "37", "235"]),
    Rule::new("10", X_TO_20, "BATCH/LOT").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("11", DAY_OR_MONTH, "PROD DATE").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("12", DAY_OR_MONTH, "DUE DATE").needs(&["8020"]),
    Rule::new("13", DAY_OR_MONTH, "PACK DATE").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("15", DAY_OR_MONTH, "BEST BEFORE or BEST BY")
        .needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("16", DAY_OR_MONTH, "SELL BY").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("17", DAY_OR_MONTH, "USE BY or EXPIRY")
        .needs(&["01", "02", "03", "255", "8006", "8026"]),
    Rule::new("20", N_2, "VARIANT").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::path_only("21", X_TO_20, "SERIAL").needs(&["01", "03", "8006"]).excludes(&["235"]),
    Rule::path_only("22", X_TO_20, "CPV").needs(&["01"]),
    Rule::path_only("235", X_TO_28, "TPX").needs(&["01"]),
    Rule::new("240", X_TO_30, "ADDITIONAL ID").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("241", X_TO_30, "CUST. PART No.").needs(&["01", "02", "03", "8006", "8026"]),
    Rule::new("242", N_TO_6, "MTO VARIANT").needs(&["01", "02", "8006", "8026"]),
    Rule::new("243", X_TO_20, "PCN").needs(&["01", "03"]),
    Rule::new("250", X_TO_30, "SECONDARY SERIAL").needs(&["01+21", "03+21", "8006+21"]),
    Rule::new("251", X_TO_30, "REF. TO SOURCE").needs(&["01", "03", "8006"]),
    Rule::new("253", GDTI, "GDTI").key(&[]),
    Rule::path_only("254", X_TO_20, "GLN EXTENSION COMPONENT").needs(&["414"]),
    Rule::new("255", GCN, "GCN").excludes(&["01", "02", "415", "8006", "8020", "8026"]).key(&[]),
    Rule::new("30", N_TO_8, "VAR. COUNT").needs(&["01", "02"]),
    Rule::new("310", N_6, "NET WEIGHT (kg)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["310n"]),
    Rule::new("311", N_6, "LENGTH (m)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["311n"]),
    Rule::new("312", N_6, "WIDTH (m)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["312n"]),
    Rule::new("313", N_6, "HEIGHT (m)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["313n"]),
    Rule::new("314", N_6, "AREA (m²)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["314n"]),
    Rule::new("315", N_6, "NET VOLUME (l)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["315n"]),
    Rule::new("316", N_6, "NET VOLUME (m³)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["316n"]),
    Rule::new("320", N_6, "NET WEIGHT (lb)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["320n"]),
    Rule::new("321", N_6, "LENGTH (in)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["321n"]),
    Rule::new("322", N_6, "LENGTH (ft)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["322n"]),
    Rule::new("323", N_6, "LENGTH (yd)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["323n"]),
    Rule::new("324", N_6, "WIDTH (in)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["324n"]),
    Rule::new("325", N_6, "WIDTH (ft)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["325n"]),
    Rule::new("326", N_6, "WIDTH (yd)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["326n"]),
    Rule::new("327", N_6, "HEIGHT (in)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["327n"]),
    Rule::new("328", N_6, "HEIGHT (ft)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["328n"]),
    Rule::new("329", N_6, "HEIGHT (yd)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["329n"]),
    Rule::new("330", N_6, "GROSS WEIGHT (kg)")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["330n"]),
    Rule::new("331", N_6, "LENGTH (m), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["331n"]),
    Rule::new("332", N_6, "WIDTH (m), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["332n"]),
    Rule::new("333", N_6, "HEIGHT (m), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["333n"]),
    Rule::new("334", N_6, "AREA (m²), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["334n"]),
    Rule::new("335", N_6, "VOLUME (l), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["335n"]),
    Rule::new("336", N_6, "VOLUME (m³), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["336n"]),
    Rule::new("337", N_6, "KG PER m²").ending(b'0', b'5').needs(&["01"]).excludes(&["337n"]),
    Rule::new("340", N_6, "GROSS WEIGHT (lb)")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["340n"]),
    Rule::new("341", N_6, "LENGTH (in), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["341n"]),
    Rule::new("342", N_6, "LENGTH (ft), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["342n"]),
    Rule::new("343", N_6, "LENGTH (yd), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["343n"]),
    Rule::new("344", N_6, "WIDTH (in), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["344n"]),
    Rule::new("345", N_6, "WIDTH (ft), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["345n"]),
    Rule::new("346", N_6, "WIDTH (yd), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["346n"]),
    Rule::new("347", N_6, "HEIGHT (in), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["347n"]),
    Rule::new("348", N_6, "HEIGHT (ft), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["348n"]),
    Rule::new("349", N_6, "HEIGHT (yd), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["349n"]),
    Rule::new("350", N_6, "AREA (in²)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["350n"]),
    Rule::new("351", N_6, "AREA (ft²)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["351n"]),
    Rule::new("352", N_6, "AREA (yd²)").ending(b'0', b'5').needs(&["01", "02"]).excludes(&["352n"]),
    Rule::new("353", N_6, "AREA (in²), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["353n"]),
    Rule::new("354", N_6, "AREA (ft²), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["354n"]),
    Rule::new("355", N_6, "AREA (yd²), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["355n"]),
    Rule::new("356", N_6, "NET WEIGHT (tr oz)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["356n"]),
    Rule::new("357", N_6, "NET VOLUME (oz)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["357n"]),
    Rule::new("360", N_6, "NET VOLUME (qt (US))")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["360n"]),
    Rule::new("361", N_6, "NET VOLUME (gal.)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["361n"]),
    Rule::new("362", N_6, "VOLUME (qt (US)), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["362n"]),
    Rule::new("363", N_6, "VOLUME (gal (US)), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["363n"]),
    Rule::new("364", N_6, "NET VOLUME (in³)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["364n"]),
    Rule::new("365", N_6, "NET VOLUME (ft³)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["365n"]),
    Rule::new("366", N_6, "NET VOLUME (yd³)")
        .ending(b'0', b'5')
        .needs(&["01", "02"])
        .excludes(&["366n"]),
    Rule::new("367", N_6, "VOLUME (in³), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["367n"]),
    Rule::new("368", N_6, "VOLUME (ft³), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["368n"]),
    Rule::new("369", N_6, "VOLUME (yd³), log")
        .ending(b'0', b'5')
        .needs(&["00", "01"])
        .excludes(&["369n"]),
    Rule::new("37", N_TO_8, "COUNT").needs(&["00+02", "00+8026"]),
    Rule::new("390", N_TO_15, "AMOUNT")
        .ending(b'0', b'9')
        .needs(&["255", "8020"])
        .excludes(&["390n", "391n", "394n", "8111"]),
    Rule::new("391", AMOUNT_WITH_CURRENCY, "AMOUNT")
        .ending(b'0', b'9')
        .needs(&["8020"])
        .excludes(&["391n"]),
    Rule::new("392", N_TO_15, "PRICE")
        .ending(b'0', b'9')
        .needs(&["01+30", "01+31nn", "01+32nn", "01+35nn", "01+36nn"])
        .excludes(&["392n", "393n"]),
    Rule::new("393", AMOUNT_WITH_CURRENCY, "PRICE")
        .ending(b'0', b'9')
        .needs(&["30", "31nn", "32nn", "35nn", "36nn"])
        .excludes(&["393n"]),
    Rule::new("394", N_4, "PRCNT OFF")
        .ending(b'0', b'3')
        .needs(&["255"])
        .excludes(&["394n", "8111"]),
    Rule::new("395", N_6, "PRICE/UoM")
        .ending(b'0', b'5')
        .needs(&["30", "31nn", "32nn", "35nn", "36nn"])
        .excludes(&["392n", "393n", "395n", "8005"]),
    Rule::new("400", X_TO_30, "ORDER NUMBER"),
    Rule::new("401", COMPANY_AND_REFERENCE, "GINC").key(&[]),
    Rule::new("402", GSIN, "GSIN").key(&[]),
    Rule::new("403", X_TO_30, "ROUTE").needs(&["00"]),
    Rule::new("410", GLN, "SHIP TO LOC"),
    Rule::new("411", GLN, "BILL TO"),
    Rule::new("412", GLN, "PURCHASE FROM"),
    Rule::new("413", GLN, "SHIP FOR LOC"),
    Rule::new("414", GLN, "LOC No.").key(&[&["254"], &["7040"]]),
    Rule::new("415", GLN, "PAY TO").needs(&["8020"]).key(&[&["8020"]]),
    Rule::new("416", GLN, "PROD/SERV LOC"),
    Rule::new("417", GLN, "PARTY").key(&[&["7040"]]),
    Rule::new("420", X_TO_20, "SHIP TO POST").excludes(&["421"]),
    Rule::new("421", COUNTRY_AND_POST_CODE, "SHIP TO POST").excludes(&["4307"]),
    Rule::new("422", COUNTRY, "ORIGIN")
        .needs(&["01", "02", "03", "8006", "8026"])
        .excludes(&["426"]),
    Rule::new("423", COUNTRIES, "COUNTRY - INITIAL PROCESS")
        .needs(&["01", "02", "03"])
        .excludes(&["426"]),
    Rule::new("424", COUNTRY, "COUNTRY - PROCESS").needs(&["01", "02", "03"]).excludes(&["426"]),
    Rule::new("425", COUNTRIES, "COUNTRY - DISASSEMBLY")
        .needs(&["01", "02", "03"])
        .excludes(&["426"]),
    Rule::new("426", COUNTRY, "COUNTRY - FULL PROCESS").needs(&["01", "02", "03"]),
    Rule::new("427", X_TO_3, "ORIGIN SUBDIVISION").needs(&["01+422", "02+422", "03+422"]),
    Rule::new("4300", ESCAPED_X_TO_35, "SHIP TO COMP").needs(&["00"]),
    Rule::new("4301", ESCAPED_X_TO_35, "SHIP TO NAME").needs(&["00"]),
    Rule::new("4302", ESCAPED_X_TO_70, "SHIP TO ADD1").needs(&["00"]),
    Rule::new("4303", ESCAPED_X_TO_70, "SHIP TO ADD2").needs(&["4302"]),
    Rule::new("4304", ESCAPED_X_TO_70, "SHIP TO SUB").needs(&["00"]),
    Rule::new("4305", ESCAPED_X_TO_70, "SHIP TO LOC").needs(&["00"]),
    Rule::new("4306", ESCAPED_X_TO_70, "SHIP TO REG").needs(&["00"]),
    Rule::new("4307", COUNTRY_LETTERS, "SHIP TO COUNTRY").needs(&["00"]),
    Rule::new("4308", X_TO_30, "SHIP TO PHONE").needs(&["00"]),
    Rule::new("4309", COORDINATES, "SHIP TO GEO").needs(&["00"]),
    Rule::new("4310", ESCAPED_X_TO_35, "RTN TO COMP").needs(&["00"]),
    Rule::new("4311", ESCAPED_X_TO_35, "RTN TO NAME").needs(&["00"]),
    Rule::new("4312", ESCAPED_X_TO_70, "RTN TO ADD1").needs(&["00"]),
    Rule::new("4313", ESCAPED_X_TO_70, "RTN TO ADD2").needs(&["4312"]),
    Rule::new("4314", ESCAPED_X_TO_70, "RTN TO SUB").needs(&["00"]),
    Rule::new("4315", ESCAPED_X_TO_70, "RTN TO LOC").needs(&["00"]),
    Rule::new("4316", ESCAPED_X_TO_70, "RTN TO REG").needs(&["00"]),
    Rule::new("4317", COUNTRY_LETTERS, "RTN TO COUNTRY").needs(&["00"]),
    Rule::new("4318", X_TO_20, "RTN TO POST").needs(&["00"]),
    Rule::new("4319", X_TO_30, "RTN TO PHONE").needs(&["00"]),
    Rule::new("4320", ESCAPED_X_TO_35, "SRV DESCRIPTION").needs(&["00"]),
    Rule::new("4321", FLAG, "DANGEROUS GOODS").needs(&["00"]),
    Rule::new("4322", FLAG, "AUTH TO LEAVE").needs(&["00"]),
    Rule::new("4323", FLAG, "SIG REQUIRED").needs(&["00"]),
    Rule::new("4324", DAY_AND_TIME, "NOT BEF DEL DT").needs(&["00"]),
    Rule::new("4325", DAY_AND_TIME, "NOT AFT DEL DT").needs(&["00"]),
    Rule::new("4326", DAY, "REL DATE").needs(&["00"]),
    Rule::new("4330", TEMPERATURE, "MAX TEMP F.").needs(&["00"]).excludes(&["4331"]),
    Rule::new("4331", TEMPERATURE, "MAX TEMP C.").needs(&["00"]).excludes(&["4330"]),
    Rule::new("4332", TEMPERATURE, "MIN TEMP F.").needs(&["00"]).excludes(&["4333"]),
    Rule::new("4333", TEMPERATURE, "MIN TEMP C.").needs(&["00"]).excludes(&["4332"]),
    Rule::new("7001", N_13, "NSN").needs(&["01", "02", "8006", "8026"]),
    Rule::new("7002", X_TO_30, "MEAT CUT").needs(&["01", "02"]),
    Rule::new("7003", EXACT_DAY_AND_TIME, "EXPIRY TIME").needs(&["01", "02", "03"]),
    Rule::new("7004", N_TO_4, "ACTIVE POTENCY").needs(&["01+10", "03+10"]),
    Rule::new("7005", X_TO_12, "CATCH AREA").needs(&["01", "02"]),
    Rule::new("7006", DAY, "FIRST FREEZE DATE").needs(&["01", "02"]),
    Rule::new("7007", DAY_OR_DAYS, "HARVEST DATE").needs(&["01", "02"]),
    Rule::new("7008", X_TO_3, "AQUATIC SPECIES").needs(&["01", "02"]),
    Rule::new("7009", X_TO_10, "FISHING GEAR TYPE").needs(&["01", "02"]),
    Rule::new("7010", X_TO_2, "PROD METHOD").needs(&["01", "02", "03"]),
    Rule::new("7011", DAY_OR_TIME, "TEST BY DATE").needs(&["01", "02", "03"]),
    Rule::new("7020", X_TO_20, "REFURB LOT").needs(&["01+416", "03+416", "8006+416"]),
    Rule::new("7021", X_TO_20, "FUNC STAT").needs(&["01", "03", "8006"]),
    Rule::new("7022", X_TO_20, "REV STAT").needs(&["01+7021", "03+7021", "8006+7021"]),
    Rule::new("7023", COMPANY_AND_REFERENCE, "GIAI - ASSEMBLY"),
    Rule::new("703", PROCESSOR, "PROCESSOR").ending(b'0', b'9').needs(&["01", "02"]),
    Rule::path_only("7040", IMPORTER, "UIC+EXT"),
    Rule::path_only("7041", PACKAGE, "UFRGT UNIT TYPE").needs(&["00"]),
    Rule::new("710", X_TO_20, "NHRN PZN").needs(&["01"]),
    Rule::new("711", X_TO_20, "NHRN CIP").needs(&["01"]),
    Rule::new("712", X_TO_20, "NHRN CN").needs(&["01"]),
    Rule::new("713", X_TO_20, "NHRN DRN").needs(&["01"]),
    Rule::new("714", X_TO_20, "NHRN AIM").needs(&["01"]),
    Rule::new("715", X_TO_20, "NHRN NDC").needs(&["01"]),
    Rule::new("716", X_TO_20, "NHRN AIC").needs(&["01"]),
    Rule::new("717", X_TO_20, "NHRN SRN").needs(&["01"]),
    Rule::new("723", CERTIFICATE, "CERT").ending(b'0', b'9').needs(&["01", "8004"]),
    Rule::new("7240", X_TO_20, "PROTOCOL").needs(&["01", "8006"]).excludes(&["03"]),
    Rule::new("7241", MEDIA_TYPE, "AIDC MEDIA TYPE").needs(&["8017", "8018"]),
    Rule::new("7242", X_TO_25, "VCN").needs(&["8017", "8018"]),
    Rule::new("7250", BIRTH_DAY, "DOB").needs(&["8018"]).excludes(&["7251"]),
    Rule::new("7251", BIRTH_TIME, "DOB TIME").needs(&["8018"]).excludes(&["7250"]),
    Rule::new("7252", SEX, "BIO SEX").needs(&["8018"]),
    Rule::new("7253", ESCAPED_X_TO_40, "FAMILY NAME")
        .needs(&["8017", "8018"])
        .excludes(&["7256", "7259"]),
    Rule::new("7254", ESCAPED_X_TO_40, "GIVEN NAME")
        .needs(&["8017", "8018"])
        .excludes(&["7256", "7259"]),
    Rule::new("7255", X_TO_10, "SUFFIX").needs(&["8017", "8018"]).excludes(&["7256", "7259"]),
    Rule::new("7256", ESCAPED_X_TO_90, "FULL NAME").needs(&["8017", "8018"]),
    Rule::new("7257", ESCAPED_X_TO_70, "PERSON ADDR").needs(&["8018"]),
    Rule::new("7258", BIRTH_SEQUENCE, "BIRTH SEQUENCE").needs(&["8018+7259"]),
    Rule::new("7259", ESCAPED_X_TO_40, "BABY").needs(&["8018"]).excludes(&["7256"]),
    Rule::new("8001", ROLL, "DIMENSIONS").needs(&["01"]),
    Rule::new("8002", X_TO_20, "CMT No."),
    Rule::new("8003", GRAI, "GRAI").key(&[]),
    Rule::new("8004", COMPANY_AND_REFERENCE, "GIAI").key(&[&["7040"]]),
    Rule::new("8005", N_6, "PRICE PER UNIT").needs(&["01", "02"]),
    Rule::new("8006", ITIP, "ITIP").excludes(&["01", "03", "37"]).key(&[&["22", "10", "21"]]),
    Rule::new("8007", IBAN, "IBAN").needs(&["415"]),
    Rule::new("8008", PRODUCTION_TIME, "PROD TIME").needs(&["01", "02", "03"]),
    Rule::new("8009", X_TO_50, "OPTSEN").needs(&["00", "01", "03"]),
    Rule::new("8010", CPID, "CPID").key(&[&["8011"]]),
    Rule::path_only("8011", CPID_SERIAL, "CPID SERIAL").needs(&["8010"]),
    Rule::new("8012", X_TO_20, "VERSION").needs(&["01", "03", "8006"]),
    Rule::new("8013", GMN, "GMN").key(&[]),
    Rule::path_only("8014", MUDI, "MUDI").needs(&["01"]),
    Rule::new("8017", GSRN, "GSRN - PROVIDER").excludes(&["8018"]).key(&[&["8019"]]),
    Rule::new("8018", GSRN, "GSRN - RECIPIENT").excludes(&["8017"]).key(&[&["8019"]]),
    Rule::path_only("8019", N_TO_10, "SRIN").needs(&["8017", "8018"]),
    Rule::path_only("8020", X_TO_25, "REF No.").needs(&["415"]),
    Rule::new("8026", ITIP, "ITIP CONTENT").needs(&["37"]).excludes(&["02", "03", "8006"]),
    Rule::new("8030", SIGNATURE, "DIGSIG").needs(&[
        "00",
        "01+21",
        "03+21",
        "253",
        "255",
        "8003",
        "8004",
        "8006+21",
        "8010+8011",
        "8017",
        "8018",
    ]),
    Rule::path_only("8040", N_15, "IMEI").needs(&["01+21"]),
    Rule::path_only("8041", N_15, "IMEI2").needs(&["01+21+8040"]),
    Rule::path_only("8042", N_32, "ESIM").needs(&["01+21+8040"]),
    Rule::path_only("8043", PSIM, "PSIM").needs(&["01+21+8040"]),
    Rule::new("8110", COUPON, "COUPON"),
    Rule::new("8111", N_4, "POINTS").needs(&["255"]),
    Rule::new("8112", COUPON_OFFER, "PAPERLESS COUPON"),
    Rule::path_only("8200", X_TO_70, "PRODUCT URL").needs(&["01"]),
    Rule::new("90", X_TO_30, "INTERNAL"),
    Rule::new("9", X_TO_90, "INTERNAL").ending(b'1', b'9'),
];
