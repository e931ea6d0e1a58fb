//! The test vectors of RFC 4226 Appendix D and RFC 6238 Appendix B.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroU64;

use proauth_core::UnixTime;
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step, matching};

fn parameters(algorithm: Algorithm, digits: u8, period: u64) -> Parameters {
    Parameters {
        algorithm,
        digits: Digits::new(digits).unwrap(),
        period: NonZeroU64::new(period).unwrap(),
        skew: 0,
    }
}

/// The seed of both RFCs: "12345678901234567890", repeated and cut to the length of the hash.
fn seed(len: usize) -> Secret {
    Secret::new(b"1234567890".iter().copied().cycle().take(len).collect()).unwrap()
}

#[test]
fn rfc_4226_appendix_d_counters_zero_to_nine() {
    let codes = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    let parameters = parameters(Algorithm::Sha1, 6, 1);
    for (counter, code) in codes.into_iter().enumerate() {
        let counter = Step(counter as u64);
        let hits = matching(&seed(20), &parameters, code, (0..10).map(Step));
        assert_eq!(hits, [counter]);
    }
}

#[test]
fn rfc_6238_appendix_b_every_time_and_hash() {
    let vectors = [
        (59, "94287082", "46119246", "90693936"),
        (1_111_111_109, "07081804", "68084774", "25091201"),
        (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"),
        (2_000_000_000, "69279037", "90698825", "38618901"),
        (20_000_000_000, "65353130", "77737706", "47863826"),
    ];
    for (time, sha1, sha256, sha512) in vectors {
        for (algorithm, len, code) in [
            (Algorithm::Sha1, 20, sha1),
            (Algorithm::Sha256, 32, sha256),
            (Algorithm::Sha512, 64, sha512),
        ] {
            let parameters = parameters(algorithm, 8, 30);
            let step = Step::at(UnixTime(time), parameters.period);
            let hits = matching(&seed(len), &parameters, code, [step].into_iter());
            assert_eq!(hits, [step], "{algorithm:?} at {time}");
        }
    }
}
