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
    echo "$hash" >"$build/built-from"
}

run_marey() {
    local options=("@$launcher/jvm.options" "-Dmarey.command=$0")
    [ -d /dev/dri ] || options+=(-Dprism.order=sw) # no graphics card: do not look for one
    exec java "${options[@]}" -cp "$build/lib/*" dev.marey.workbench.Launcher "$@"
}
