#!/bin/sh
# Fails when `go generate ./...` changes a file: somebody edited what is
# generated, or forgot to generate. Changes that were there before are no fault.
set -eu

cd "$(dirname "$0")/.."

# Other files that change meanwhile (an editor at work) would look like generated
# ones, so nothing else should happen in the work tree.

# All that differs from the last commit, as one text.
state() {
	git diff HEAD
	git ls-files --others --exclude-standard | while IFS= read -r file; do
		printf '%s %s\n' "$(git hash-object -- "$file")" "$file"
	done
}

before=$(mktemp)
after=$(mktemp)
trap 'rm -f "$before" "$after"' EXIT

state >"$before"
"${GO:-go}" generate ./...
state >"$after"

if ! diff "$before" "$after"; then
	echo "check-generated: generated files were out of date; they have been written anew: look at them and commit them" >&2
	exit 1
fi
