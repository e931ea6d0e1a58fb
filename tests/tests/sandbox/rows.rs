//! What each restriction refuses, tried, and which work of the daemon is done all the same.

/// A restriction.
pub struct Row {
    pub directive: &'static str,
    /// A command that succeeds without the restriction, and fails where there is nothing but it.
    /// None where that cannot be tried in a container: then only what systemd says of the running
    /// unit is compared.
    pub attempt: Option<&'static str>,
    /// What the service does nevertheless, in the words of `table.rs`.
    pub still: &'static str,
}

const fn row(directive: &'static str, attempt: &'static str, still: &'static str) -> Row {
    Row {
        directive,
        attempt: Some(attempt),
        still,
    }
}

const fn held(directive: &'static str, still: &'static str) -> Row {
    Row {
        directive,
        attempt: None,
        still,
    }
}

/// Every restriction of `proauthd.service` and `proauth-idp.service`.
pub const ROWS: &[Row] = &[
    held("OOMScoreAdjust", "start"),
    held("MemoryMax", "enroll"),
    held("MemorySwapMax", "enroll"),
    held("TasksMax", "identity"),
    held("IPAddressDeny", "enroll"),
    held("DevicePolicy", "enroll"),
    held("LimitNOFILE", "start"),
    held("StateDirectoryMode", "store"),
    held("User", "identity"),
    held("AmbientCapabilities", "identity"),
    held("RemoveIPC", "identity"),
    held("KeyringMode", "start"),
    held("SystemCallArchitectures", "start"),
    held("SystemCallErrorNumber", "crash"),
    // What these refuse, the booted container refuses already.
    held("ProtectProc", "verify"),
    held("ProtectClock", "clock"),
    held("ProtectKernelLogs", "journal"),
    held("ProtectKernelModules", "start"),
    held("ProtectKernelTunables", "start"),
    row("UMask", "test $(umask) = 0022", "key"),
    row("LimitCORE", "test $(ulimit -H -c) != 0", "crash"),
    row("PrivateNetwork", "ss -ltnH | grep -q :22", "verify"),
    row(
        "RestrictAddressFamilies",
        "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'",
        "name service",
    ),
    row(
        "InaccessiblePaths",
        "ls /var/lib/proauth/proauth.db",
        "identity",
    ),
    row("CapabilityBoundingSet", "chown 1 /run/attempt", "store"),
    row(
        "NoNewPrivileges",
        "grep -q NoNewPrivs:.0 /proc/self/status",
        "start",
    ),
    row("RestrictSUIDSGID", "chmod u+s /run/attempt", "key"),
    row("ProtectSystem", "touch /usr/attempt", "store"),
    row("ProtectHome", "ls /home/alice/.ssh", "name service"),
    row("PrivateTmp", "ls /tmp/attempt", "store"),
    row(
        "PrivateMounts",
        "test $(readlink /proc/self/ns/mnt) = $(readlink /proc/1/ns/mnt)",
        "reload",
    ),
    row("PrivateDevices", "ls /dev/console", "enroll"),
    row(
        "PrivateIPC",
        "test $(readlink /proc/self/ns/ipc) = $(readlink /proc/1/ns/ipc)",
        "start",
    ),
    row("ProcSubset", "cat /proc/cpuinfo", "enroll"),
    row(
        "ProtectControlGroups",
        "rmdir $(mktemp -d -p /sys/fs/cgroup/systemd)",
        "start",
    ),
    row("ProtectHostname", "hostname testhost", "enroll"),
    row(
        "LockPersonality",
        "setarch --addr-no-randomize true",
        "start",
    ),
    row(
        "MemoryDenyWriteExecute",
        "python3 -c 'import mmap; mmap.mmap(-1, 4096, prot=7)'",
        "enroll",
    ),
    row("RestrictNamespaces", "unshare --uts true", "start"),
    row("RestrictRealtime", "chrt --fifo 1 true", "verify"),
    row(
        "SystemCallFilter",
        "mount -t tmpfs tmpfs /mnt && chroot / true",
        "enroll",
    ),
];
