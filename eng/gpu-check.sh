#!/usr/bin/env bash
# Checks Homer on a machine with an NVIDIA GPU that has neither a .NET SDK nor a network: tests, recorded runs, and speed beside PyTorch's.
#
#   eng/gpu-check.sh pack                 where the SDK is: everything into artifacts/gpu-check.tar.xz, less than 64 MiB
#   eng/gpu-check.sh run [OPTION…]        where the GPU is: bash, python3 and, for the comparisons, PyTorch
#
# Copy the archive and eng/gpu-check.* there, in the same folders, or unpack the archive anywhere and use the copy of this script in it.
set -euo pipefail

readonly largest=$((64 << 20))
readonly runtime=linux-x64

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
archive=$here/artifacts/gpu-check.tar.xz

usage() {
    cat <<'END'
usage: eng/gpu-check.sh pack
       eng/gpu-check.sh run [--device NAME] [--small] [--only PART,…] [--seconds N]

run's options:
  --device NAME    cuda (default), cuda:1, opencl, cpu …
  --small          tiny shapes and few tests: shows that the script works, on the CPU too
  --only PART,…    tests, golden, passkey, kernels, decode, prefill, lengths; all of them by default, in this order
  --seconds N      begin nothing new after so long (default 540), and stop what then takes too long; a later call with --only
                   goes on, and its table has the results of all calls

Results are kept in artifacts/gpu-check/results (and copied to $OUT where that is set): results.json, table.txt, logs.
END
}

fail() {
    echo "gpu-check.sh: $1" >&2
    exit 1
}

pack() {
    command -v dotnet >/dev/null || fail "dotnet is not on PATH."
    local build=$here/artifacts/gpu-check-build project
    rm -rf "$build"
    # All three in one folder, so that they share the runtime. A folder of its own leaves the checkout's builds alone.
    for project in Homer.Tests Homer.Cli Homer.Benchmarks; do
        dotnet publish "$here/$project" -c Release -r $runtime --self-contained --artifacts-path "$build/work" -o "$build/pack/app" \
            -p:Precompile=false -p:DebugType=none --nologo -v quiet ||
            fail "$project could not be published."
    done
    # The tests look for their models beside a file of this name.
    cp "$here/Homer.sln" "$build/pack/"
    ln -s app/models "$build/pack/models"
    mkdir "$build/pack/eng"
    cp "$here"/eng/gpu-check.{sh,py} "$build/pack/eng/"
    tar -C "$build/pack" -cf - . | xz -T0 -6 >"$archive.new"
    local size
    size=$(stat -c %s "$archive.new")
    ((size < largest)) || fail "the archive has $size bytes, more than $largest."
    mv "$archive.new" "$archive"
    rm -rf "$build"
    echo "$archive: $((size >> 20)) MiB"
}

run() {
    command -v python3 >/dev/null || fail "python3 is not on PATH."
    local root=$here
    if [[ ! -d $here/app ]]; then
        [[ -f $archive ]] || fail "$archive is missing: run 'eng/gpu-check.sh pack' where the .NET SDK is."
        root=$here/artifacts/gpu-check
        # Unpacked again only when it is another archive.
        if [[ ! $root/unpacked -nt $archive ]]; then
            mkdir -p "$root"
            rm -rf "$root/app"
            python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$archive" "$root"
            touch "$root/unpacked"
        fi
    fi
    exec python3 "$here/eng/gpu-check.py" --root "$root" "$@"
}

case ${1:-} in
    pack) pack ;;
    run) shift; run "$@" ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 2 ;;
esac
