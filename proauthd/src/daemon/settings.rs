//! Settings of the system that we heed.

/// Where the system says from which uid on accounts belong to people.
const LOGIN_DEFS: &str = "/etc/login.defs";

/// What Linux distributions agree on where that file does not say.
const UID_MIN: u32 = 1000;

/// The smallest uid of people (`UID_MIN` of login.defs): below it are services, which have no
/// business here.
pub fn uid_min() -> u32 {
    parse(&std::fs::read_to_string(LOGIN_DEFS).unwrap_or_default())
}

fn parse(login_defs: &str) -> u32 {
    let value = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("UID_MIN"))
            .then(|| words.next()?.parse().ok())
            .flatten()
    };
    // Never below one: root is asked for elsewhere.
    login_defs.lines().find_map(value).unwrap_or(UID_MIN).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uid_min_comes_from_login_defs_and_is_a_thousand_otherwise() {
        assert_eq!(parse("# UID_MIN 1\nUID_MAX 9\nUID_MIN\t\t 500\n"), 500);
        for text in ["", "UID_MIN", "UID_MIN x", "SYS_UID_MIN 100"] {
            assert_eq!(parse(text), 1000, "{text:?}");
        }
        assert_eq!(parse("UID_MIN 0"), 1);
    }
}
