# The steps from a fresh machine to a running Marey. Each finds out itself what is left of it to do, so after Ctrl+C the
# next ./marey goes on where this one stopped.

missing_lines=() missing_bytes=0
will_download() { # bytes, what
    missing_lines+=("$(printf '%9s  %s' "$([ "$1" = 0 ] || megabytes "$1")" "$2")")
    missing_bytes=$((missing_bytes + $1))
}

# Fills missing_lines with all that is missing for $1 (see setup), and blockers with what nothing here can mend.
find_missing() {
    missing_lines=() missing_bytes=0 blockers=()
    check_processor_and_kernel
    list_packages "$1"
    list_libraries "$1"
    list_guests "$1"
    grant_userfaultfd=
    [ "$1" = command ] || check_userfaultfd
    if [ -n "$grant_userfaultfd" ]; then
        missing_lines+=("$(printf '%9s' '')  permission for userfaultfd: a udev rule that gives $device to the group $grant_userfaultfd")
    fi
    if [ ${#missing_lines[@]} -gt 0 ]; then check_disk 3000 "$root" "$cache" "$HOME"; fi
}

list_packages() {
    local before=0 now i lists=1
    find_missing_packages "$1"
    if [ ${#missing_packages[@]} = 0 ]; then return; fi
    package_lists || lists=
    for i in "${!missing_packages[@]}"; do
        if [ -z "$lists" ]; then
            now=$before # a blocker tells why there are no sizes
        elif ! now=$(download_size "${missing_packages[@]:0:i+1}"); then
            block "apt cannot install ${missing_packages[i]}: ${now:-apt-get says nothing}; ./marey sets up Debian 12 machines"
            now=$before
        fi
        will_download $((now - before)) "${missing_packages[i]} with what it needs: ${missing_reasons[i]}"
        before=$now
    done
}

list_libraries() {
    local repository=$HOME/.m2/repository
    if [ ! -e "$repository/org/openjfx/javafx-graphics" ]; then
        if [ "$1" = test ] || ! built; then will_download 120000000 "Java libraries and Maven plugins, into ~/.m2"; fi
    fi
    if [ "$1" = test ] && [ ! -e "$repository/com/diffplug/spotless" ]; then
        will_download 30000000 "what checks and tests them, into ~/.m2"
    fi
}

list_guests() {
    local bytes name
    while read -r bytes name; do
        will_download "$bytes" "$name, into $cache"
    done < <(missing_guests "$1")
}

prepare=$root/machine/src/guest/prepare

# Guests that are named by MAREY_GUESTS are somebody else's to prepare.
missing_guests() {
    case $1 in
    guest | command) ;;
    test) "$prepare" --missing --tests ;;
    *) [ -n "${MAREY_GUESTS:-}" ] || "$prepare" --missing ;;
    esac
}

prepare_guests() { "$prepare" "$@" >&3; }

prepare_guests_for() {
    case $1 in
    guest | command) ;;
    test) prepare_guests --tests ;;
    *) [ -n "${MAREY_GUESTS:-}" ] || prepare_guests "${@:2}" ;;
    esac
}

install_as_root() {
    local arguments=() line
    [ -z "$grant_userfaultfd" ] || arguments+=(--userfaultfd "$grant_userfaultfd")
    arguments+=("${missing_packages[@]}")
    if [ ${#arguments[@]} = 0 ]; then
        say "      nothing to install"
    elif [ "$(id -u)" = 0 ]; then
        "$launcher/as-root" "${arguments[@]}" </dev/null >&3 2>&1 || fail "the packages could not be installed; see apt's own words above"
    else
        line="$(printf '%q ' "$launcher/as-root" "${arguments[@]}")"
        if have sudo && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
            sudo "$launcher/as-root" "${arguments[@]}" >&3 2>&1 || fail "the packages could not be installed; see apt's own words above"
        else
            say "This needs root, and sudo does not give it here. Run this line, then the same again:"
            say ""
            line=${line% }
            say "    su -c '${line//\'/\'\\\'\'}'"
            say ""
            exit 1
        fi
    fi
    hash -r
}

# A single command runs whatever was built, and needs no more than the demo guest: the program itself says what it
# misses.
in_place() {
    built || return
    case $1 in
    start) find_missing "$1" && [ ${#missing_lines[@]} = 0 ] && [ ${#blockers[@]} = 0 ] ;;
    test) return 1 ;;
    *) [ -z "$(missing_guests "$1")" ] ;;
    esac
}

# What a command is to setup.
kind_of_command() {
    while [ $# -gt 0 ] && [ "$1" != "${1#-}" ]; do shift; done # --json
    local command=${1:-} word kind=command
    case $command in
    tour | bench) kind=demo ;;
    run | record | open | revert) kind=guest ;;
    esac
    for word in "${@:2}"; do
        case $command/$word in
        */--) break ;;
        */--help | */-h) kind=command && break ;;
        run/--demo | record/--demo) kind=demo ;;
        esac
    done
    echo $kind
}

# All up to a built program and what it runs on. $1: start, test, demo (a command that boots the demo guest), guest (one
# that boots another) or command (one that boots none).
setup() {
    local kind=$1
    if in_place "$kind"; then
        prepare_guests_for "$kind" --quiet
        return
    fi
    case $kind in start) steps=5 ;; guest | command) steps=3 ;; *) steps=4 ;; esac
    step "This machine"
    find_display
    find_missing "$kind"
    say "      $processor_and_kernel; $(free_megabytes "$root") MB free; ${display:+display $display}$no_display"
    tell_missing
    if [ ${#missing_lines[@]} -gt 0 ]; then
        consent "      Install and download this?" || fail "nothing was changed"
    fi
    step "Debian packages and permissions"
    install_as_root
    if [ "$kind" != test ]; then
        step "Build"
        if built; then say "      up to date"; else compile; fi
    fi
    if [ "$kind" != guest ] && [ "$kind" != command ]; then
        step "Guests"
        prepare_guests_for "$kind"
    fi
}

# Says all that is missing, and ends here where something is in the way.
tell_missing() {
    local line
    if [ ${#missing_lines[@]} -gt 0 ]; then
        say "      missing:"
        for line in "${missing_lines[@]}"; do say "    $line"; done
        say "    $(printf '%9s' "$(megabytes "$missing_bytes")")  to download in all"
    fi
    if [ ${#blockers[@]} -gt 0 ]; then
        say "      in the way:"
        for line in "${blockers[@]}"; do say "        - $line"; done
        fail "mend what is in the way, then run this again; nothing was changed"
    fi
}

start() {
    setup start
    find_display
    [ "$steps" = 0 ] || step "Workbench"
    if [ -n "$display" ]; then
        run_marey
    fi
    say "There is $no_display, so no window opens. Instead, the one-minute tour of the demo guest, here:"
    say ""
    run_marey tour
}

run_tests() {
    local arguments=() started=$SECONDS result=0 word log=$root/workbench-ui/target/tests.log
    for word; do
        case $word in
        --long) arguments=(-Dtest.excluded.tags=) ;;
        *) fail "unknown argument '$word'; ./marey test [--long] [--yes]" ;;
        esac
    done
    setup test
    step "Tests"
    find "$root" -path '*/target/surefire-reports' -prune -exec rm -rf {} +
    # Each module needs the one before it: a module whose tests fail would keep the later ones
    # from being tested, so failures are ignored, and found in what Maven says about them.
    mkdir -p "${log%/*}"
    (cd "$root" && mvn -B -ntp -Dmaven.test.failure.ignore=true "${arguments[@]}" verify </dev/null | tee "$log") ||
        result=$?
    if [ "$result" = 0 ] && grep -q '^\[ERROR\]' "$log"; then
        result=1
    fi
    summary "$result" $((SECONDS - started))
}

# Last words: what the test reports say, added up. A skipped test is a failure.
summary() {
    local result=$1 seconds=$2 tests failures errors skipped
    read -r tests failures errors skipped < <(
        find "$root" -path '*/target/surefire-reports/TEST-*.xml' -exec sed -n '/^<testsuite /,/>/p' {} + |
            awk '{
                while (match($0, / (tests|failures|errors|skipped)="[0-9]+"/)) {
                    split(substr($0, RSTART + 1, RLENGTH - 2), pair, "=\"")
                    sum[pair[1]] += pair[2]
                    $0 = substr($0, RSTART + RLENGTH)
                }
            } END { print sum["tests"] + 0, sum["failures"] + 0, sum["errors"] + 0, sum["skipped"] + 0 }'
    )
    if [ "$skipped" != 0 ] && [ "$result" = 0 ]; then
        result=1
    fi
    say ""
    say "Tests run: $tests, failures: $failures, errors: $errors, skipped: $skipped; $((seconds / 60)) min $((seconds % 60)) s; $([ "$result" = 0 ] && echo passed || echo FAILED)"
    exit "$result"
}
