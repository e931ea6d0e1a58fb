//! What nobody confirms is put back: in time, with everything else dead, at boot, and wherever
//! `protect` was cut short.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use proauth_e2e::{Booted, LetIn, Refused};

use crate::looks::{assert_is, look, make_odd};

/// Has sshd and sudo ask for codes, for so long.
const PROTECT: [&str; 6] = ["proauthd", "protect", "sshd", "sudo", "--yes", "--within"];

/// Debian with ProAuth and somebody who may use sudo and is enrolled.
fn machine() -> Booted {
    let machine = Booted::debian();
    machine.sh(
        "DEBIAN_FRONTEND=noninteractive apt-get -q -y install /checkout/target/packages/today/proauth_*.deb",
        &[],
    );
    let _ = machine.enroll("alice");
    make_odd(&machine);
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
    machine
}

/// Protects it, for `time`, and sees that it is.
fn protect(machine: &Booted, time: &str) {
    let ran = machine.run(None, &[&PROTECT[..], &[time]].concat());
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(machine.ssh("alice", &[]), Refused, "a code is asked for");
}

/// Waits until the roll-back has ended well, from `cursor` of the journal on.
fn wait_for_roll_back(machine: &Booted, cursor: &str) {
    wait_for(machine, cursor, "Deactivated successfully");
}

/// Waits until the journal says `words` of it.
fn wait_for(machine: &Booted, cursor: &str, words: &str) {
    // What follows the journal does not end by itself.
    let wait = r#"
        exec 3< <(exec journalctl --follow --after-cursor="$0" --unit=proauth-rollback.service)
        timeout 90 grep --max-count=1 "$1" <&3
        status=$?
        kill $!
        exit $status
    "#;
    let ran = machine.run(None, &["bash", "-c", wait, cursor, words]);
    assert!(ran.status.success(), "it does not say {words}: {ran:?}");
}

fn cursor(machine: &Booted) -> String {
    let said = machine.sh("journalctl --lines=0 --show-cursor", &[]);
    let (_, cursor) = said.rsplit_once("cursor: ").expect("it is asked for");
    cursor.trim().to_owned()
}

/// A login that began before, and goes on.
struct Session(Child);

impl Session {
    fn begin(machine: &Booted) -> Self {
        let ssh = ["ssh", "localhost", "echo begun; exec cat"];
        let mut command = machine.command(Some("alice"), &ssh);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut session = Self(child.expect("nsenter (package util-linux) starts"));
        assert_eq!(session.line(), "begun\n");
        session
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.0.stdout.as_mut().expect("it is piped");
        // A line comes at a time: nothing is lost in the buffer.
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("it is UTF-8");
        line
    }

    fn assert_lives(&mut self) {
        let stdin = self.0.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "still here").expect("the connection stands");
        assert_eq!(self.line(), "still here\n");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It ends with its input; by now it may have.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn when_the_time_is_over_everything_is_what_it_was_whatever_is_dead_by_then() {
    let machine = machine();
    let before = look(&machine);
    let mut session = Session::begin(&machine);

    let start = cursor(&machine);
    protect(&machine, "15s");
    assert_ne!(look(&machine), before);
    wait_for_roll_back(&machine, &start);
    assert_is(&machine, &before, "the time is over");
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
    session.assert_lives();
    assert_eq!(left(&machine), "rolled-back\n");

    let start = cursor(&machine);
    protect(&machine, "15s");
    // Nothing brings them back.
    let kill = "systemctl mask --runtime --quiet proauthd.service dbus.service dbus.socket
        systemctl kill --signal=KILL proauthd.service
        systemctl kill --signal=KILL dbus.service
        systemctl stop --quiet proauthd.service dbus.socket dbus.service
        ! pgrep -x 'proauthd|dbus-daemon'";
    machine.sh(kill, &[]);
    wait_for_roll_back(&machine, &start);
    assert_is(&machine, &before, "daemon and bus are dead");
    session.assert_lives();
    let revive = "systemctl unmask --runtime --quiet proauthd.service dbus.service dbus.socket
        systemctl start dbus.socket proauthd.service";
    machine.sh(revive, &[]);

    let start = cursor(&machine);
    let stopped = caught(&machine, "STOP", PAM_IS_CHANGED, "15s");
    wait_for_roll_back(&machine, &start);
    assert_is(&machine, &before, "protect hangs");
    let protect = goes_on(stopped);
    assert_ne!(protect, Some(0), "it says that it did not succeed");
    assert_is(&machine, &before, "it went on after the roll-back");
    session.assert_lives();

    edited_meanwhile(&machine, &before);
    read_only_meanwhile(&machine, &before);
    removed_meanwhile(&machine, &before);
}

/// What somebody edits in these minutes stays, without our block.
fn edited_meanwhile(machine: &Booted, before: &str) {
    let start = cursor(machine);
    protect(machine, "15s");
    let edit = "echo '# mine' >>/etc/pam.d/sudo
        echo '# mine' >>/etc/ssh/sshd_config.d/00-proauth.conf";
    machine.sh(edit, &[]);
    wait_for_roll_back(machine, &start);
    let edited = r#"tail -n 1 /etc/pam.d/sudo
        ! grep proauth /etc/pam.d/sudo
        cat /etc/ssh/sshd_config.d/00-proauth.conf"#;
    let edited = machine.sh(edited, &[]);
    assert_eq!(edited, "# mine\n# mine\n");
    let back = r#"rm /etc/ssh/sshd_config.d/00-proauth.conf
        truncate --size=-7 /etc/pam.d/sudo
        python3 -c 'import os; os.utime("/etc/pam.d/sudo", ns=(0, 1234567890123456790))'"#;
    machine.sh(back, &[]);
    assert_is(machine, before, "without the edit");
}

/// What cannot be written is not half done, and tried until it can. Units that are started meanwhile
/// do not bring the roll-back of the boot along.
fn read_only_meanwhile(machine: &Booted, before: &str) {
    let start = cursor(machine);
    protect(machine, "10min");
    let protected = look(machine);
    machine.sh(
        "systemctl restart proauth-rollback-boot.service
         systemctl restart proauthd.service",
        &[],
    );
    assert_is(machine, &protected, "the machine was not booted since");
    let read_only = "mount --bind /etc /etc
        mount --options remount,bind,ro /etc
        systemctl start proauth-rollback.service";
    machine.sh(read_only, &[]);
    wait_for(machine, &start, "Scheduled restart job");
    assert_is(machine, &protected, "/etc is read-only");
    machine.sh("umount /etc", &[]);
    wait_for_roll_back(machine, &start);
    assert_is(machine, before, "/etc can be written to again");
}

/// A package that is removed leaves nothing that would be put back, or asked for.
fn removed_meanwhile(machine: &Booted, before: &str) {
    protect(machine, "10min");
    // Else the removal would wait for whoever has just been asked for a code.
    machine.sh("systemctl restart proauthd.service", &[]);
    machine.sh("apt-get -q -y remove proauth", &[]);
    assert_is(machine, before, "the package is gone");
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
    assert_eq!(left(machine), "rolled-back\n");
    let timers = machine.sh(
        "systemctl list-timers --all --no-legend 'proauth*'; systemctl --failed --no-legend --plain",
        &[],
    );
    assert_eq!(timers, "");
    machine.sh(
        "DEBIAN_FRONTEND=noninteractive apt-get -q -y purge proauth
         ! ls -d /var/lib/proauth-rollout",
        &[],
    );
}

/// What is left in the folder of the state.
fn left(machine: &Booted) -> String {
    machine.sh("ls /var/lib/proauth-rollout", &[])
}

/// Where `protect` has noted what it will change.
const STATE_IS_DURABLE: &str = "os.path.exists('/var/lib/proauth-rollout/pending')";

/// Where it has changed a file of PAM.
const PAM_IS_CHANGED: &str = "'pam_proauth' in open('/etc/pam.d/sudo').read()";

/// Where it has changed sshd's configuration, and not told sshd yet.
const SSHD_IS_CHANGED: &str = "os.path.exists('/etc/ssh/sshd_config.d/00-proauth.conf')";

/// Starts `protect` for `time`, and sends it `signal` as soon as `condition` is true.
fn caught(machine: &Booted, signal: &str, condition: &str, time: &str) -> Child {
    let catch = format!(
        "import os, signal, subprocess, sys
protect = subprocess.Popen(sys.argv[1:])
while not {condition}:
    if protect.poll() is not None: sys.exit('it was too fast')
os.kill(protect.pid, signal.SIG{signal})
print('caught', flush=True)
if '{signal}' == 'STOP':
    sys.stdin.readline()
    os.kill(protect.pid, signal.SIGCONT)
sys.exit(abs(protect.wait()))"
    );
    let argv = [&["python3", "-c", &catch][..], &PROTECT, &[time]].concat();
    let mut command = machine.command(None, &argv);
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = streams
        .spawn()
        .expect("nsenter (package util-linux) starts");
    let stdout = child.stdout.as_mut().expect("it is piped");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "caught"), "it was too fast");
    child
}

/// Lets one that was stopped go on, to its end.
fn goes_on(mut stopped: Child) -> Option<i32> {
    let stdin = stopped.stdin.as_mut().expect("it is piped");
    writeln!(stdin, "go on").expect("it listens");
    stopped.wait().expect("it is a child").code()
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn a_reboot_puts_back_what_was_changed_however_far_protect_had_come() {
    let mut machine = machine();
    let before = look(&machine);

    protect(&machine, "10min");
    machine.reboot();
    assert_is(&machine, &before, "rebooted before the time was over");
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
    assert_eq!(left(&machine), "rolled-back\n");
    let order = machine.sh(
        "systemctl show --value --property=ExecMainExitTimestampMonotonic proauth-rollback-boot
         systemctl show --value --property=ExecMainStartTimestampMonotonic ssh",
        &[],
    );
    let times: Vec<u64> = order
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    assert!(
        0 < times[0] && times[0] < times[1],
        "before sshd: {times:?}"
    );

    for (condition, when) in [
        (STATE_IS_DURABLE, "killed once the state was durable"),
        (PAM_IS_CHANGED, "killed once a file of PAM was changed"),
        (SSHD_IS_CHANGED, "killed before sshd was told"),
    ] {
        let mut killed = caught(&machine, "KILL", condition, "10min");
        assert!(!killed.wait().expect("it is a child").success());
        machine.reboot();
        assert_is(&machine, &before, when);
    }
    assert_eq!(machine.ssh("alice", &[]), LetIn, "no code is asked for");
}
