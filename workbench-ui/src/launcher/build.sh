# Building, and running what was built.

# Of the contents of all that the program is built from
sources_hash() {
    (cd "$root" && find pom.xml .mvn */pom.xml */src/main -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
}

built() { [ -e "$build/built-from" ] && [ "$(cat "$build/built-from")" = "$(sources_hash)" ] && have java; }

compile() {
    local log=$build/build.log hash
    hash=$(sources_hash)
    rm -rf "$build"
    mkdir -p "$build"
    (cd "$root" && mvn -B -ntp -DskipTests package 2>&1 </dev/null) | tee "$log" |
        sed -u -n 's/^\[INFO\] Building \([^ ]* [^ ]*\) *\(\[[0-9]*\/[0-9]*\]\)$/      \2 \1/p' >&3 ||
        {
            grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
            fail "the build failed; all it said is in $log"
        }
    archive_classes
    echo "$hash" >"$build/built-from"
}

# What Java has loaded once it maps in the next time. Without it, all is as it was but slower to start.
classes=$build/classes.jsa
archive_classes() {
    local session=$build/training
    XDG_STATE_HOME=$build timeout -k 10 120 java "@$launcher/jvm.options" -Dprism.order=sw "-XX:ArchiveClassesAtExit=$classes" -cp "$build/lib/*" \
        dev.marey.workbench.TrainingRun "$session" >"$build/training.log" 2>&1 </dev/null || true
    rm -rf "$session"
}

run_marey() {
    local options=("@$launcher/jvm.options" "-Dmarey.command=$0")
    # Java says nothing about an archive that another Java has made, and does without it.
    [ ! -e "$classes" ] || options+=("-XX:SharedArchiveFile=$classes" -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off)
    [ -d /dev/dri ] || options+=(-Dprism.order=sw) # no graphics card: do not look for one
    exec java "${options[@]}" -cp "$build/lib/*" dev.marey.workbench.Launcher "$@"
}
