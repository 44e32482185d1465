#!/usr/bin/env bash
# Runs a command where an OpenCL device exists: PoCL, which computes on the CPU.
#
# ILGPU accepts only OpenCL 2.0 or later with a generic address space, which the PoCL of Debian 12 lacks and that of
# Debian 13 (trixie) has. So trixie is unpacked in a folder of its own, and the command runs in it by chroot with the
# host's .NET SDK, this checkout and its siblings at their usual paths.
set -euo pipefail

readonly suite=trixie
# PoCL and its loader, then what .NET loads.
readonly packages=pocl-opencl-icd,ocl-icd-libopencl1,libicu76,libssl3t64,libstdc++6,zlib1g,ca-certificates,tzdata
readonly stamp=".opencl-ready"
readonly stamp_text="$suite $packages"

usage() {
    cat <<'END'
usage: eng/opencl.sh prepare [DIR]
       eng/opencl.sh run [--] COMMAND [ARGUMENT...]

prepare  unpacks Debian trixie with PoCL in DIR (650 MB, about a minute; at once the second time).
run      runs COMMAND in it, in the current folder and environment, and exits with COMMAND's status.

Both need root. DIR is $HOMER_OPENCL_DIR by default, or else ~/.cache/homer/opencl; `run` takes it from there too.
Visible in it: the folder that holds this checkout, the home folder, /tmp, /dev, /proc, /sys and the SDK of `dotnet`.
END
}

fail() {
    echo "opencl.sh: $1" >&2
    exit 1
}

is_ready() {
    [[ -f $1/$stamp && $(<"$1/$stamp") == "$stamp_text" ]]
}

# The mirror that apt itself uses for Debian.
debian_mirror() {
    # shellcheck disable=SC2016 # apt-get expands them
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && !found { print $2; found = 1 }'
}

prepare() {
    is_ready "$1" && { echo "opencl.sh: $1 is ready."; return; }
    mkdir -p "$(dirname "$1")"
    exec 9>"$1.lock"
    flock 9
    is_ready "$1" && { echo "opencl.sh: $1 is ready."; return; }
    [[ ! -e $1 || -f $1/$stamp || -z $(ls -A "$1") ]] || fail "$1 holds something else; name an empty or a new folder."

    apt-get update -q || echo "opencl.sh: apt-get update failed, at least in part; going on." >&2
    command -v debootstrap >/dev/null || apt-get install -y -q --no-install-recommends debootstrap
    local mirror
    mirror=$(debian_mirror)
    [[ -n $mirror ]] || fail "apt's sources name no Debian mirror."

    # It is unpacked beside its place and moved there whole, so that an interrupted run leaves nothing half done. What
    # debootstrap mounts goes with the namespace.
    rm -rf --one-file-system "$1.partial"
    unshare --mount debootstrap --variant=minbase --include="$packages" "$suite" "$1.partial" "$mirror" ||
        fail "debootstrap failed; $1.partial/debootstrap/debootstrap.log may say why."
    rm -rf "$1.partial"/var/cache/apt/archives/*.deb "$1.partial"/var/lib/apt/lists/*
    echo "$stamp_text" >"$1.partial/$stamp"
    rm -rf --one-file-system "$1"
    mv "$1.partial" "$1"
    echo "opencl.sh: $1 is ready ($(du -sh "$1" | cut -f1))."
}

# Shows the host's file or folder $2 at the same path under the new root $1.
show() {
    if [[ -d $2 ]]; then mkdir -p "$1$2"; else touch "$1$2"; fi
    mount --rbind "$2" "$1$2"
}

run() {
    is_ready "$root" || fail "$root is not prepared: run 'eng/opencl.sh prepare' first."
    command -v dotnet >/dev/null || fail "dotnet is not on PATH."

    # In a mount namespace of its own, what is mounted here vanishes with the command.
    if [[ ${HOMER_OPENCL_INSIDE:-} != "$$" ]]; then
        HOMER_OPENCL_INSIDE=$$ exec unshare --mount -- "$BASH" "${BASH_SOURCE[0]}" run -- "$@"
    fi
    unset HOMER_OPENCL_INSIDE

    local checkout parent sdk path
    checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
    parent=$(dirname "$checkout")
    [[ $parent != / ]] || parent=$checkout
    sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
    export DOTNET_ROOT=$sdk PATH=$sdk:$PATH
    export POCL_CACHE_DIR=${POCL_CACHE_DIR:-$HOME/.cache/homer/pocl}
    mkdir -p "$POCL_CACHE_DIR"

    for path in "$HOME" "$parent" "$sdk" /tmp /dev /proc /sys /etc/resolv.conf /etc/hosts /etc/ssl/certs; do
        [[ ! -e $path ]] || show "$root" "$path"
    done
    path=$(pwd -P)
    [[ $path -ef $root$path ]] || fail "the current folder, $path, is not visible in $root."
    # shellcheck disable=SC2016 # the inner shell expands them
    exec chroot "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$path" "$@"
}

[[ $EUID -eq 0 || ${1:-} != @(prepare|run) ]] || fail "must be run as root, since it makes mounts and calls chroot."
root=${HOMER_OPENCL_DIR:-${HOME:?}/.cache/homer/opencl}
case ${1:-} in
    prepare)
        [[ $# -le 2 ]] || { usage >&2; exit 2; }
        prepare "$(realpath -m "${2:-$root}")"
        ;;
    run)
        shift
        [[ ${1:-} != -- ]] || shift
        [[ $# -gt 0 ]] || { usage >&2; exit 2; }
        run "$@"
        ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 2 ;;
esac
