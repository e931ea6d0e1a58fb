//! What the daemon serves is what config/dbus says, and nobody else can serve it.

use proauth_e2e::{Answer, Interfaces, World, repository};

const DAEMON: [&str; 2] = ["org.proauth.Daemon1", "/org/proauth/Daemon1"];
const REQUEST_NAME: [&str; 7] = [
    "org.freedesktop.DBus",
    "/org/freedesktop/DBus",
    "org.freedesktop.DBus",
    "RequestName",
    "su",
    "org.proauth.Daemon1",
    // DBUS_NAME_FLAG_REPLACE_EXISTING | DBUS_NAME_FLAG_DO_NOT_QUEUE
    "6",
];

#[test]
fn the_shipped_introspection_data_is_that_of_the_running_daemon() {
    let world = World::new();
    let argv = [&["busctl", "introspect", "--xml-interface"], &DAEMON[..]].concat();
    let live = Interfaces::parse(&world.run(&argv).expect_success().stdout);
    let file = repository().join("config/dbus/org.proauth.Daemon1.xml");
    let shipped = std::fs::read_to_string(file).expect("config/dbus can be read");
    assert_eq!(live, Interfaces::parse(&shipped));
    assert_eq!(live.names.len(), 4, "{live:?}");
}

#[test]
fn only_root_can_own_the_name_of_the_daemon() {
    let world = World::new();
    for is_running in [true, false] {
        if !is_running {
            world.daemon.stop();
        }
        for user in ["alice", "messagebus"] {
            let answer = world.busctl(user, &REQUEST_NAME, &[]);
            assert_eq!(answer, access_denied(), "{user}, daemon: {is_running}");
        }
    }
    // 1: it is the owner now.
    let answer = world.busctl("root", &REQUEST_NAME, &[]);
    assert_eq!(answer, Answer::Reply("u 1".to_owned()));
}

#[test]
fn not_even_root_can_take_the_name_from_a_running_daemon() {
    let world = World::new();
    // 3: somebody else is.
    let answer = world.busctl("root", &REQUEST_NAME, &[]);
    assert_eq!(answer, Answer::Reply("u 3".to_owned()));
}

#[test]
fn everybody_may_see_what_is_served_but_nothing_more_of_it() {
    let world = World::new();
    let standard = |interface, method, body: &[&'static str]| {
        [&DAEMON[..], &[interface, method], body].concat()
    };
    let properties = "org.freedesktop.DBus.Properties";
    let peer = "org.freedesktop.DBus.Peer";
    let introspect = standard("org.freedesktop.DBus.Introspectable", "Introspect", &[]);
    let may = [introspect, standard(peer, "Ping", &[])];
    let may_not = [
        standard(peer, "GetMachineId", &[]),
        standard(properties, "GetAll", &["s", "org.proauth.Daemon1.Admin"]),
        standard(properties, "Get", &["ss", "org.proauth.Daemon1.Admin", "x"]),
        standard("org.proauth.Daemon1.Unheard", "Of", &[]),
    ];
    for call in may {
        let answer = world.busctl("alice", &call, &[]);
        assert!(matches!(answer, Answer::Reply(_)), "{call:?}: {answer:?}");
    }
    for call in may_not {
        assert_eq!(
            world.busctl("alice", &call, &[]),
            access_denied(),
            "{call:?}"
        );
    }
}

fn access_denied() -> Answer {
    Answer::Error("org.freedesktop.DBus.Error.AccessDenied".to_owned())
}
