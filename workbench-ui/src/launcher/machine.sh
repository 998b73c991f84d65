# What the machine must be able to do.

# All of it is looked at before anything is said: what stands in the way goes here, a line each.
blockers=()
block() { blockers+=("$*"); }

# Sets processor_and_kernel.
check_processor_and_kernel() {
    local release major minor
    release=$(uname -r)
    processor_and_kernel="$(uname -m), $(uname -s) $release"
    if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ]; then
        block "this is $(uname -s) on $(uname -m); Marey needs Linux on x86-64"
        return
    fi
    major=${release%%.*}
    minor=${release#*.}
    minor=${minor%%[!0-9]*}
    if [ "$major" -lt 5 ] || { [ "$major" = 5 ] && [ "${minor:-0}" -lt 19 ]; }; then
        block "this kernel is $release; write-protecting a guest's memory needs Linux 5.19 or newer (Debian 12 has 6.1)"
    fi
}

# The folder itself, or where it will be made.
existing() {
    local folder=$1
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    echo "$folder"
}
free_megabytes() { df -Pm "$(existing "$1")" | awk 'NR == 2 { print $4 }'; }

# Blocks for each folder that cannot be written, and once for each disk that is too full.
check_disk() { # megabytes needed, folder...
    local needed=$1 folder free disk disks=' '
    shift
    for folder; do
        [ -w "$(existing "$folder")" ] || block "$folder cannot be written by $(id -un)"
        disk=$(stat -c %d "$(existing "$folder")")
        free=$(free_megabytes "$folder")
        if [ "$free" -lt "$needed" ] && [ "$disks" = "${disks#* "$disk" }" ]; then
            block "$folder has $free MB free, $needed MB are needed; free some, or set XDG_CACHE_HOME to a bigger disk"
        fi
        disks+="$disk "
    done
}

device=/dev/userfaultfd

# Asks the kernel as the program will. Sets userfaultfd to permitted, old or refused, and then device_errno and
# refusals, the kernel's own words.
ask_userfaultfd() {
    userfaultfd=permitted device_errno= refusals=
    have perl || return 0 # the program itself asks again
    read -r userfaultfd device_errno refusals < <(LC_ALL=C perl "$launcher/userfaultfd.pl" "$device") || true
    [ -n "$userfaultfd" ] || userfaultfd=permitted
}

# Behind a seccomp filter, as containers are
confined() { grep -q '^Seccomp:[[:space:]]*2' /proc/self/status; }

# Sets grant_userfaultfd to the group a udev rule will let in, where that is what is missing; blocks where nothing helps
# that could be done from here.
check_userfaultfd() {
    local eacces=13 docker
    ask_userfaultfd
    [ "$userfaultfd" != permitted ] || return 0
    docker="a container is let in from outside: docker run --device $device (host with Linux 6.1 or newer), or \
docker run --security-opt seccomp=unconfined --cap-add SYS_PTRACE and root inside"
    if [ "$userfaultfd" = old ]; then
        block "this kernel's userfaultfd cannot write-protect shared memory; Linux 5.19 or newer can if it is built so (Debian's is)"
    elif [ "$(id -u)" != 0 ] && [ "$device_errno" = $eacces ]; then
        grant_userfaultfd=$(id -gn)
    elif [ "$refusals" != "${refusals#*Function not implemented}" ]; then
        block "this kernel has no userfaultfd, or a sandbox hides it ($refusals); Marey needs one built with CONFIG_USERFAULTFD=y (Debian's is)"
    elif [ "$(id -u)" = 0 ] || confined; then
        block "userfaultfd is not permitted to $(id -un) here: $refusals; $docker"
    else
        block "userfaultfd is not permitted to $(id -un): $refusals; as root: sysctl vm.unprivileged_userfaultfd=1"
    fi
}

# Sets display to what is there, or to nothing with the reason in no_display.
find_display() {
    local number
    display= no_display=
    if [ -z "${DISPLAY:-}" ]; then
        no_display="no display (DISPLAY is not set)"
        [ -z "${WAYLAND_DISPLAY:-}" ] || no_display="no X display (DISPLAY is not set; under Wayland, Xwayland gives one)"
        return
    fi
    number=${DISPLAY#:}
    number=${number%%.*}
    if [ "$DISPLAY" != "${DISPLAY#:}" ] && [ ! -S "/tmp/.X11-unix/X$number" ] &&
        ! grep -q "@/tmp/.X11-unix/X$number\$" /proc/net/unix 2>/dev/null; then
        no_display="no display (DISPLAY is $DISPLAY, but no X server answers there)"
        return
    fi
    display=$DISPLAY
}
