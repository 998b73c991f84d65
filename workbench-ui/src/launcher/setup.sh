# The steps from a fresh machine to a running Marey. Each finds out itself what is left of it to do, so after Ctrl+C the
# next ./marey goes on where this one stopped.

missing_lines=() missing_bytes=0
will_download() { # bytes, what
    missing_lines+=("$(printf '%9s  %s' "$([ "$1" = 0 ] || megabytes "$1")" "$2")")
    missing_bytes=$((missing_bytes + $1))
}

# Fills missing_lines with all that is missing for $1: start, command or test.
find_missing() {
    local before=0 now i bytes name
    find_missing_packages "$1"
    if [ ${#missing_packages[@]} -gt 0 ]; then
        package_lists
        for i in "${!missing_packages[@]}"; do
            now=$(download_size "${missing_packages[@]:0:i+1}")
            will_download $((now - before)) "${missing_packages[i]} with what it needs: ${missing_reasons[i]}"
            before=$now
        done
    fi
    if { [ "$1" = test ] || ! built; } && [ ! -e "$HOME/.m2/repository/org/openjfx/javafx-graphics" ]; then
        will_download 120000000 "Java libraries and Maven plugins, into ~/.m2"
    fi
    while read -r bytes name; do
        will_download "$bytes" "$name, into $cache"
    done < <("$root/machine/src/guest/prepare" --missing $([ "$1" != test ] || echo --tests))
    grant_userfaultfd=
    if ! userfaultfd_permitted; then
        if [ -e "$device" ]; then
            grant_userfaultfd=$(id -gn)
            missing_lines+=("$(printf '%9s' '')  permission for userfaultfd: a udev rule that gives $device to the group $grant_userfaultfd")
        else
            fail "userfaultfd is not permitted to $(id -un), and this kernel has no $device to permit; as root: sysctl vm.unprivileged_userfaultfd=1"
        fi
    fi
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
            say "This needs root, and sudo does not give it here. Run this line, then ./marey again:"
            say ""
            say "    su -c '${line% }'"
            say ""
            exit 1
        fi
    fi
    hash -r
}

# A single command runs whatever was built: the program itself says what it misses.
in_place() {
    built || return
    [ "$1" = command ] && return
    find_missing "$1"
    [ ${#missing_lines[@]} = 0 ]
}

# All up to a built program and prepared guests. $1: start, command or test.
setup() {
    local kind=$1 line
    if [ "$kind" != test ] && in_place "$kind"; then
        prepare_guests --quiet
        return
    fi
    missing_lines=() missing_bytes=0
    steps=$([ "$kind" = start ] && echo 5 || echo 4)
    step "This machine"
    check_processor_and_kernel
    find_display
    say "      $processor_and_kernel; $(free_megabytes "$root") MB free; ${display:+display $display}$no_display"
    find_missing "$kind"
    if [ ${#missing_lines[@]} -gt 0 ]; then
        check_disk 3000 "$root" "$cache" "$HOME"
        say "      missing:"
        for line in "${missing_lines[@]}"; do say "    $line"; done
        say "    $(printf '%9s' "$(megabytes "$missing_bytes")")  to download in all"
        consent "      Install and download this?" || fail "nothing was changed"
    fi
    step "Debian packages and permissions"
    install_as_root
    if [ "$kind" != test ]; then
        step "Build"
        if built; then say "      up to date"; else compile; fi
    fi
    step "Guests"
    prepare_guests $([ "$kind" != test ] || echo --tests)
}

prepare_guests() { "$root/machine/src/guest/prepare" "$@" >&3; }

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
    local arguments=() started=$SECONDS result=0
    case ${1:-} in
    '') ;;
    --long) arguments+=(-Dtest.excluded.tags=) ;;
    *) fail "unknown argument '$1'; ./marey test [--long]" ;;
    esac
    setup test
    step "Tests"
    find "$root" -path '*/target/surefire-reports' -prune -exec rm -rf {} +
    (cd "$root" && mvn -B -ntp --fail-at-end "${arguments[@]}" verify </dev/null) || result=$?
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
