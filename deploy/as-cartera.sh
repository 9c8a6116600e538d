#!/bin/sh
# Run a command as the installation does: its account, its settings, the version in use.
#
#   deploy/as-cartera.sh cartera check
exec sudo -u cartera sh -c 'set -a; . "$0"; PATH="$1/bin:$PATH"; shift; exec "$@"' \
  "${CARTERA_ENV:-/etc/cartera/cartera.env}" "${CARTERA_CURRENT:-/opt/cartera/current}" "$@"
