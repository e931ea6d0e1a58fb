//! Our codes against those of an independent program: `oathtool` of oath-toolkit.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroU64;
use std::process::Command;

use proauth_core::UnixTime;
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step, matching};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What oathtool shows for the authenticator `(secret, parameters)` at `time`.
fn oathtool(secret: &[u8], parameters: &Parameters, time: u64) -> String {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let output = Command::new("oathtool")
        .arg(format!(
            "--totp={}",
            parameters.algorithm.name().to_lowercase()
        ))
        .arg(format!("--digits={}", parameters.digits.get()))
        .arg(format!("--time-step-size={}s", parameters.period))
        .arg(format!("--now=@{time}"))
        .arg(hex)
        .env("TZ", "UTC")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Ten thousand secrets, times and parameters: oathtool's code is ours at its step, and another
/// one than at the step after it, but for one time in a million by chance.
#[test]
fn ten_thousand_random_codes_are_those_of_oathtool() {
    let cases = (
        prop::collection::vec(any::<u8>(), 16..=64),
        0..4_102_444_800_u64,
        prop::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]),
        6..=8_u8,
        prop::sample::select(vec![15_u64, 30, 60, 90]),
    );
    let config = Config {
        cases: 10_000,
        failure_persistence: None,
        ..Config::default()
    };
    let elsewhere = std::cell::Cell::new(0);
    let compared =
        TestRunner::new(config).run(&cases, |(bytes, time, algorithm, digits, period)| {
            let parameters = Parameters {
                algorithm,
                digits: Digits::new(digits).unwrap(),
                period: NonZeroU64::new(period).unwrap(),
                skew: 0,
            };
            let code = oathtool(&bytes, &parameters, time);
            let secret = Secret::new(bytes).unwrap();
            let step = Step::at(UnixTime(time), parameters.period);
            let hits = matching(
                &secret,
                &parameters,
                &code,
                [step, step.shifted(1)].into_iter(),
            );
            prop_assert_eq!(hits.first(), Some(&step));
            elsewhere.set(elsewhere.get() + hits.len() - 1);
            Ok(())
        });
    compared.unwrap();
    let elsewhere = elsewhere.get();
    assert!(
        elsewhere < 5,
        "{elsewhere} codes were right at the next step, too"
    );
}
