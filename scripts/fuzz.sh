#!/bin/sh
# Fuzzes every fuzz target of the project, one after the other, for as long as
# is asked. A finding ends it; Go has then written the input that caused it to
# the package's testdata/fuzz.
#
#   scripts/fuzz.sh [DURATION]    for each target; 60s unless told
set -eu

cd "$(dirname "$0")/.."
duration=${1:-60s}
go=${GO:-go}
targets=0

for package in $($go list ./...); do
	for target in $($go test -run '^$' -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "$package $target ($duration)"
		$go test -run '^$' -fuzz "^$target\$" -fuzztime "$duration" -fuzzminimizetime 20x "$package"
		targets=$((targets + 1))
	done
done

if [ "$targets" -eq 0 ]; then
	echo 'scripts/fuzz.sh: there is no fuzz target, and there should be' >&2
	exit 1
fi
echo "$targets fuzz targets, $duration each, no finding"
