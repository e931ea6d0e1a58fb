# PID 1 of a world. Runs as root in new mount, PID, network, UTS and IPC namespaces; says "ready"
# with the PID that it has outside, and lasts as long as its standard input.
set -eu

# Outside the world /proc is still the one of the machine.
read -r pid _ </proc/self/stat

mount -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root || {
    echo "the kernel does not mount overlayfs over /" >&2
    exit 1
}
cd /mnt/root

mount -t proc proc proc
mount -t tmpfs -o mode=0755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=0755 tmpfs home
mount -t tmpfs -o mode=0700 tmpfs root

# A /dev of its own, for its own /dev/log and its own ptys.
mount -t tmpfs -o mode=0755 tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,mode=0620,ptmxmode=0666,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd

ip link set lo up
hostname testhost

exec chroot . bash -c 'echo "ready $0"; while read -r _; do :; done' "$pid"
