# What the starter says, and asks. Progress goes to descriptor 3.

exec 3>&1
to_standard_error() { exec 3>&2; }

steps=0 step=0
say() { echo "$*" >&3; }
step() {
    step=$((step + 1))
    say "[$step/$steps] $*"
}
fail() {
    echo "marey: $*" >&2
    exit 1
}

megabytes() { # of a number of bytes, rounded up
    echo "$((($1 + 999999) / 1000000)) MB"
}

# Sets words to the arguments without --yes, and yes if it was among them. It may stand anywhere before the guest's own
# command line (--); what --type and --expect take is theirs.
take_yes() {
    local before=
    words=() yes=
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        case $before/$1 in
        --type/* | --expect/*) words+=("$1") ;;
        */--yes | */-y) yes=1 ;;
        *) words+=("$1") ;;
        esac
        before=$1
        shift
    done
    words+=("$@")
}

# Yes by --yes, by an answer at the terminal, or as root without a terminal (a container, CI).
consent() {
    local answer
    if [ -n "$yes" ]; then
        return
    fi
    if [ -t 0 ] && [ -t 2 ]; then
        read -r -p "$1 [Y/n] " answer >&2 || answer=n
        case $answer in '' | y | Y | yes | Yes) return ;; esac
        return 1
    fi
    if [ "$(id -u)" = 0 ]; then
        say "Nobody to ask here, and this is root: going ahead."
        return
    fi
    fail "there is no terminal to ask on: ./marey --yes goes ahead with the above"
}

help() {
    cat <<'END'
Marey takes live snapshots of a running QEMU guest, goes back to any of them, and shows what changed.

  ./marey                sets up what is missing, then opens the workbench on the demo guest
  ./marey test [--long]  sets up what the tests need and runs all of them
  ./marey guests         prepares the demo guest and the test guests (--tests: and a second QEMU)
  ./marey COMMAND ...    the command line: doctor, run, open, record, log, diff, verify, revert

--yes, among the words of any of these, answers the one question of the set-up.
END
}
