#!/usr/bin/env bash
# Assembles the PTX of every kernel with NVIDIA's ptxas, which needs no GPU, and prints what each takes of a GPU.
#
# A ptxas on PATH is used as it is. Otherwise that of Debian 13 (trixie, non-free, CUDA 12.4) is unpacked in a folder of its
# own; it also runs on Debian 12. Nothing is installed, and root is not needed.
set -euo pipefail

readonly suite=trixie component=non-free package=nvidia-cuda-toolkit
readonly architectures=(sm_80 sm_90)
readonly unavailable=3

usage() {
    cat <<'END'
usage: eng/ptxas.sh            a table of all kernels: registers, shared memory, spilled bytes
       eng/ptxas.sh prepare    finds or fetches ptxas (87 MB) and prints its path
       eng/ptxas.sh FILE.ptx   the same table for PTX files

Exits with 0; with 1 where a kernel fails to assemble, spills registers or needs a stack; with 3 where ptxas can be neither found nor
fetched. It is kept in $HOMER_PTXAS_DIR, by default ~/.cache/homer/ptxas.
END
}

say() { echo "ptxas.sh: $1" >&2; }

# The mirror that apt itself uses for Debian.
debian_mirror() {
    # shellcheck disable=SC2016 # apt-get expands them
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && !found { print $2; found = 1 }'
}

# Downloads the package with lists of its own, so that the machine's sources stay as they are.
fetch() {
    local mirror partial=$1.partial
    for tool in apt-get dpkg-deb; do
        command -v $tool >/dev/null || { say "there is neither ptxas nor $tool to fetch it."; return 1; }
    done
    mirror=$(debian_mirror)
    if [[ -z $mirror && $EUID -eq 0 ]]; then
        apt-get update -q >&2 || say "apt-get update failed, at least in part; going on."
        mirror=$(debian_mirror)
    fi
    [[ -n $mirror ]] || { say "apt's lists name no Debian mirror (run apt-get update as root)."; return 1; }

    rm -rf "$partial"
    mkdir -p "$partial"/{lists/partial,cache/archives/partial,tree}
    echo "deb $mirror $suite $component" >"$partial/sources.list"
    local options=(
        -q -o Dir::Etc::SourceList="$partial/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$partial/lists"
        -o Dir::Cache="$partial/cache" -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
        -o Debug::NoLocking=true -o APT::Sandbox::User= -o APT::Default-Release= -o Acquire::Languages=none
    )
    apt-get "${options[@]}" update >&2 || { say "the lists of Debian $suite could not be fetched."; return 1; }
    (cd "$partial" && apt-get "${options[@]}" download $package >&2) || { say "$package could not be fetched."; return 1; }
    dpkg-deb -x "$partial"/$package*.deb "$partial/tree"
    local found
    found=$(find "$partial/tree" -type f -name ptxas -perm -u+x | head -n 1)
    [[ -n $found ]] || { say "$package holds no ptxas."; return 1; }
    mkdir -p "$1"
    mv "$found" "$1/ptxas.new"
    mv "$1/ptxas.new" "$1/ptxas"
    rm -rf "$partial"
}

prepare() {
    command -v ptxas && return
    local folder=${HOMER_PTXAS_DIR:-${HOME:?}/.cache/homer/ptxas}
    [[ -x $folder/ptxas ]] || fetch "$folder" || return
    "$folder/ptxas" --version >/dev/null || { say "$folder/ptxas does not run here."; return 1; }
    echo "$folder/ptxas"
}

# Has the test project write the PTX of every kernel, as a device of each architecture gets it, into a folder.
write_ptx() {
    HOMER_PTX_DIR=$1 dotnet run --project "$(dirname "${BASH_SOURCE[0]}")/../Homer.Tests" -- \
        --filter-class '*PtxFileTests' --no-ansi --no-progress >"$1/log" 2>&1 || { cat "$1/log" >&2; return 1; }
}

# Assembles one file and prints "name architecture registers shared spilled stack", or what ptxas has against it.
assemble() {
    local name architecture report
    name=$(basename "$3" .ptx)
    architecture=${name##*.}
    [[ $architecture == sm_* ]] || architecture=sm_80
    if ! report=$("$1" -v -arch="$architecture" -o "$2/$name.cubin" "$3" 2>&1); then
        printf '%s %s failed: %s\n' "${name%.sm_*}" "$architecture" "$(grep -m 1 -i -E 'error|fatal' <<<"$report" || tail -n 1 <<<"$report")"
        return
    fi
    # Functions that were not inlined are reported, too: the worst of all counts.
    awk -v name="${name%.sm_*}" -v architecture="$architecture" '
        function worst(pattern, old) { return match($0, "[0-9]+ " pattern) && substr($0, RSTART) + 0 > old ? substr($0, RSTART) + 0 : old }
        { registers = worst("registers", registers); shared = worst("bytes smem", shared); stack = worst("bytes stack frame", stack)
          stores = worst("bytes spill stores", stores); loads = worst("bytes spill loads", loads) }
        END { print name, architecture, registers + 0, shared + 0, stores + loads, stack + 0 }' <<<"$report"
}
export -f assemble

print_table() {
    local rows
    rows=$(printf '%s\0' "${@:3}" | xargs -0 -P "$(nproc)" -I{} "$BASH" -c 'assemble "$@"' _ "$1" "$2" {} | sort)
    # Both architectures of a kernel on one line: "registers 40 / 42".
    awk '
        $3 == "failed:" { failures[++failed] = $0; next }
        { if (!($1 in seen)) { order[++count] = $1; seen[$1] = 1 }
          for (c = 1; c <= 4; c++) { key = $1 SUBSEP c; if (!(key in cell)) cell[key] = $(c + 2); else if (cell[key] != $(c + 2)) cell[key] = cell[key] " / " $(c + 2) }
          if ($5 > 0 || $6 > 0) spills++ }
        END {
            width = 6
            for (i = 1; i <= count; i++) if (length(order[i]) > width) width = length(order[i])
            format = "| %-" width "s | %9s | %12s | %13s | %11s |\n"
            printf format, "kernel", "registers", "shared bytes", "spilled bytes", "stack bytes"
            dashes = sprintf("%" width "s", ""); gsub(/ /, "-", dashes)
            printf "|-%s-|----------:|-------------:|--------------:|------------:|\n", dashes
            for (i = 1; i <= count; i++) printf format, order[i], cell[order[i], 1], cell[order[i], 2], cell[order[i], 3], cell[order[i], 4]
            for (i = 1; i <= failed; i++) print failures[i]
            printf "%d kernels, %d keep registers in memory, %d failed\n", count, spills, failed
            exit spills + failed > 0 || count == 0 }' <<<"$rows"
}

case ${1:-} in
    -h | --help | help) usage; exit ;;
    prepare) prepare || exit $unavailable; exit ;;
    *.ptx | "") ;;
    *) usage >&2; exit 2 ;;
esac

ptxas=$(prepare | tail -n 1) || exit $unavailable
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ $# -eq 0 ]]; then
    write_ptx "$work" || { say "the kernels' PTX could not be written."; exit 1; }
    set -- "$work"/*.ptx
    echo "$("$ptxas" --version | grep -o 'release [0-9.]*'), ${architectures[*]}; where they differ, in this order"
fi
print_table "$ptxas" "$work" "$@"
