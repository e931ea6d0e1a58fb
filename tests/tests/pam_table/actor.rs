//! The user of a row, and what they have at hand.

use proauth_e2e::{AtHand, Typed, World};

/// The user of a row.
pub struct Actor {
    /// The name of the account.
    pub name: String,
    has: Option<AtHand>,
}

impl Actor {
    /// Somebody without an authenticator.
    pub const fn without(name: String) -> Self {
        Self { name, has: None }
    }

    /// Somebody who enrolls now.
    pub fn enrolled(world: &World, name: String) -> Self {
        let (authenticator, recovery_codes) = world.enroll_with_codes(&name);
        let has = Some(AtHand::new(authenticator, recovery_codes));
        Self { name, has }
    }

    /// Calls the help desk, which makes an emergency code for half an hour.
    pub fn call_help_desk(&mut self, world: &World) {
        let command = ["emergency", "--user", &self.name, "--for", "30m", "--json"];
        let made = world.proauthd(&command).run().expect_success().json();
        let code = made["code"]
            .as_str()
            .expect("it prints the code")
            .to_owned();
        self.has
            .as_mut()
            .expect("only who is enrolled can have one")
            .emergency_code = Some(code);
    }

    /// What they type. Somebody who has nothing guesses.
    pub fn types(&self, typed: Typed) -> String {
        match (&self.has, typed) {
            (Some(has), typed) => has.types(typed),
            (None, Typed::Text(text)) => text.to_owned(),
            (None, Typed::After(text, _)) => format!("{text}123456"),
            (None, _) => "123456".to_owned(),
        }
    }
}
