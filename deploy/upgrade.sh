#!/usr/bin/env bash
# Upgrade without losing a request: back up, bring the database up to date, then change the web processes one by one.
#
#   deploy/upgrade.sh /opt/cartera/0.3.0     the environment in which the new version is installed
#
# Each web process is taken out of nginx before it is restarted and put back once it answers, so that no request reaches a
# process that is ending. Migrations only add (the old version runs beside them for a minute); what is dropped is dropped
# one version later.
set -euo pipefail
new=${1:?"the environment of the new version, like /opt/cartera/0.3.0"}
ports=${CARTERA_PORTS:-"8001 8002"}
workers=${CARTERA_WORKER_UNITS:-"1 2"}
upstream=${CARTERA_UPSTREAM:-/etc/nginx/cartera-upstream.conf}
current=${CARTERA_CURRENT:-/opt/cartera/current}
environment=${CARTERA_ENV:-/etc/cartera/cartera.env}
reload=${CARTERA_RELOAD:-"nginx -s reload"}
restart_web=${CARTERA_RESTART_WEB:-"systemctl restart cartera-web@"}
restart_worker=${CARTERA_RESTART_WORKER:-"systemctl restart cartera-worker@"}

as_cartera() {
  if [ "$(id -u)" = 0 ] && [ -z "${CARTERA_AS_ROOT:-}" ]; then runuser -u cartera -- "$@"; else "$@"; fi
}

serve_from() {  # every port but the one that is named takes requests
  for port in $ports; do
    if [ "$port" = "${1:-}" ]; then echo "server 127.0.0.1:$port down;"; else echo "server 127.0.0.1:$port max_fails=0;"; fi
  done > "$upstream.new"
  mv "$upstream.new" "$upstream"
  $reload
  sleep 3
}

answers() {
  for _ in $(seq 120); do
    if curl -fsS -o /dev/null "http://127.0.0.1:$1/ingreso" 2>/dev/null; then return 0; fi
    sleep 0.5
  done
  echo "The web process on port $1 does not answer: it stays out of nginx. Look at its journal." >&2
  return 1
}

set -a; . "$environment"; set +a
as_cartera "$new/bin/cartera" backup
as_cartera "$new/bin/cartera" init > /dev/null
ln -sfn "$new" "$current"
for port in $ports; do
  serve_from "$port"
  ${restart_web}"$port"
  answers "$port"
  serve_from
done
for worker in $workers; do
  ${restart_worker}"$worker"
done
as_cartera "$new/bin/cartera" check
