# What the machine must be able to do.

check_processor_and_kernel() {
    local release major minor
    [ "$(uname -s) $(uname -m)" = "Linux x86_64" ] ||
        fail "this is $(uname -s) on $(uname -m); Marey needs Linux on x86-64"
    release=$(uname -r)
    major=${release%%.*}
    minor=${release#*.}
    minor=${minor%%[!0-9]*}
    if [ "$major" -lt 5 ] || { [ "$major" = 5 ] && [ "${minor:-0}" -lt 19 ]; }; then
        fail "this kernel is $release; write-protecting a guest's memory needs Linux 5.19 or newer (Debian 12 has 6.1)"
    fi
    have apt-get || fail "apt-get is not here; ./marey sets up Debian 12 machines; docs/dependencies.md lists what is needed"
    processor_and_kernel="x86-64, Linux $release"
}

# Megabytes free where the folder is or will be.
free_megabytes() {
    local folder=$1
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    df -Pm "$folder" | awk 'NR == 2 { print $4 }'
}

check_disk() { # megabytes needed, folder...
    local needed=$1 folder free
    shift
    for folder; do
        free=$(free_megabytes "$folder")
        [ "$free" -ge "$needed" ] || fail "$folder has $free MB free, $needed MB are needed; free some, or set XDG_CACHE_HOME to a bigger disk"
    done
}

device=/dev/userfaultfd

# Whether live snapshots are permitted to this user. The program asks the kernel itself later on; this is for the list.
userfaultfd_permitted() {
    [ "$(id -u)" = 0 ] || [ "$(cat /proc/sys/vm/unprivileged_userfaultfd 2>/dev/null)" = 1 ] ||
        { [ -r "$device" ] && [ -w "$device" ]; }
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
