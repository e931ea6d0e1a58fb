//! Asks `proauth-idp` as the daemon does, over the bus of a world.

use std::time::Instant;

use proauth_e2e::{DEADLINE, World};
use proauth_interface::{Claims, Discovered, Grant, IdentityError, IdentityProvider};
use proauth_interface::{Provider, SignIn};
use tokio::runtime::Runtime;
use zbus::connection::Builder;

/// A world with `proauth-idp` and room for issuers, but without the daemon.
pub fn world() -> World {
    World::builder().identity().without_daemon().build()
}

/// A connection of root's, and `proauth-idp` on the other side.
pub struct Client {
    runtime: Runtime,
    idp: IdentityProvider,
}

impl Client {
    /// Finds it; the bus starts it.
    pub fn find(world: &World) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let uid = world.run(&["id", "-u", "proauth-idp"]).expect_success();
        let uid = uid.stdout.trim().parse().expect("a uid is a number");
        let socket = world.path("/run/dbus/system_bus_socket");
        let address = format!("unix:path={}", socket.display());
        let idp = runtime.block_on(async {
            let connection = Builder::address(address.as_str()).build().await;
            let connection = connection.expect("the bus of the world answers");
            IdentityProvider::find(connection, uid).await
        });
        Self {
            idp: idp.expect("the bus starts it"),
            runtime,
        }
    }

    pub fn check(&self, provider: &Provider) -> Result<Discovered, IdentityError> {
        self.runtime.block_on(self.idp.check(provider))
    }

    pub fn start(&self, provider: &Provider, how: SignIn) -> Result<Grant, IdentityError> {
        self.runtime.block_on(self.idp.start(provider, how))
    }

    /// One call, which may find the sign-in pending.
    pub fn wait_once(&self, id: u64) -> Result<Claims, IdentityError> {
        self.runtime.block_on(self.idp.wait(id))
    }

    /// Waits until the sign-in is over, but not for ever.
    pub fn wait(&self, id: u64) -> Result<Claims, IdentityError> {
        let start = Instant::now();
        while start.elapsed() < DEADLINE {
            match self.wait_once(id) {
                Ok(claims) if claims.pending => {}
                over => return over,
            }
        }
        Err(zbus::Error::Failure("it is pending still".to_owned()).into())
    }

    pub fn cancel(&self, id: u64) -> Result<(), IdentityError> {
        self.runtime.block_on(self.idp.cancel(id))
    }
}

/// As whom, and for what, to ask `issuer`: as Google is asked.
pub fn provider(issuer: &str) -> Provider {
    Provider {
        issuer: issuer.to_owned(),
        client_id: "the-client".to_owned(),
        client_secret_file: "/etc/proauth/device-client-secret".to_owned(),
        client_secret_credential: "device_client_secret".to_owned(),
        scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
        ca_file: "/etc/proauth/ca.pem".to_owned(),
        user_claim: "email".to_owned(),
        verified_claim: "email_verified".to_owned(),
        domain_claim: "hd".to_owned(),
        subject_claim: "sub".to_owned(),
        ..Provider::default()
    }
}
