//! The arguments of our module, as it reads them itself: what it does not understand, it refuses.

const FLAGS: [&str; 9] = [
    "debug",
    "echo",
    "forward_pass",
    "need_code",
    "nodelay",
    "nullok",
    "quiet",
    "try_first_pass",
    "use_first_pass",
];

/// Two that say the opposite.
const CONTRADICTIONS: [(&str, &str); 2] = [
    ("try_first_pass", "use_first_pass"),
    ("echo", "forward_pass"),
];

/// Why the module refuses these arguments; none if it does not.
pub fn complaint(arguments: &[String]) -> Option<String> {
    let mut names = Vec::new();
    for argument in arguments {
        let name = match name(argument) {
            Ok(name) => name,
            Err(why) => return Some(why),
        };
        if names.contains(&name) {
            return Some(format!("{name} is given twice"));
        }
        names.push(name);
    }
    let both = |(one, other): &&(&str, &str)| names.contains(one) && names.contains(other);
    let pair = CONTRADICTIONS.iter().find(both)?;
    Some(format!("{} and {} exclude each other", pair.0, pair.1))
}

fn name(argument: &str) -> Result<&str, String> {
    if FLAGS.contains(&argument) {
        return Ok(argument);
    }
    let unknown = || format!("unknown argument {argument:?}");
    let (name, value) = argument.split_once('=').ok_or_else(unknown)?;
    let fits = match name {
        "bus" => value.starts_with("unix:path=/") && !value.contains([';', '%']),
        "timeout" => number(value).is_some_and(|seconds| (1..=60).contains(&seconds)),
        "max_tries" => number(value).is_some_and(|tries| (1..=10).contains(&tries)),
        "prompt" => !value.is_empty() && !value.contains(char::is_control),
        "not_enrolled" => value == "deny",
        "first_factor" => matches!(
            value,
            "publickey" | "password" | "publickey,password" | "password,publickey"
        ),
        _ => return Err(unknown()),
    };
    match fits {
        true => Ok(name),
        false => Err(format!("{argument:?} has a value that does not fit")),
    }
}

fn number(value: &str) -> Option<u32> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

/// The value of `first_factor=`; empty if it is not given.
#[must_use]
pub fn first_factor(arguments: &[String]) -> &str {
    let value = |argument: &'_ String| argument.starts_with("first_factor=");
    let given = arguments.iter().find(|argument| value(argument));
    given
        .and_then(|argument| argument.split_once('='))
        .map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_the_module_understands_is_understood() {
        for right in [
            "",
            "first_factor=publickey max_tries=3",
            "debug echo need_code nodelay nullok quiet try_first_pass",
            "forward_pass timeout=60 bus=unix:path=/run/x prompt=Code: not_enrolled=deny",
        ] {
            assert_eq!(complaint(&words(right)), None, "{right}");
        }
    }

    /// The module is no library that could be asked.
    #[test]
    fn the_flags_are_those_of_the_module() {
        let module = include_str!("../../../../pam_proauth/src/arguments.rs");
        let (_, list) = module.split_once("const FLAGS:").unwrap();
        let (_, list) = list.split_once("= [").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let flags: Vec<_> = list.split('"').skip(1).step_by(2).collect();
        assert_eq!(flags, FLAGS);
    }

    #[test]
    fn what_it_refuses_is_named() {
        for (wrong, why) in [
            (
                "first_factor=key",
                "\"first_factor=key\" has a value that does not fit",
            ),
            ("max_trys=3", "unknown argument \"max_trys=3\""),
            (
                "max_tries=0",
                "\"max_tries=0\" has a value that does not fit",
            ),
            ("debug debug", "debug is given twice"),
            ("timeout=5 timeout=6", "timeout is given twice"),
            (
                "echo forward_pass",
                "echo and forward_pass exclude each other",
            ),
        ] {
            assert_eq!(complaint(&words(wrong)).unwrap(), why);
        }
    }
}
