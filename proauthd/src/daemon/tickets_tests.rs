//! Sentences about tickets: whom they are for, for how long, and that only the last one works.

use super::super::scene::{Scene, USER, block_on};
use super::*;

const DAY: u64 = 24 * 60 * 60;

async fn ticket_for(scene: &Scene, user: &str, typed: &str) -> Result<u64, Error> {
    let found = scene.daemon.find(user).await.unwrap();
    scene.daemon.ticket_for(1, &found, typed)
}

#[test]
fn a_ticket_is_good_for_whom_it_was_made_however_it_is_typed_and_is_told() {
    let mut scene = Scene::new();
    block_on(async {
        let ticket = scene.daemon.invite(0, USER, DAY).await.unwrap();
        for typed in [ticket.to_string(), ticket.to_uppercase().replace('-', " ")] {
            assert_eq!(ticket_for(&scene, USER, &typed).await.unwrap(), 1);
        }
    });
    assert_eq!(scene.told(), ["invited"]);
}

#[test]
fn a_ticket_is_good_for_nobody_else_nor_under_another_uid() {
    let scene = Scene::new();
    block_on(async {
        let ticket = scene.daemon.invite(0, USER, DAY).await.unwrap();
        scene.daemon.invite(0, "root", DAY).await.unwrap();
        for user in ["root", "bin"] {
            let refused = ticket_for(&scene, user, &ticket).await;
            assert!(matches!(refused, Err(Error::TicketRejected(_))), "{user}");
        }
        let code = Code::parse(&ticket).unwrap();
        let name = proauth_core::AccountName::parse(USER).unwrap();
        let of_another_uid = Ticket {
            uid: 4711,
            hash: hash(&code),
            until: clock::now().plus(DAY),
        };
        let stored = scene
            .daemon
            .store
            .put_ticket(&name, &of_another_uid, Some(1));
        stored.await.unwrap();
        let refused = ticket_for(&scene, USER, &ticket).await;
        assert!(matches!(refused, Err(Error::TicketRejected(_))));
    });
}

#[test]
fn the_next_ticket_takes_the_place_of_the_one_before() {
    let scene = Scene::new();
    block_on(async {
        let first = scene.daemon.invite(0, USER, DAY).await.unwrap();
        let second = scene.daemon.invite(0, USER, DAY).await.unwrap();
        let refused = ticket_for(&scene, USER, &first).await;
        assert!(matches!(refused, Err(Error::TicketRejected(_))));
        assert_eq!(ticket_for(&scene, USER, &second).await.unwrap(), 2);
    });
}

#[test]
fn what_was_never_made_is_no_ticket() {
    let scene = Scene::new();
    block_on(async {
        for typed in ["", "123456", "00000-00000-00000-00000-000000"] {
            let refused = ticket_for(&scene, USER, typed).await;
            assert!(matches!(refused, Err(Error::TicketRejected(_))), "{typed}");
        }
        scene.daemon.invite(0, USER, DAY).await.unwrap();
        let refused = ticket_for(&scene, USER, "00000-00000-00000-00000-000000").await;
        assert!(matches!(refused, Err(Error::TicketRejected(_))));
    });
}

#[test]
fn a_ticket_works_for_an_hour_to_thirty_days_and_only_for_an_account_that_exists() {
    let mut scene = Scene::new();
    block_on(async {
        for seconds in [0, 3599, 30 * DAY + 1, u64::MAX] {
            let refused = scene.daemon.invite(0, USER, seconds).await;
            assert!(
                matches!(refused, Err(Error::InvalidArgument(_))),
                "{seconds}"
            );
        }
        let refused = scene.daemon.invite(0, "no-such-user", DAY).await;
        assert!(matches!(refused, Err(Error::NoSuchUser(_))));
        assert_eq!(scene.told(), [""; 0]);
        for seconds in [3600, 30 * DAY] {
            scene.daemon.invite(0, USER, seconds).await.unwrap();
        }
    });
}
