//! EXPLORE
use super::*;
use proauth_e2e::LetIn;

#[test]
fn explore() {
    for end in ["stop", "kill"] {
        let world = World::new();
        let alice = world.enroll("alice");
        if end == "stop" { world.daemon.stop(); } else { world.daemon.kill(); }
        println!("=== after {end}\n{}", sh(&world, "ls -la /var/lib/proauth /etc/proauth"));
        sh(&world, "cp -a /var/lib/proauth /run/e2e/saved; cp -a /etc/proauth /run/e2e/savedkey");
        for (name, script) in [
            ("empty", "truncate -s 0 $STORE"),
            ("half", "truncate -s 8192 $STORE"),
            ("some", "truncate -s -100 $STORE"),
            ("garbage", "head -c 20000 /dev/urandom > $STORE"),
            ("header ok, garbage after", "dd if=/dev/urandom of=$STORE bs=1 seek=4096 count=8000 conv=notrunc status=none"),
            ("newer", "sqlite3 $STORE 'PRAGMA user_version=99'"),
            ("directory", "rm $STORE; mkdir $STORE"),
            ("symlink", "mv $STORE /run/e2e/x.db; ln -s /run/e2e/x.db $STORE"),
            ("gone", "rm $STORE"),
            ("all gone", "rm $STORE*"),
            ("folder gone", "rm -r /var/lib/proauth"),
            ("wal garbage", "head -c 20000 /dev/urandom > $STORE-wal"),
            ("wal empty", "truncate -s 0 $STORE-wal"),
            ("shm garbage", "head -c 32768 /dev/urandom > $STORE-shm"),
            ("key missing", "rm $KEY"),
            ("key wrong", "head -c 32 /dev/urandom > $KEY"),
            ("key short", "truncate -s 31 $KEY"),
            ("key long", "echo >> $KEY"),
            ("key empty", "truncate -s 0 $KEY"),
            ("key readable", "chmod 644 $KEY"),
            ("key group", "chmod 640 $KEY"),
            ("key other owner", "chown alice $KEY"),
            ("key directory", "rm $KEY; mkdir $KEY"),
            ("read-only", "mount --bind /var/lib/proauth /var/lib/proauth; mount -o remount,bind,ro /var/lib/proauth"),
            ("config", "echo 'x=1' > /etc/proauth/proauthd.toml"),
        ] {
            sh(&world, &format!("STORE={STORE}; KEY={KEY}; {script}"));
            match world.daemon.try_start() {
                Ok(()) => { println!("{end}/{name}: STARTED; login: {:?}", login(&world, "alice", &alice.fresh_code()).outcome); world.daemon.kill(); }
                Err(e) => println!("{end}/{name}: {:?} {}", e.code, e.said.trim_end()),
            }
            println!("    {}", sh(&world, "ls -l /var/lib/proauth 2>/dev/null | awk '{print $5,$9}' | tr '\n' ' '; umount /var/lib/proauth 2>/dev/null || true"));
            // put back only what was damaged? here all
            sh(&world, "rm -rf /var/lib/proauth /etc/proauth; cp -a /run/e2e/saved /var/lib/proauth; cp -a /run/e2e/savedkey /etc/proauth");
            world.daemon.start();
            assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
            if end == "stop" { world.daemon.stop(); } else { world.daemon.kill(); }
            sh(&world, "rm -rf /run/e2e/saved; cp -a /var/lib/proauth /run/e2e/saved");
        }
    }
}
