use std::ffi::CString;

use super::*;

fn parse(arguments: &[&CStr]) -> Result<Arguments, ArgumentError> {
    Arguments::parse(arguments)
}

#[test]
fn without_arguments_the_fixed_system_bus_is_asked_for_five_seconds() {
    let arguments = parse(&[]).unwrap();
    assert_eq!(arguments.bus, "unix:path=/run/dbus/system_bus_socket");
    assert_eq!(arguments.timeout, Duration::from_secs(5));
    assert!(arguments.first_factors.is_empty());
    assert!(!arguments.deny_not_enrolled);
    assert_eq!(arguments.first_pass, FirstPass::Ignore);
    assert!(!arguments.forward_pass);
    assert_eq!(arguments.max_tries, 1);
    assert_eq!(arguments.prompt, None);
    assert!(!arguments.echo && !arguments.quiet && !arguments.nodelay);
    assert!(!arguments.nullok && !arguments.need_code && !arguments.debug);
}

#[test]
fn every_argument_is_read() {
    let arguments = parse(&[
        c"bus=unix:path=/tmp/bus,guid=0123456789abcdef0123456789abcdef",
        c"timeout=60",
        c"prompt=Your code = ",
        c"debug",
        c"first_factor=publickey,password",
        c"not_enrolled=deny",
        c"max_tries=10",
    ])
    .unwrap();
    assert_eq!(
        arguments.bus,
        "unix:path=/tmp/bus,guid=0123456789abcdef0123456789abcdef"
    );
    assert_eq!(arguments.timeout, Duration::from_secs(60));
    assert_eq!(arguments.prompt.as_deref(), Some("Your code = "));
    assert!(arguments.debug && arguments.deny_not_enrolled);
    assert_eq!(arguments.max_tries, 10);
    assert_eq!(
        arguments.first_factors,
        [FirstFactor::PublicKey, FirstFactor::Password]
    );
}

type IsSet = fn(&Arguments) -> bool;

#[test]
fn every_flag_is_read_and_is_its_own() {
    let flags: [(&CStr, IsSet); 9] = [
        (c"debug", |read| read.debug),
        (c"echo", |read| read.echo),
        (c"forward_pass", |read| read.forward_pass),
        (c"need_code", |read| read.need_code),
        (c"nodelay", |read| read.nodelay),
        (c"nullok", |read| read.nullok),
        (c"quiet", |read| read.quiet),
        (c"try_first_pass", |read| read.first_pass == FirstPass::Try),
        (c"use_first_pass", |read| read.first_pass == FirstPass::Use),
    ];
    assert_eq!(flags.len(), FLAGS.len());
    for (given, _) in flags {
        let arguments = parse(&[given]).unwrap();
        for (flag, is_set) in flags {
            assert_eq!(
                is_set(&arguments),
                flag == given,
                "{flag:?} after {given:?}"
            );
        }
    }
}

#[test]
fn arguments_that_say_the_opposite_are_refused() {
    for pair in [
        ["try_first_pass", "use_first_pass"],
        ["echo", "forward_pass"],
    ] {
        let error = Err(ArgumentError::Contradiction(pair[0], pair[1]));
        let [one, other] = pair.map(|flag| CString::new(flag).unwrap());
        assert_eq!(parse(&[&one, &other]), error);
        assert_eq!(parse(&[&other, &one]), error);
    }
    assert!(parse(&[c"forward_pass", c"use_first_pass"]).is_ok());
    assert!(parse(&[c"forward_pass", c"try_first_pass"]).is_ok());
}

#[test]
fn the_daemons_policy_can_only_be_tightened() {
    for value in [
        c"not_enrolled=allow",
        c"not_enrolled=",
        c"not_enrolled=Deny",
    ] {
        let error = ArgumentError::BadValue("not_enrolled", "deny");
        assert_eq!(parse(&[value]), Err(error));
    }
}

#[test]
fn tries_are_a_plain_number_from_1_to_10() {
    for value in [c"max_tries=1", c"max_tries=10", c"max_tries=03"] {
        assert!(parse(&[value]).is_ok(), "{value:?}");
    }
    for value in [
        c"max_tries=",
        c"max_tries=0",
        c"max_tries=11",
        c"max_tries=-1",
        c"max_tries=+1",
        c"max_tries=4294967297",
    ] {
        assert!(parse(&[value]).is_err(), "{value:?}");
    }
}

#[test]
fn an_unknown_argument_is_refused() {
    for argument in [
        c"Debug",
        c"debug=1",
        c"quiet=yes",
        c"",
        c"=",
        c"timeout",
        c"max_tries",
        c"not_enrolled",
        c"bus",
        c" debug",
    ] {
        let name = argument.to_str().unwrap().to_owned();
        assert_eq!(parse(&[argument]), Err(ArgumentError::Unknown(name)));
    }
}

#[test]
fn an_argument_given_twice_is_refused_even_with_the_same_value() {
    assert_eq!(
        parse(&[c"debug", c"debug"]),
        Err(ArgumentError::Repeated("debug"))
    );
    assert_eq!(
        parse(&[c"timeout=5", c"timeout=5"]),
        Err(ArgumentError::Repeated("timeout"))
    );
    assert_eq!(
        parse(&[c"first_factor=publickey", c"first_factor=password"]),
        Err(ArgumentError::Repeated("first_factor"))
    );
}

#[test]
fn an_argument_that_is_not_utf8_is_refused() {
    assert_eq!(parse(&[c"prompt=\xff"]), Err(ArgumentError::NotText));
}

#[test]
fn a_timeout_is_a_plain_number_from_1_to_60() {
    for value in [c"timeout=1", c"timeout=60", c"timeout=07"] {
        assert!(parse(&[value]).is_ok(), "{value:?}");
    }
    for value in [
        c"timeout=",
        c"timeout=0",
        c"timeout=61",
        c"timeout=+5",
        c"timeout=-5",
        c"timeout=5s",
        c"timeout=1.5",
        c"timeout= 5",
        c"timeout=99999999999999999999",
    ] {
        assert!(parse(&[value]).is_err(), "{value:?}");
    }
}

#[test]
fn only_a_socket_of_this_machine_is_taken_for_the_bus() {
    assert!(parse(&[c"bus=unix:path=/run/bus"]).is_ok());
    for value in [
        c"bus=unix:abstract=bus",
        c"bus=",
        c"bus=/run/bus",
        c"bus=unix:path=bus",
        c"bus=unix:runtime=yes",
        c"bus=unix:tmpdir=/tmp",
        c"bus=tcp:host=localhost,port=1",
        c"bus=unixexec:path=/bin/sh",
        c"bus=autolaunch:",
        c"bus=unix:path=/a;tcp:host=b,port=1",
        c"bus=unix:path=/%zz",
    ] {
        assert!(parse(&[value]).is_err(), "{value:?}");
    }
}

#[test]
fn a_prompt_is_a_text_that_can_be_shown() {
    assert!(parse(&[c"prompt=Number please: "]).is_ok());
    for value in [c"prompt=", c"prompt=\x1b[2J", c"prompt=a\nb"] {
        assert!(parse(&[value]).is_err(), "{value:?}");
    }
}

#[test]
fn a_first_factor_is_a_known_one_named_once() {
    assert!(parse(&[c"first_factor=password"]).is_ok());
    for value in [
        c"first_factor=",
        c"first_factor=publickey,",
        c"first_factor=publickey, password",
        c"first_factor=password,password",
        c"first_factor=Password",
        c"first_factor=none",
    ] {
        assert!(parse(&[value]).is_err(), "{value:?}");
    }
}
