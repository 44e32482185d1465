#!/usr/bin/env bash
# Runs two builds of homer side by side on homer-mini and compares cache files, tables and JSON byte by byte; seconds and paths apart.
# After a change that must not change a result: build the old and the new tree with `dotnet build -c Release`, then compare.
set -uo pipefail

usage() {
    echo "usage: eng/same-results.sh OLD NEW    the two homer executables, such as ../old/Homer.Cli/bin/Release/net10.0/homer"
    exit 2
}

[[ $# -eq 2 && -x $1 && -x $2 ]] || usage
old=$(realpath "$1") new=$(realpath "$2")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readonly model=models/homer-mini question='What is the pass key?'
different=0

# A file named OUT on the command line is compared if it is written, standard output otherwise.
compare() {
    local first same=different
    "$old" "${@//OUT/$work/old}" >"$work/old.out" 2>"$work/old.err"
    first=$?
    "$new" "${@//OUT/$work/new}" >"$work/new.out" 2>"$work/new.err"
    if [[ $? -eq $first ]]; then
        if [[ -f $work/old ]]; then
            cmp -s "$work/old" "$work/new" && same=same
        else
            cmp -s <(plain "$work/old.out") <(plain "$work/new.out") && same=same
        fi
    fi
    [[ $same == same ]] || different=$((different + 1))
    rm -f "$work/old" "$work/new"
    printf '%-10s homer %s\n' "$same" "${*//$work\//}"
}

# Without what differs from run to run.
plain() { sed -E 's/("[a-z_]*(seconds|per_second)": *)[0-9.eE+-]+/\10/g' "$1"; }

document=$work/chronicle.txt
"$old" demo >/dev/null 2>&1
head -c 40000 /tmp/homer-demo.txt >"$document"

compress=(compress --model $model --document "$document" --prefix Read. --suffix "Question: $question Answer:" --out OUT)
for settings in '' '--preset best' '--preset best --cache-type f16' '--refinement none' '--pruning random --seed 3' '--pruning attention' \
    '--chunk 128 --target 200 --warmup 3' '--preset best --full-leaves --overlap 9 --rows-at-once 700' '--rope-scaling yarn --rope-factor 2' \
    '--memory 9M' '--initial-chunk 100 --bias none'; do
    # shellcheck disable=SC2086 # settings are words
    compare "${compress[@]}" $settings
done

ask=(ask --model $model --document "$document" "$question" --json)
for settings in '' '--keep device' '--keep host' '--memory 10M' '--weights int8' '--confidence 1 --max-tokens 12' '--method plain' \
    '--method plain-yarn' '--method truncate' '--method truncate-middle' '--method streaming:window=300,sinks=8' '--method h2o' \
    '--method snapkv' '--method self-extend' '--method homer-ntk' '--method independent'; do
    # shellcheck disable=SC2086
    compare "${ask[@]}" $settings
done

compare calibrate --model $model --text "$document" --out OUT --segments 4 --length 200
compare eval passkey --model $model --lengths 1k,2k --documents 1 --method homer --method homer:paper,chunk=128 --method plain --json
compare eval qa --model $model --lengths 1k --documents 1 --bare --method homer --method homer-ntk:factor=4,chunk=200 --json
compare info --model $model --json
compare demo --json

echo "$different differ"
[[ $different -eq 0 ]]
