//! Rows that somebody with root's rights, but without the key, moved around.

use proauth_e2e::{Authenticator, LetIn, World};

use crate::{assert_unavailable, login, sql};

/// A world in which alice and bob have both logged in.
fn both_enrolled() -> (World, Authenticator, Authenticator) {
    let world = World::new();
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    world.clock.advance(30);
    assert_eq!(login(&world, "alice", &alice.code()), LetIn);
    assert_eq!(login(&world, "bob", &bob.code()), LetIn);
    world.clock.advance(30);
    (world, alice, bob)
}

/// Exchanges `columns` between the rows of alice and `other`.
fn exchange(world: &World, other: &str, columns: &[&str]) {
    let set: Vec<String> = columns
        .iter()
        .map(|column| {
            format!(
                "{column} = (SELECT {column} FROM before WHERE key = \
                 CASE rows.key WHEN 'alice' THEN '{other}' ELSE 'alice' END)"
            )
        })
        .collect();
    let set = set.join(", ");
    sql(
        world,
        &format!(
            "BEGIN; CREATE TEMP TABLE before AS SELECT * FROM rows;
             UPDATE rows SET {set} WHERE key IN ('alice', '{other}'); COMMIT;"
        ),
    );
}

#[test]
fn rows_exchanged_between_two_users_let_neither_in() {
    for columns in [
        &["sealed"][..],
        &["sealed", "version"],
        &["sealed", "version", "uid"],
    ] {
        println!("{columns:?}");
        let (world, alice, bob) = both_enrolled();
        let codes = [alice.code(), bob.code()];
        exchange(&world, "bob", columns);
        for user in ["alice", "bob"] {
            for code in &codes {
                assert_ne!(login(&world, user, code), LetIn);
            }
        }
        exchange(&world, "bob", columns);
        assert_eq!(login(&world, "alice", &alice.code()), LetIn);
        assert_eq!(login(&world, "bob", &bob.code()), LetIn);
    }
}

#[test]
fn rows_exchanged_between_two_names_of_one_uid_let_neither_in() {
    let world = World::new();
    let carol = "useradd -o -u $(id -u alice) carol";
    world.run(&["sh", "-c", carol]).expect_success();
    let (alice, carol) = (world.enroll("alice"), world.enroll("carol"));
    world.clock.advance(30);
    exchange(&world, "carol", &["sealed", "version"]);
    for user in ["alice", "carol"] {
        for code in [alice.code(), carol.code()] {
            assert_unavailable(&login(&world, user, &code));
        }
    }
    exchange(&world, "carol", &["sealed", "version"]);
    assert_eq!(login(&world, "alice", &alice.code()), LetIn);
    assert_eq!(login(&world, "carol", &carol.code()), LetIn);
}

#[test]
fn the_row_of_one_user_as_another_ones_lets_nobody_in() {
    let (world, alice, bob) = both_enrolled();
    sql(
        &world,
        "DELETE FROM rows WHERE key = 'bob'; UPDATE rows SET key = 'bob' WHERE key = 'alice'",
    );
    for code in [alice.code(), bob.code()] {
        assert_ne!(login(&world, "bob", &code), LetIn);
    }
}

#[test]
fn an_old_row_under_the_number_of_a_newer_one_denies() {
    let (world, alice, _) = both_enrolled();
    let old = sql(&world, "SELECT hex(sealed) FROM rows WHERE key = 'alice'");
    let code = alice.code();
    assert_eq!(login(&world, "alice", &code), LetIn);
    let update = |sealed: &str| {
        let statement = format!("UPDATE rows SET sealed = x'{sealed}' WHERE key = 'alice'");
        sql(&world, &statement);
    };
    let new = sql(&world, "SELECT hex(sealed) FROM rows WHERE key = 'alice'");
    update(old.trim());
    assert_unavailable(&login(&world, "alice", &code));
    assert_unavailable(&login(&world, "alice", &alice.fresh_code()));
    update(new.trim());
    assert_ne!(login(&world, "alice", &code), LetIn);
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_row_with_one_bit_changed_denies_its_user_and_nobody_else() {
    let (world, alice, bob) = both_enrolled();
    let sealed = sql(&world, "SELECT hex(sealed) FROM rows WHERE key = 'alice'");
    let mut bytes = sealed.trim().to_owned().into_bytes();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'0' { b'1' } else { b'0' };
    let changed = String::from_utf8(bytes).expect("hex is ASCII");
    sql(
        &world,
        &format!("UPDATE rows SET sealed = x'{changed}' WHERE key = 'alice'"),
    );
    assert_unavailable(&login(&world, "alice", &alice.code()));
    assert_eq!(login(&world, "bob", &bob.code()), LetIn);
    let asked = world.proauthd(&["status", "--user", "alice"]).run();
    assert_eq!(asked.code, Some(5), "{asked:?}");
}

#[test]
fn a_counter_of_wrong_codes_in_the_place_of_a_row_denies() {
    let (world, alice, _) = both_enrolled();
    // Makes a counter.
    assert_ne!(login(&world, "nobody-of-that-name", "123456"), LetIn);
    sql(
        &world,
        "UPDATE rows SET (version, sealed) = (SELECT version, sealed FROM rows WHERE key LIKE ':%')
         WHERE key = 'alice'",
    );
    assert_unavailable(&login(&world, "alice", &alice.code()));
}

#[test]
fn a_row_with_another_uid_denies() {
    let (world, alice, _) = both_enrolled();
    sql(&world, "UPDATE rows SET uid = uid + 1 WHERE key = 'alice'");
    assert_ne!(login(&world, "alice", &alice.code()), LetIn);
    sql(&world, "UPDATE rows SET uid = uid - 1 WHERE key = 'alice'");
    assert_eq!(login(&world, "alice", &alice.code()), LetIn);
}

#[test]
fn a_row_rewritten_for_the_new_uid_of_its_name_denies() {
    let (world, alice, _) = both_enrolled();
    world
        .run(&["usermod", "-u", "4321", "alice"])
        .expect_success();
    assert_ne!(login(&world, "alice", &alice.code()), LetIn);
    sql(&world, "UPDATE rows SET uid = 4321 WHERE key = 'alice'");
    assert_unavailable(&login(&world, "alice", &alice.code()));
}

#[test]
fn counters_of_wrong_codes_that_were_removed_take_no_enrollment_with_them() {
    let (world, alice, _) = both_enrolled();
    assert_ne!(login(&world, "alice", &alice.wrong_code()), LetIn);
    sql(&world, "DELETE FROM rows WHERE key LIKE ':%'");
    assert_eq!(world.status("alice")["failures"], 1);
    assert_eq!(login(&world, "alice", &alice.code()), LetIn);
}
