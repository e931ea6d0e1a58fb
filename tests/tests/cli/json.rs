//! What `--json` prints, held against the examples and tables of docs/cli.md.

use std::collections::{BTreeMap, BTreeSet};

use proauth_e2e::{Authenticator, Program, Ran, World};
use serde_json::{Value, json};

use crate::{section, table};

/// The keys of an object and the types of their values.
fn shape(object: &Value) -> BTreeMap<String, &'static str> {
    let object = object.as_object().expect("an object");
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let entry = |(key, value): (&String, &Value)| (key.clone(), kind(value));
    object.iter().map(entry).collect()
}

/// The JSON objects that stand in a section of docs/cli.md.
fn examples(name: &str) -> Vec<Value> {
    let text = section(name);
    let begins = text.match_indices("{\"").map(|(at, _)| &text[at..]);
    let parse = |text: &str| {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        values.next().and_then(Result::ok)
    };
    begins.filter_map(parse).collect()
}

/// The keys that docs/cli.md lists for `status`.
fn keys_of_status() -> BTreeMap<String, String> {
    let rows = table(&section("status"));
    let rows = rows.into_iter().map(|row| (row[0].clone(), row[1].clone()));
    rows.collect()
}

/// What `jq` makes of a line of what `ran` printed: independent of what printed it.
fn parsed(world: &World, ran: &Ran) -> Vec<Value> {
    let jq = world.program(&["jq", "-c", "."]);
    let jq = jq.typing(ran.stdout.as_str()).run().expect_success();
    let lines = jq.stdout.lines().map(serde_json::from_str);
    let lines: Result<Vec<Value>, _> = lines.collect();
    let values = lines.expect("jq prints JSON");
    assert_eq!(
        values.len(),
        ran.stdout.lines().count(),
        "a value on a line: {ran:?}"
    );
    values
}

fn assert_like_docs(world: &World, ran: &Ran, name: &str) {
    let printed: Vec<_> = parsed(world, ran).iter().map(shape).collect();
    let documented: Vec<_> = examples(name).iter().map(shape).collect();
    assert_eq!(printed, documented, "{name}");
}

#[test]
fn status_and_list_print_the_keys_of_the_docs() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let keys = keys_of_status();
    let same = |account: &Value| {
        let shape = shape(account).into_iter();
        let shape: BTreeMap<String, String> = shape.map(|(key, kind)| (key, kind.into())).collect();
        assert_eq!(shape, keys);
    };
    for user in ["alice", "bob"] {
        let status = world.proauthd(&["status", "--user", user, "--json"]).run();
        let status = parsed(&world, &status.expect_success());
        assert_eq!(status.len(), 1);
        same(&status[0]);
    }
    let list = world.proauthd(&["--json", "list"]).run().expect_success();
    let list = parsed(&world, &list);
    let accounts = list[0].as_array().expect("an array");
    assert_eq!(accounts.len(), 1);
    accounts.iter().for_each(same);
}

#[test]
fn who_is_not_enrolled_has_empty_values_after_that_key() {
    let world = World::new();
    let bob = world.status("bob");
    assert_eq!(bob["enrolled"], false);
    let kept = ["user", "uid", "enrolled", "account"];
    for (key, value) in bob.as_object().expect("an object") {
        let empty = [json!(""), json!(0), json!(false), json!([])].contains(value);
        assert!(empty || kept.contains(&key.as_str()), "{key}: {value}");
    }
}

#[test]
fn the_other_commands_print_what_the_docs_show() {
    let world = World::new();
    let alice = world.enroll("alice");
    let run = |arguments: &[&str], input: &str| {
        let program: Program = world.proauthd(&[arguments, &["--json"]].concat());
        program.typing(input).run()
    };
    let verify = ["verify", "--user", "alice"];
    let codes = [alice.fresh_code(), alice.wrong_code(), "1".to_owned()];
    for code in codes {
        assert_like_docs(&world, &run(&verify, &code), "verify");
    }
    assert_like_docs(&world, &run(&["resync", "--user", "alice"], ""), "resync");
    assert_like_docs(&world, &run(&["config", "check"], ""), "config check");

    let codes: Vec<String> = (10..13).map(|step| alice.code_in_steps(step)).collect();
    let with_codes = ["resync", "--user", "alice", "--codes"];
    let printed = parsed(&world, &run(&with_codes, &codes.join("\n")));
    let mut documented = shape(&examples("resync")[0]);
    documented.insert("clock_offset".to_owned(), "number");
    assert_eq!(shape(&printed[0]), documented);

    assert_like_docs(
        &world,
        &run(&["unenroll", "--user", "alice"], ""),
        "unenroll",
    );
    world.daemon.stop();
    std::fs::remove_file(world.path("/var/lib/proauth/proauth.db")).expect("it is there");
    assert_like_docs(&world, &run(&["init"], ""), "init");
}

#[test]
fn enroll_prints_the_two_lines_of_the_docs() {
    let world = World::new();
    // The code can be known beforehand by nobody: a shell computes it from the first line.
    let now = world.clock.now();
    let script = format!(
        "coproc P {{ proauthd enroll --user alice --offline --json; }}
         read -r line <&${{P[0]}}; echo \"$line\"
         oathtool --totp --base32 --now=@{now} \"$(jq -r .secret <<< \"$line\")\" >&${{P[1]}}
         cat <&${{P[0]}}"
    );
    let ran = world.run(&["bash", "-c", &script]);
    assert_like_docs(&world, &ran, "enroll");
}

#[test]
fn every_finding_of_the_docs_is_printed_with_its_exit_code() {
    let world = World::new();
    let alice = world.enroll("alice");
    let right = alice.fresh_code();
    let asked = [
        ("right", right.clone()),
        ("already_used", right),
        ("outside_window", alice.code_in_steps(-14)),
        // One in 170 wrong ones is the code of some step within a day.
        ("wrong", never_right(&world, &alice)),
        ("malformed", "12345".to_owned()),
    ];
    let mut produced = Vec::new();
    for (finding, code) in asked {
        let verify = world.proauthd(&["verify", "--user", "alice", "--json"]);
        let ran = verify.typing(code).run();
        assert_eq!(ran.json()["finding"], finding, "{ran:?}");
        produced.push((
            finding.to_owned(),
            ran.code.expect("an exit code").to_string(),
        ));
    }
    let documented = table(&section("verify"));
    let documented = documented
        .into_iter()
        .map(|row| (row[0].clone(), row[2].clone()));
    let mut documented: Vec<_> = documented.collect();
    documented.sort();
    produced.sort();
    assert_eq!(produced, documented);
}

/// A code of no step within a day and a bit, either side.
fn never_right(world: &World, alice: &Authenticator) -> String {
    let day = 24 * 60 * 60 + 600;
    let from = format!("--now=@{}", world.clock.now() - day);
    let steps = format!("--window={}", 2 * day / 30);
    let codes = world.run(&[
        "oathtool",
        "--totp",
        &from,
        &steps,
        "--base32",
        &alice.secret,
    ]);
    let codes = codes.expect_success().stdout;
    let codes: BTreeSet<&str> = codes.lines().collect();
    assert!(codes.len() > 5000, "oathtool gave {} codes", codes.len());
    let mut all = (0..1_000_000).map(|number| format!("{number:06}"));
    let code = all.find(|code| !codes.contains(code.as_str()));
    code.expect("there are a million codes")
}
