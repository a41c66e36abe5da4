#!/usr/bin/env bash
# Tells the project's issue tracker what a nightly run found: opens or updates
# one issue for each change, and closes what is fixed. Needs gh (logged in) and
# jq. DRY_RUN=1 says what would be done and does nothing.
#
# usage: scripts/nightly-issues.sh [ISSUES.JSON]
set -euo pipefail

file=${1:-out/nightly/issues.json}
label=nightly
dry=${DRY_RUN:-}

need() {
	command -v "$1" >/dev/null || {
		echo "nightly-issues: $1 is missing" >&2
		exit 2
	}
}
need jq
if [ -z "$dry" ]; then need gh; fi
[ -r "$file" ] || {
	echo "nightly-issues: $file is missing: make nightly writes it" >&2
	exit 2
}

# number TITLE: the open issue of that title, "" for none.
number() {
	if [ -n "$dry" ]; then return; fi
	gh issue list --label "$label" --state open --limit 500 --json number,title |
		jq -r --arg title "$1" 'map(select(.title == $title)) | .[0].number // empty'
}

tell() {
	if [ -n "$dry" ]; then
		printf 'would run: gh %s\n' "$*"
	else
		gh "$@"
	fi
}

[ -n "$dry" ] || gh label create "$label" --force --description "Found by the nightly run" >/dev/null

count=$(jq length "$file")
for ((i = 0; i < count; i++)); do
	title=$(jq -r ".[$i].title" "$file")
	body=$(jq -r ".[$i].body" "$file")
	closes=$(jq -r ".[$i].closes // false" "$file")
	open=$(number "$title")
	if [ -n "$open" ]; then
		tell issue comment "$open" --body "$body"
		if [ "$closes" = true ]; then
			tell issue close "$open"
		fi
	elif [ "$closes" = false ]; then
		tell issue create --label "$label" --title "$title" --body "$body"
	fi
done
echo "nightly-issues: $count changes"
