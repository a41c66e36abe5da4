#!/bin/sh
# Makes this machine ready for `make matrix` and `make test`. It is quiet and
# takes well under a second when everything is there, and it says on standard
# error what it could not get and what that leaves out.
#
#   scripts/setup.sh        set up
#   scripts/setup.sh -v     set up, then list what will be used
#
#   MCPCOMPAT_INSTALL=no    never install system packages
#   MCPCOMPAT_BROWSER=PATH  use this browser
#   MCPCOMPAT_NODE=PATH     use this Node.js
#
# Needed: Go (of the version in go.mod). Everything else is optional.
# Exit status: 0 ready (perhaps with less), 2 Go or its modules are missing, or
# a variable names something that is not there.
set -eu

cd "$(dirname "$0")/.."

verbose=no
case "${1:-}" in
'') ;;
-v) verbose=yes ;;
*)
	echo "usage: scripts/setup.sh [-v]" >&2
	exit 2
	;;
esac

say() { printf 'setup: %s\n' "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

# The first of its arguments that can be executed, by name or path.
first() {
	for candidate in "$@"; do
		if command -v "$candidate" 2>/dev/null; then
			return 0
		fi
	done
	return 1
}

# --- Go: the only thing that must be there --------------------------------

wanted=$(sed -n 's/^go //p' go.mod)
if ! have go; then
	say "Go is missing. Install Go $wanted or newer (https://go.dev/doc/install), then run this again."
	exit 2
fi
# With an older Go this fetches the wanted toolchain; the message is Go's own.
if ! goversion=$(go env GOVERSION); then
	say "Go $wanted or newer is needed."
	exit 2
fi
if ! go mod download; then
	say "The Go modules could not be downloaded (see above)."
	exit 2
fi

# --- System packages: only with apt-get, only without asking a password ---

# Prints the words that must stand before apt-get; fails where it may not install.
privilege() {
	[ "${MCPCOMPAT_INSTALL:-yes}" != no ] && have apt-get || return 1
	if [ "$(id -u)" -eq 0 ]; then
		echo env
	elif have sudo && sudo -n true 2>/dev/null; then
		echo sudo -n env
	else
		return 1
	fi
}

updated=no
# install PACKAGE...: true when all of them are installed afterwards.
install() {
	prefix=$(privilege) || return 1
	log=$(mktemp)
	say "installing $* with apt-get ..."
	if [ "$updated" = no ]; then
		# A mirror that does not answer is no reason to stop: the lists at hand may do.
		# shellcheck disable=SC2086 # the prefix is several words
		$prefix DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq update >"$log" 2>&1 || true
		updated=yes
	fi
	# shellcheck disable=SC2086 # the prefix is several words
	if $prefix DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq install -y \
		--no-install-recommends "$@" >>"$log" 2>&1; then
		rm -f "$log"
		return 0
	fi
	say "apt-get could not install $*: $(grep '^E:' "$log" | head -n 1)"
	rm -f "$log"
	return 1
}

# --- Browser ---------------------------------------------------------------

browser() {
	if [ -n "${MCPCOMPAT_BROWSER:-}" ]; then
		first "$MCPCOMPAT_BROWSER"
		return
	fi
	first chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
		"/Applications/Chromium.app/Contents/MacOS/Chromium"
}

if ! chosen=$(browser); then
	if [ -n "${MCPCOMPAT_BROWSER:-}" ]; then
		say "MCPCOMPAT_BROWSER names no program: $MCPCOMPAT_BROWSER"
		exit 2
	fi
	# Ubuntu has neither as a package of its own (only as a snap).
	install chromium-headless-shell || install chromium || true
	chosen=$(browser) || {
		chosen=none
		say "no browser (chromium-headless-shell, chromium or Chrome): consent is given over plain HTTP, and what needs a browser is skipped"
	}
fi

# --- Node: real clients and oidc-provider are Node programs -----------------

# What the installed programs need; mcp-remote's HTTP library sets it.
oldest_node=20

# node_is_new PROGRAM: true when it runs and is new enough.
node_is_new() {
	major=$("$1" --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
	[ "${major:-0}" -ge "$oldest_node" ]
}

# The newer Node of the project's own; the Makefile hands it to the program.
own_node="${MCPCOMPAT_CACHE:-$PWD/.cache}/node/node_modules/.bin/node"

install_own_node() {
	[ "$(uname -s)" = Linux ] && have npm || return 1
	say "the Node of this machine is too old; installing a newer one into ${own_node%/node_modules/*} ..."
	mkdir -p "${own_node%/node_modules/*}"
	cp internal/node/lock/package.json internal/node/lock/package-lock.json "${own_node%/node_modules/*}/"
	(cd "${own_node%/node_modules/*}" && npm ci --silent --ignore-scripts --no-audit --no-fund) >&2
}

# Prints the Node that will be used; fails where none is good enough.
node_program() {
	for candidate in ${MCPCOMPAT_NODE:+"$MCPCOMPAT_NODE"} node nodejs "$own_node"; do
		if have "$candidate" && node_is_new "$candidate"; then
			command -v "$candidate"
			return 0
		fi
	done
	return 1
}

if ! node=$(node_program); then
	have npm || install nodejs npm || true
	node=$(node_program) || { install_own_node && node=$(node_program); } || node=none
fi
if [ "$node" = none ] || ! have npm; then
	node=none
	say "no Node $oldest_node or newer with npm: clients and authorization servers that are Node programs are skipped"
fi

# --- Container engine: used where one answers, never started here -----------

# A socket file outlives its engine, so the engine is asked where curl is there.
answers() {
	[ -S "$1" ] && [ -w "$1" ] || return 1
	! have curl || curl -fs --max-time 2 -o /dev/null --unix-socket "$1" http://engine/_ping
}

# Prints where the engine answers; fails where none does.
engine() {
	case "${DOCKER_HOST:-}" in
	'') set -- /var/run/docker.sock "${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock" "$HOME/.docker/run/docker.sock" ;;
	unix://*) set -- "${DOCKER_HOST#unix://}" ;;
	*) # Another machine's; the run itself finds out whether it answers.
		echo "$DOCKER_HOST"
		return 0
		;;
	esac
	for socket in "$@"; do
		if answers "$socket"; then
			echo "unix://$socket"
			return 0
		fi
	done
	return 1
}

if ! reachable=$(engine); then
	reachable=none
	say "no container engine answers (Docker socket or DOCKER_HOST): deployments that run in containers are skipped"
fi

if [ "$verbose" = yes ]; then
	if [ "$node" != none ]; then
		node="$node $("$node" --version)"
	fi
	printf '%-10s %s\n' go "$goversion" browser "$chosen" node "$node" engine "$reachable"
fi
