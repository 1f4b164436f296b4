#!/usr/bin/env bash
# Sees to it that a command is there: have.sh PACKAGE COMMAND [OTHER COMMAND…]. Where none of the commands is, root on a
# Debian or Ubuntu installs the package; everybody else is told to.
set -euo pipefail
package=$1
shift
found() {
  for c in "$@"; do command -v "$c" >/dev/null && return 0; done
  return 1
}
found "$@" && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing $package" >&2
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
fi
found "$@" || { echo "$1 is missing: install $package" >&2; exit 1; }
