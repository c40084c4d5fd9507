use proptest::prelude::*;
use time::macros::date as day;

use super::*;

const TODAY: Date = day!(2026 - 11 - 22);

fn at(hour: u8, minute: u8) -> MinuteOfDay {
    MinuteOfDay::from_hm(hour, minute).unwrap()
}

fn date_message(text: &str) -> String {
    parse_date(text).unwrap_err().to_string()
}

#[test]
fn all_ways_of_writing_a_date() {
    for text in [
        "12.1.27",
        "12.01.2027",
        "12. 1. 2027",
        "2027-01-12",
        "  12.01.27\u{a0}",
    ] {
        assert_eq!(parse_date(text), Ok(day!(2027 - 01 - 12)), "{text}");
    }
    assert_eq!(parse_date("29.02.2028"), Ok(day!(2028 - 02 - 29)));
    assert_eq!(parse_date("1.1.99"), Ok(day!(2099 - 01 - 01)));
}

#[test]
fn wrong_dates_say_what_is_wrong() {
    assert_eq!(
        date_message("30.02.2027"),
        "30.02.2027 gibt es nicht. Bitte einen Kalendertag wie 12.01.2027 eingeben."
    );
    assert_eq!(
        date_message("1.13.27"),
        "01.13.2027 gibt es nicht. Bitte einen Kalendertag wie 12.01.2027 eingeben."
    );
    assert_eq!(
        date_message("morgen"),
        "„morgen“ ist kein Datum. Bitte ein Datum wie 12.01.2027 eingeben."
    );
    assert_eq!(
        date_message("  "),
        "Bitte ein Datum wie 12.01.2027 eingeben."
    );
    assert_eq!(
        parse_date("29.2.27"),
        Err(DateInputError::NoSuchDay("29.02.2027".into()))
    );
    for text in [
        "12.1.",
        "12.1",
        "12.1.027",
        "12.1.20277",
        "+1.1.2027",
        "12/1/2027",
        "27-01-12",
        "12.1.2027.",
        "1 2.1.2027",
        "..",
        "--",
        "-1.1.2027",
        "١٢.١.٢٠٢٧",
    ] {
        assert!(
            matches!(parse_date(text), Err(DateInputError::NotADate(_))),
            "{text}"
        );
    }
}

#[test]
fn long_input_is_cut_in_the_message() {
    let message = date_message(&"ä".repeat(500));
    assert!(message.starts_with(&format!("„{}…“", "ä".repeat(30))));
}

#[test]
fn planning_keeps_to_its_years() {
    assert!(parse_planning_date("01.01.2000").is_ok());
    assert!(parse_planning_date("31.12.2100").is_ok());
    for text in ["24.12.1900", "01.01.2200", "31.12.1999", "01.01.2101"] {
        assert_eq!(
            parse_planning_date(text),
            Err(DateInputError::OutsidePlanning(text.into()))
        );
    }
}

#[test]
fn two_digit_birth_years_are_in_the_past() {
    let birth = |text| parse_birth_date(text, TODAY);
    assert_eq!(birth("12.1.87"), Ok(day!(1987 - 01 - 12)));
    assert_eq!(birth("12.1.05"), Ok(day!(2005 - 01 - 12)));
    assert_eq!(birth("22.11.26"), Ok(TODAY));
    // Tomorrow a hundred years ago, not tomorrow.
    assert_eq!(birth("23.11.26"), Ok(day!(1926 - 11 - 23)));
    assert_eq!(birth("29.2.00"), Ok(day!(2000 - 02 - 29)));
    assert_eq!(
        birth("30.2.87"),
        Err(DateInputError::NoSuchDay("30.02.1987".into()))
    );
}

#[test]
fn birth_dates_have_limits() {
    assert_eq!(
        parse_birth_date("23.11.2026", TODAY),
        Err(DateInputError::BirthInFuture("23.11.2026".into()))
    );
    assert!(parse_birth_date("23.11.1915", TODAY).is_ok());
    assert_eq!(
        parse_birth_date("22.11.1915", TODAY),
        Err(DateInputError::BirthTooLongAgo("22.11.1915".into()))
    );
}

#[test]
fn all_ways_of_writing_a_time() {
    for text in [
        "14:00",
        "14.00",
        "14",
        "14 Uhr",
        "14:00 Uhr",
        " 14:00 uhr ",
        "14Uhr",
    ] {
        assert_eq!(parse_time(text), Ok(at(14, 0)), "{text}");
    }
    assert_eq!(parse_time("9:05"), Ok(at(9, 5)));
    assert_eq!(parse_time("1400"), Ok(at(14, 0)));
    assert_eq!(parse_time("905 Uhr"), Ok(at(9, 5)));
    assert_eq!(parse_time("0"), Ok(MinuteOfDay::MIDNIGHT));
    assert_eq!(parse_time("23:59"), Ok(at(23, 59)));
}

#[test]
fn wrong_times_say_what_is_wrong() {
    assert_eq!(
        parse_time("25:00 Uhr").unwrap_err().to_string(),
        "25:00 Uhr gibt es nicht. Bitte eine Uhrzeit von 00:00 bis 23:59 eingeben."
    );
    assert_eq!(
        parse_time("nachmittags").unwrap_err().to_string(),
        "„nachmittags“ ist keine Uhrzeit. Bitte eine Uhrzeit wie 14:00 eingeben."
    );
    assert_eq!(parse_time(""), Err(TimeInputError::Missing));
    for text in ["24:00", "14:60", "99", "2500", "1460"] {
        assert_eq!(
            parse_time(text),
            Err(TimeInputError::NoSuchTime(text.into()))
        );
    }
    for text in [
        "9:5", "14000", "1a00", "Uhr", ":00", "14:", "-1:00", "14:00:00", "14:+1", "1ä", "äuh",
    ] {
        assert!(
            matches!(parse_time(text), Err(TimeInputError::NotATime(_))),
            "{text}"
        );
    }
}

#[test]
fn days_as_people_read_them() {
    let tuesday = day!(2026 - 11 - 24);
    assert_eq!(date(tuesday), "24.11.2026");
    assert_eq!(weekday_date(tuesday), "Di., 24.11.2026");
    assert_eq!(long_date(tuesday), "Dienstag, 24. November 2026");
    assert_eq!(long_date(day!(2027 - 03 - 01)), "Montag, 1. März 2027");
}

#[test]
fn times_as_people_read_them() {
    let local = LocalDateTime {
        date: day!(2026 - 11 - 24),
        minute: at(14, 0),
    };
    assert_eq!(time(at(9, 5)), "09:05");
    assert_eq!(time_of_day(local.minute), "14:00 Uhr");
    assert_eq!(time_range(at(14, 0), at(17, 0)), "14:00–17:00 Uhr");
    assert_eq!(date_time(local), "24.11.2026, 14:00 Uhr");
    assert_eq!(duration_minutes(210), "3 Std. 30 Min.");
    assert_eq!(duration_minutes(180), "3 Std.");
    assert_eq!(duration_minutes(0), "0 Min.");
    assert_eq!(duration_minutes(60_045), "1.000 Std. 45 Min.");
}

#[test]
fn numbers_as_people_read_them() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1_234, "1.234"),
        (100_000, "100.000"),
        (1_234_567, "1.234.567"),
    ] {
        assert_eq!(count(number), text);
    }
    assert_eq!(plural(0, "Person", "Personen"), "0 Personen");
    assert_eq!(plural(1, "Person", "Personen"), "1 Person");
    assert_eq!(plural(2_000, "Person", "Personen"), "2.000 Personen");
}

proptest! {
    #[test]
    fn what_is_shown_can_be_entered(number in 1_721_426_i32..5_373_484, minute in 0_u16..1440) {
        // All days of the years 1 to 9999.
        let any_day = Date::from_julian_day(number).unwrap();
        prop_assert_eq!(parse_date(&date(any_day)), Ok(any_day));
        let minute = MinuteOfDay::new(minute).unwrap();
        prop_assert_eq!(parse_time(&time(minute)), Ok(minute));
        prop_assert_eq!(parse_time(&time_of_day(minute)), Ok(minute));
    }

    #[test]
    fn any_text_gets_an_answer(text in "[0-9.:\\- Uhrä]{0,12}") {
        if let Ok(birth) = parse_birth_date(&text, TODAY) {
            prop_assert!(birth <= TODAY && full_years(birth, TODAY) <= OLDEST_AGE);
        }
        if let Ok(planned) = parse_planning_date(&text) {
            prop_assert!(PLANNING_YEARS.contains(&planned.year()));
        }
        let _ = parse_time(&text);
    }
}
