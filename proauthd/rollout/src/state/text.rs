//! How words, which may be any bytes, stand in a line of text.

use std::fmt::Write;

/// A word without white space, control characters and `%`.
pub(super) fn escaped(word: &[u8]) -> String {
    let mut text = String::with_capacity(word.len());
    for byte in word {
        if byte.is_ascii_alphanumeric() || b"/._-@:+=,".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02x}");
        }
    }
    if text.is_empty() {
        text.push('%');
    }
    text
}

/// What it stands for; none if that is nothing.
pub(super) fn unescaped(text: &str) -> Option<Vec<u8>> {
    if text == "%" {
        return Some(Vec::new());
    }
    let mut word = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            // A sign is no digit.
            digits
                .bytes()
                .all(|digit| digit.is_ascii_hexdigit())
                .then_some(())?;
            word.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            word.push(*first);
            rest = after;
        }
    }
    Some(word)
}

/// Tells whether a file is the one that was written: FNV-1a of 64 bits. Against disks, not against
/// people, who would have to be root.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// `seconds` of Unix time, as RFC 3339 has it, in UTC.
pub(super) fn utc(seconds: i64) -> String {
    // The years with four digits.
    let seconds = seconds.clamp(-62_135_596_800, 253_402_300_799);
    let (mut day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut year = 1970;
    while day < 0 || day >= days_of(year) {
        if day < 0 {
            year -= 1;
            day += days_of(year);
        } else {
            day -= days_of(year);
            year += 1;
        }
    }
    let february = days_of(year) - 337;
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let day = day + 1;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn days_of(year: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if is_leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_a_word_and_come_back() {
        let all: Vec<u8> = (0..=255).collect();
        for word in [&b""[..], b"%", b"a b\n", b"/etc/pam.d/sudo-i", &all] {
            let text = escaped(word);
            assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text}");
            assert_eq!(unescaped(&text).as_deref(), Some(word), "{text}");
        }
    }

    #[test]
    fn what_is_no_word_is_refused() {
        for text in ["%4", "a%", "%zz", "%+1x"] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(checksum(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(checksum(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        // By `date --utc --iso-8601=seconds --date=@…`.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_795_411_801, "2026-11-23T05:30:01Z"),
            (i64::MAX, "9999-12-31T23:59:59Z"),
            (i64::MIN, "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }
}
