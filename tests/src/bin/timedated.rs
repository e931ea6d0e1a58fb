//! Stands in for systemd's timedated, which needs systemd: `timedated yes|no` says whether the
//! clock is synchronised. Says `posing` when it can be asked.

struct Timedated(bool);

#[zbus::interface(name = "org.freedesktop.timedate1")]
impl Timedated {
    #[zbus(property, name = "NTPSynchronized")]
    fn ntp_synchronized(&self) -> bool {
        self.0
    }
}

fn main() {
    let synchronised = std::env::args().nth(1).as_deref() == Some("yes");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let serving = async {
        let connection = zbus::connection::Builder::address(proauth_interface::names::SYSTEM_BUS)
            .serve_at("/org/freedesktop/timedate1", Timedated(synchronised))
            .name("org.freedesktop.timedate1")
            .build()
            .await?;
        println!("posing");
        connection.closed().await;
        zbus::Result::Ok(())
    };
    runtime
        .expect("a runtime")
        .block_on(serving)
        .expect("the bus lets it");
}
