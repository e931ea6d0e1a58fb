use std::future::pending;

use super::*;

fn begin(
    grants: &Grants,
    sign_in: impl Future<Output = Result<Claims, IdentityError>> + Send + 'static,
) -> u64 {
    let place = grants.place().unwrap();
    grants.run(place, Grant::default(), sign_in).unwrap().id
}

fn alice() -> Claims {
    Claims {
        user: "alice".into(),
        ..Claims::default()
    }
}

#[tokio::test(start_paused = true)]
async fn who_signed_in_is_told_once() {
    let grants = Grants::new();
    let id = begin(&grants, async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        Ok(alice())
    });
    assert!(grants.wait(id).await.unwrap().pending);
    assert_eq!(grants.wait(id).await.unwrap(), alice());
    assert!(matches!(
        grants.wait(id).await,
        Err(IdentityError::NoSuchGrant(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_sign_in_is_over_for_whoever_waits() {
    let grants = Arc::new(Grants::new());
    let id = begin(&grants, pending());
    let waiter = tokio::spawn({
        let grants = Arc::clone(&grants);
        async move { grants.wait(id).await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(grants.cancel(id));
    assert!(!grants.cancel(id));
    let waited = tokio::time::timeout(Duration::from_millis(1), waiter).await;
    let told = waited.expect("at once").unwrap();
    assert!(
        matches!(told, Err(IdentityError::NoSuchGrant(_))),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn sixteen_sign_ins_are_the_most() {
    let grants = Grants::new();
    let ids: Vec<u64> = (0..PLACES).map(|_| begin(&grants, pending())).collect();
    assert!(matches!(grants.place(), Err(IdentityError::TooMany(_))));
    assert!(grants.cancel(ids[0]));
    assert!(grants.place().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_nobody_waits_for_is_forgotten() {
    let grants = Grants::new();
    let abandoned = begin(&grants, pending());
    let awaited = begin(&grants, pending());
    for _ in 0..13 {
        assert!(!grants.sweep());
        assert!(grants.wait(awaited).await.unwrap().pending);
    }
    assert!(!grants.sweep(), "somebody waits for the other one");
    assert!(grants.wait(abandoned).await.is_err());
    assert!(grants.wait(awaited).await.unwrap().pending);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_to_do_half_a_minute_after_the_last_call() {
    let grants = Grants::new();
    tokio::time::sleep(IDLE).await;
    assert!(grants.sweep());
    let call = grants.call();
    tokio::time::sleep(IDLE).await;
    assert!(!grants.sweep(), "a call is under way");
    drop(call);
    assert!(!grants.sweep(), "it has only just ended");
    tokio::time::sleep(IDLE).await;
    assert!(grants.sweep());
}

#[tokio::test]
async fn a_sign_in_that_breaks_is_told_as_that() {
    let grants = Grants::new();
    let id = begin(&grants, async { panic!("broken") });
    let told = grants.wait(id).await;
    assert!(
        matches!(told, Err(IdentityError::Unreachable(_))),
        "{told:?}"
    );
}
