# Debian packages: which are needed, which are missing, how much they download.

have() { command -v "$1" >/dev/null; }
have_library() { # all of ldconfig's output is taken: a pipe closed early would kill it
    case $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) in *[[:space:]]"$1 "*) return ;; esac
    return 1
}
have_jdk() { # 17 or newer, with a compiler
    local version
    have java || return
    version=$(javac -version 2>&1) || return
    version=${version#javac }
    [ "${version%%[!0-9]*}" -ge 17 ] 2>/dev/null
}
have_maven() { have mvn; }
have_gcc() { have gcc && have ld; }
have_c_library() { [ -e /usr/include/stdio.h ]; }
have_qemu() { have qemu-system-x86_64; }
have_gdb() { have gdb; }
have_gtk() { have_library libgtk-3.so.0; }
have_xtst() { have_library libXtst.so.6; }
have_fonts() { [ -n "$(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null)" ]; }
have_qemu_img() { have qemu-img; }
have_ext4_tools() { (PATH=$PATH:/sbin:/usr/sbin && have mkfs.ext4 && have e2fsck && have debugfs); }
have_xvfb() { have Xvfb; }

# package, what tells that it is there (whoever brought it), what for
needed_packages() {
    cat <<'END'
openjdk-17-jdk-headless have_jdk Java compiler and runtime
maven have_maven builds Marey
gcc have_gcc compiles its native parts and the demo guest's programs
libc6-dev have_c_library headers for them
qemu-system-x86 have_qemu runs the guests
gdb have_gdb debugs them
libgtk-3-0 have_gtk window
libxtst6 have_xtst window
fonts-dejavu-core have_fonts text in the window
END
    if [ "$1" = test ]; then
        echo "qemu-utils have_qemu_img a second opinion on the images Marey writes, for tests"
        echo "e2fsprogs have_ext4_tools makes and checks disks, for tests"
        echo "xvfb have_xvfb an X server without a screen, for the window's tests"
    fi
}

# Sets missing_packages; lines of "package what for" in missing_reasons.
find_missing_packages() {
    local package there reason
    missing_packages=() missing_reasons=()
    while read -r package there reason; do
        if ! "$there"; then
            missing_packages+=("$package")
            missing_reasons+=("$reason")
        fi
    done < <(needed_packages "$1")
}

# apt may know no packages at all (a fresh container): then lists of our own, which need no root. Blocks and fails where
# there are none to be had.
package_lists() {
    apt_options=(-o APT::Sandbox::User=root)
    if ! have apt-get; then
        block "apt-get is not here; ./marey sets up Debian 12 machines; docs/dependencies.md lists what is needed"
        return 1
    fi
    known_to_apt qemu-system-x86 && return
    local lists=$cache/debian/apt
    apt_options+=(-o "Dir::State=$lists/state" -o Dir::State::status=/var/lib/dpkg/status -o "Dir::Cache=$lists/cache")
    known_to_apt qemu-system-x86 && return
    say "      reading Debian's package lists"
    mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial"
    apt-get "${apt_options[@]}" -qq update >&2 && return
    block "Debian's package lists could not be downloaded (apt-get update); is there a network?"
    return 1
}

known_to_apt() { [ -n "$(apt-cache "${apt_options[@]}" show --no-all-versions "$1" 2>/dev/null)" ]; }

# Bytes that installing the packages downloads, those they bring included. Fails where apt can't say.
download_size() {
    local uris
    uris=$(apt-get "${apt_options[@]}" --no-install-recommends -qq --print-uris -y install "$@" 2>&1) || {
        echo "$uris" | sed -n 's/^E: //p' | head -n 1
        return 1
    }
    awk '/^\x27/ { sum += $3 } END { printf "%d\n", sum }' <<<"$uris"
}
