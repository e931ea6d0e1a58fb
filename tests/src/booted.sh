# Boots a private copy of a machine, with systemd as its PID 1 and the checkout at /checkout, and
# again whenever it is rebooted. Runs as root in a new mount namespace, lasts as long as the machine
# does; $1 is the checkout, $2 the password of alice, $3 the root of the machine.
set -eu

mount -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir="$3",upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root || {
    echo "no overlayfs over $3 on this machine: the kernel must have it, and a container must be privileged" >&2
    exit 1
}
cd /mnt/root

tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
echo testhost >etc/hostname
echo 127.0.0.1 localhost testhost >etc/hosts
# All is mounted.
rm -f etc/fstab
# Whatever else this machine runs, the copy of it need not.
[ "$3" != / ] || find etc/systemd/system -path '*.wants/*' -type l ! -name 'ssh*' ! -name 'dbus*' -delete
# Somebody with a password, a key, and the right to use sudo, as the README has it.
chroot . useradd --create-home --shell /bin/bash --groups sudo alice
echo "alice:$2" | chroot . chpasswd
mkdir -m 700 home/alice/.ssh
ssh-keygen -q -t ed25519 -N '' -f home/alice/.ssh/id_ed25519
cp home/alice/.ssh/id_ed25519.pub home/alice/.ssh/authorized_keys
chroot . chown -R alice: /home/alice/.ssh
sed 's/^/localhost /' etc/ssh/ssh_host_*_key.pub >etc/ssh/ssh_known_hosts

# Control groups of its own: those of two machines have the same names, and what one of them stops,
# it would stop in both. Those that are left of machines of before are empty.
for groups in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [ -e "$groups/cgroup.procs" ] || continue
    find "$groups"/booted-* -depth -type d -mmin +1 -exec rmdir {} + 2>/dev/null || true
    mkdir "$groups/booted-$$"
    echo $$ >"$groups/booted-$$/cgroup.procs"
done

# The form that works where systemd is not the PID 1 of the machine itself.
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/lock checkout
boot() {
    systemd-nspawn --quiet --directory=/mnt/root --register=no --keep-unit --private-network \
        --machine=testhost --bind-ro="$1:/checkout" --console=passive --boot
}
# So it ends when it wants to be booted again.
while status=0 && boot "$1" || status=$?; [ "$status" -eq 133 ]; do :; done
exit "$status"
