//! Sentences about taking an additional authenticator away.

use proauth_core::recovery::Recovery;
use proauth_core::{Change, UnixTime};

use super::super::scene::{Scene, UID, USER, block_on, code};
use super::*;

/// The user with `main` and `tablet`.
async fn enrolled() -> Scene {
    let scene = Scene::new();
    let recovery = Recovery::none([0; 16]);
    scene.enroll(&["main", "tablet"], recovery).await;
    scene
}

async fn remove(scene: &Scene, caller: u32, name: &str, typed: &Typed) -> Result<(), Error> {
    let daemon = &scene.daemon;
    daemon.remove_authenticator(caller, USER, name, typed).await
}

#[test]
fn root_takes_one_away_without_a_code_and_the_user_is_told() {
    block_on(async {
        let mut scene = enrolled().await;
        remove(&scene, 0, "tablet", &Typed::Empty).await.unwrap();
        assert_eq!(scene.names(), ["main"]);
        assert_eq!(scene.changes(), [Change::AuthenticatorRemoved]);
        assert_eq!(scene.told(), ["authenticator_removed"]);
    });
}

#[test]
fn a_user_needs_a_current_code_which_is_used_up() {
    block_on(async {
        let scene = enrolled().await;
        for typed in [Typed::Empty, Typed::parse("000000"), Typed::Malformed] {
            let refused = remove(&scene, UID, "tablet", &typed).await;
            assert!(matches!(refused, Err(Error::CodeRejected(_))));
        }
        assert_eq!(scene.names(), ["main", "tablet"]);
        assert_eq!(scene.record().lockout.locker.count, 2);
        let typed = code("main");
        remove(&scene, UID, "tablet", &typed).await.unwrap();
        assert_eq!(scene.names(), ["main"]);
        let checked = scene.daemon.check(0, USER, &typed).await.unwrap();
        assert_eq!(checked, proauth_core::check::Finding::AlreadyUsed);
    });
}

#[test]
fn after_too_many_wrong_codes_even_a_right_one_takes_nothing_away() {
    block_on(async {
        let scene = enrolled().await;
        for _ in 0..5 {
            let refused = remove(&scene, UID, "tablet", &Typed::Malformed).await;
            assert!(matches!(refused, Err(Error::CodeRejected(_))));
        }
        let refused = remove(&scene, UID, "tablet", &code("main")).await;
        assert!(matches!(refused, Err(Error::Locked(_))));
        assert_eq!(scene.names(), ["main", "tablet"]);
    });
}

#[test]
fn a_recovery_code_will_do_once_and_an_emergency_code_will_not_and_stays_good() {
    block_on(async {
        let mut scene = Scene::new();
        let (shown, recovery) = scene.daemon.new_recovery(0).await.unwrap();
        let names = ["main", "tablet", "watch"];
        scene.enroll(&names, recovery).await;
        let emergency = scene.daemon.emergency(0, USER, 60).await.unwrap();
        let refused = remove(&scene, UID, "tablet", &Typed::parse(&emergency)).await;
        assert!(matches!(refused, Err(Error::CodeRejected(_))));
        assert!(scene.record().recovery.emergency.is_some());
        let typed = Typed::parse(&shown[0]);
        remove(&scene, UID, "tablet", &typed).await.unwrap();
        assert_eq!(scene.record().recovery.codes.len(), 9);
        let refused = remove(&scene, UID, "watch", &typed).await;
        assert!(matches!(refused, Err(Error::CodeRejected(_))));
        assert_eq!(scene.names(), ["main", "watch"]);
        let told = [
            "emergency_code",
            "recovery_code_used",
            "authenticator_removed",
        ];
        assert_eq!(scene.told(), told);
    });
}

#[test]
fn the_main_one_stays_and_so_does_a_code_that_was_typed_for_nothing() {
    block_on(async {
        let scene = enrolled().await;
        let typed = code("main");
        for name in ["main", "watch", "a b", ""] {
            let refused = remove(&scene, UID, name, &typed).await;
            assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{name}");
        }
        let last = scene.record().authenticators.main().last_step;
        assert_eq!(last.begins(std::num::NonZeroU64::MIN), UnixTime(0));
        assert_eq!(scene.names(), ["main", "tablet"]);
    });
}
