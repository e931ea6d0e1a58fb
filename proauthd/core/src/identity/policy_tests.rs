use super::*;

const ISSUER: &str = "https://accounts.google.com";

fn account(name: &str) -> AccountName {
    AccountName::parse(name).unwrap()
}

fn domain(text: &str) -> Domain {
    Domain::parse(text).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// As for Google: people of example.com, each with the account of their local part.
fn rules() -> Rules {
    Rules {
        issuer: ISSUER.to_owned(),
        allowed_domains: [domain("example.com")].into(),
        templates: [(
            domain("example.com"),
            Template::parse("{local_part}").unwrap(),
        )]
        .into(),
        must_be_verified: true,
        must_be_hosted: true,
        ..Rules::default()
    }
}

fn alice() -> Claimed {
    Claimed {
        issuer: ISSUER.to_owned(),
        subject: "1001".to_owned(),
        user: "Alice@example.com".to_owned(),
        verified: true,
        domain: "example.com".to_owned(),
    }
}

/// What becomes of `claimed` who wants the account `wanted`.
fn decide(rules: Rules, claimed: &Claimed, wanted: &str) -> Result<Identity, Refusal> {
    let wanted = account(wanted);
    let mapping = Mapping::Required(&wanted, 1000, 1000);
    Policy::new(rules).unwrap().decide(claimed, mapping)
}

#[test]
fn alice_gets_the_account_of_her_name() {
    let identity = decide(rules(), &alice(), "alice").unwrap();
    assert_eq!(
        (identity.subject.as_str(), identity.user.as_str()),
        ("1001", "alice@example.com")
    );
}

#[test]
fn alice_gets_nobody_elses_account() {
    assert_eq!(decide(rules(), &alice(), "bob"), Err(Refusal::SomebodyElse));
}

#[test]
fn without_a_word_about_who_nobody_enrolls() {
    let nobody = Rules {
        issuer: ISSUER.to_owned(),
        ..Rules::default()
    };
    assert!(!Policy::new(nobody.clone()).unwrap().is_open());
    assert_eq!(
        decide(nobody.clone(), &alice(), "alice"),
        Err(Refusal::Closed)
    );
    let override_it = Policy::new(nobody).unwrap();
    assert_eq!(
        override_it.decide(&alice(), Mapping::Overridden),
        Err(Refusal::Closed)
    );
}

#[test]
fn each_thing_that_is_wrong_with_a_sign_in_is_enough() {
    type Wrong = fn(&mut Claimed);
    let rows: &[(Wrong, Refusal)] = &[
        (
            |it| it.issuer = "https://evil.example".into(),
            Refusal::WrongIssuer,
        ),
        (|it| it.subject.clear(), Refusal::Nameless),
        (|it| it.subject = "1".repeat(256), Refusal::Nameless),
        (|it| it.subject = "1\n2".into(), Refusal::Nameless),
        (|it| it.domain = "d".repeat(256), Refusal::Nameless),
        (|it| it.user.clear(), Refusal::Nameless),
        (
            |it| it.user = "\u{430}lice@example.com".into(),
            Refusal::Nameless,
        ),
        (|it| it.verified = false, Refusal::Unverified),
        (
            |it| it.user = "alice@evil.example".into(),
            Refusal::Foreign("evil.example".into()),
        ),
        (
            |it| it.domain = "evil.example".into(),
            Refusal::Foreign("evil.example".into()),
        ),
        (|it| it.domain.clear(), Refusal::Foreign(String::new())),
        (
            |it| it.user = "bob@example.com".into(),
            Refusal::SomebodyElse,
        ),
        (|it| it.user = "a+b/c@example.com".into(), Refusal::Unmapped),
        (
            |it| it.user = "alice@sub.example.com".into(),
            Refusal::Foreign("sub.example.com".into()),
        ),
    ];
    for (wrong, refusal) in rows {
        let mut claimed = alice();
        wrong(&mut claimed);
        assert_eq!(
            decide(rules(), &claimed, "alice"),
            Err(refusal.clone()),
            "{claimed:?}"
        );
    }
}

#[test]
fn no_sign_in_leads_to_a_system_account() {
    let root = Claimed {
        user: "root@example.com".to_owned(),
        ..alice()
    };
    let policy = Policy::new(rules()).unwrap();
    let refused = policy.decide(&root, Mapping::Required(&account("root"), 0, 1000));
    assert_eq!(refused, Err(Refusal::SystemAccount));
    let mut named = rules();
    named.users = [(name("root@example.com"), account("postgres"))].into();
    let policy = Policy::new(named).unwrap();
    let refused = policy.decide(&root, Mapping::Required(&account("postgres"), 999, 1000));
    assert_eq!(refused, Err(Refusal::SystemAccount));
}

#[test]
fn the_table_wins_over_the_template() {
    let mut rules = rules();
    rules.users = [(name("Alice@example.com"), account("al"))].into();
    assert!(decide(rules.clone(), &alice(), "al").is_ok());
    assert_eq!(decide(rules, &alice(), "alice"), Err(Refusal::SomebodyElse));
}

#[test]
fn an_account_that_the_table_gives_away_is_nobody_elses_by_template() {
    let mut rules = rules();
    rules.users = [(name("carol@example.com"), account("alice"))].into();
    assert_eq!(decide(rules, &alice(), "alice"), Err(Refusal::Unmapped));
}

#[test]
fn with_the_table_alone_only_those_in_it_enroll() {
    let rules = Rules {
        users: [(name("alice@gmail.com"), account("alice"))].into(),
        allowed_domains: BTreeSet::new(),
        templates: BTreeMap::new(),
        ..rules()
    };
    let at_home = Claimed {
        user: "alice@gmail.com".to_owned(),
        domain: String::new(),
        ..alice()
    };
    assert!(decide(rules.clone(), &at_home, "alice").is_ok());
    assert_eq!(decide(rules, &alice(), "alice"), Err(Refusal::Unmapped));
}

#[test]
fn an_issuer_of_ones_own_may_name_people_without_a_domain() {
    let rules = Rules {
        any_account: true,
        allowed_domains: BTreeSet::new(),
        templates: [(Domain::NONE, Template::parse("{local_part}").unwrap())].into(),
        ..rules()
    };
    let claimed = Claimed {
        user: "alice".to_owned(),
        ..alice()
    };
    assert!(decide(rules.clone(), &claimed, "alice").is_ok());
    assert_eq!(decide(rules, &alice(), "alice"), Err(Refusal::Unmapped));
}

#[test]
fn root_overrides_the_mapping_and_nothing_else() {
    let policy = Policy::new(rules()).unwrap();
    let bob = Claimed {
        user: "bob@example.com".to_owned(),
        ..alice()
    };
    assert!(policy.decide(&bob, Mapping::Overridden).is_ok());
    let unverified = Claimed {
        verified: false,
        ..bob
    };
    let refused = policy.decide(&unverified, Mapping::Overridden);
    assert_eq!(refused, Err(Refusal::Unverified));
}

#[test]
fn rules_that_contradict_each_other_are_refused() {
    let local_part = || Template::parse("{local_part}").unwrap();
    let two = |one: &str, two: &str| [domain(one), domain(two)].into();
    let any = Rules {
        any_account: true,
        ..rules()
    };
    assert_eq!(Policy::new(any), Err(BadPolicy::AnyButSome));
    let ambiguous = Rules {
        allowed_domains: two("example.com", "example.org"),
        templates: [
            (domain("example.com"), local_part()),
            (domain("example.org"), local_part()),
        ]
        .into(),
        ..rules()
    };
    assert!(matches!(
        Policy::new(ambiguous),
        Err(BadPolicy::AmbiguousTemplates(_, _))
    ));
    let foreign = Rules {
        templates: [(domain("example.org"), local_part())].into(),
        ..rules()
    };
    assert!(matches!(
        Policy::new(foreign),
        Err(BadPolicy::ForeignTemplate(_))
    ));
    let shared = Rules {
        users: [
            (name("a@example.com"), account("alice")),
            (name("b@example.com"), account("alice")),
        ]
        .into(),
        ..rules()
    };
    assert!(matches!(
        Policy::new(shared),
        Err(BadPolicy::SharedAccount(_, _))
    ));
    let outside = Rules {
        users: [(name("a@example.org"), account("alice"))].into(),
        ..rules()
    };
    assert!(matches!(
        Policy::new(outside),
        Err(BadPolicy::ForeignUser(_))
    ));
}
