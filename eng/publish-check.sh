#!/usr/bin/env bash
# Publishes a small program that uses the library, and the command, in the ways that .NET has, and checks that each works or is
# warned of by name: single file works, with the runtime and without it; trimming and native AOT are warned of.
#
# usage: eng/publish-check.sh [FOLDER]    a folder to work in; a temporary one by default, which is removed
#
# Exits with 0; with 1 where something is not as it should be; with 3 where packages of .NET cannot be fetched.
set -euo pipefail

checkout=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$work"' EXIT
rid=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)
failed=0

pass() { echo "ok      $1"; }
fail() { echo "FAILED  $1"; failed=1; }

# Publishing leaves other restored packages behind than building, so it has a copy of the checkout.
root="$work/checkout"
mkdir -p "$root"
(cd "$checkout" && git ls-files -z --cached --others --exclude-standard -- ':!Homer.Tests' ':!docs' |
    tar --null --files-from=- --ignore-failed-read -c 2> /dev/null) | tar -x -C "$root"

# The project lies outside the checkout's properties, as a user's does.
mkdir -p "$work/consumer"
cat > "$work/consumer/consumer.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="$root/Homer.Engine/Homer.Engine.csproj" />
  </ItemGroup>
</Project>
END
cat > "$work/consumer/Program.cs" <<'END'
using Homer.Engine;

using var homer = HomerEngine.Load(args[0], "cpu");
Console.WriteLine(homer.Ask("The pass key is #40921. Remember it. #40921 is the pass key.", "What is the pass key?"));
END

# publish NAME PROJECT PROPERTIES…: the output of the SDK is in NAME.log, what was published in NAME.
publish() {
    local name=$1 project=$2
    shift 2
    dotnet publish "$project" -c Release -r "$rid" -o "$work/$name" -p:TreatWarningsAsErrors=false "$@" > "$work/$name.log" 2>&1 && return
    if grep -qE 'NU1301|NU1101' "$work/$name.log"; then
        echo "Packages that publishing needs cannot be fetched: $(grep -m 1 -E 'NU1301|NU1101' "$work/$name.log")" >&2
        exit 3
    fi

    return 1
}

# warned NAME CODE…: the SDK has warned of a call of the engine by these codes.
warned() {
    local name=$1 code
    shift
    for code in "$@"; do
        if grep "$code" "$work/$name.log" | grep -q 'PublishSingleFile works'; then
            pass "$name warns by name ($code)"
        else
            fail "$name does not warn of $code"
        fi
    done
}

# answers NAME COMMAND…: a command that was published answers by the key.
answers() {
    local name=$1
    shift
    if "$@" 2> "$work/$name.err" | grep -q 40921; then pass "$name answers"; else fail "$name does not answer: $(tail -1 "$work/$name.err")"; fi
}

publish trimmed "$work/consumer" -p:PublishTrimmed=true || true
warned trimmed IL2026
# Native code needs a linker, which need not be there: the warnings come first.
publish aot "$work/consumer" -p:PublishAot=true || true
warned aot IL2026 IL3050

for contained in true false; do
    name=single-$contained
    if publish "$name" "$work/consumer" -p:PublishSingleFile=true --self-contained "$contained"; then
        answers "$name" "$work/$name/consumer" "$root/models/homer-mini"
    else
        fail "$name is not published: $(tail -1 "$work/$name.log")"
    fi

    name=homer-$contained
    printf 'The pass key is #40921. Remember it. #40921 is the pass key.' > "$work/text.txt"
    if publish "$name" "$root/Homer.Cli" -p:PublishSingleFile=true --self-contained "$contained"; then
        answers "$name" "$work/$name/homer" ask 'What is the pass key?' --document "$work/text.txt" --device cpu
    else
        fail "$name is not published: $(tail -1 "$work/$name.log")"
    fi
done

exit $failed
