# Shared by the scripts of bench/: a folder of their own, a private PostgreSQL, the service, and what they cost.
# shellcheck shell=bash
# Everything that is started here is stopped when the script ends, however it ends.

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$bench")
jar=$root/target/quarkus-app/quarkus-run.jar
token="bench-webhook-token"
accounts=64
# What the README recommends for production; the figure for memory is measured with these.
: "${REDLINE_JAVA_OPTIONS:=-Xmx80m -XX:+UseSerialGC -Xss512k -XX:ReservedCodeCacheSize=64m -XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=10000}"
# Without it glibc keeps a heap for each of many threads: 20 MiB more.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

work=
postgres=
service=
sink=
export sink_url=
service_port=
# Further lines of postgresql.conf.
postgres_settings=

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

need() { # <command> <Debian package>
    command -v "$1" >/dev/null && return
    [[ $(id -u) == 0 ]] || fail "$1 is missing: apt-get install $2"
    apt-get install -y -q --no-install-recommends "$2" >&2 || { apt-get update -q >&2 &&
        apt-get install -y -q --no-install-recommends "$2" >&2; } || fail "$2 could not be installed."
}

find_postgres() {
    local newest
    newest=$(find /usr/lib/postgresql/*/bin /usr/bin -maxdepth 1 -name initdb 2>/dev/null | sort -V | tail -1)
    if [[ -z $newest ]]; then
        need initdb postgresql
        newest=$(find /usr/lib/postgresql/*/bin -name initdb | sort -V | tail -1)
    fi
    postgres_bin=$(dirname "$newest")
    PATH=$PATH:$postgres_bin
}

# Not below /tmp, which may be memory: a flush has to cost what it costs.
prepare() {
    need curl curl
    need setpriv util-linux
    find_postgres
    [[ -f $jar ]] || (cd "$root" && say "Building the service …" && need mvn maven && need javac openjdk-17-jdk-headless &&
        mvn -B -ntp -q package -DskipTests) || fail "The service could not be built."
    work=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/redline-bench.XXXXXX")
    chmod 755 "$work"
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    [[ $(stat -f -c %T "$work") != tmpfs ]] || say "Warning: $work is memory, so commits cost nothing. Set BENCH_FOLDER."
}

clean_up() {
    local status=$?
    trap - EXIT
    stop_service
    stop_sink
    [[ -z $postgres ]] || as_postgres pg_ctl -D "$work/postgres" -m immediate stop >/dev/null 2>&1
    if [[ -n ${BENCH_KEEP:-} || $status != 0 ]]; then
        say "Logs are in $work"
        rm -rf "$work/postgres"
    else
        rm -rf "$work"
    fi
    exit "$status"
}

free_port() {
    local port
    while port=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

await() { # <seconds> <command …>
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# It refuses to run as root.
as_postgres() {
    if [[ $(id -u) != 0 ]]; then
        (cd "$work" && "$@")
        return
    fi
    local user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    (cd "$work" && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@")
}

start_postgres() {
    if [[ -z $postgres ]]; then
        postgres_port=$(free_port)
        mkdir "$work/postgres"
        [[ $(id -u) != 0 ]] || chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$work/postgres"
        chmod 700 "$work/postgres"
        as_postgres initdb -D "$work/postgres" -U postgres -A trust -E UTF8 --locale=C >/dev/null
        as_postgres tee -a "$work/postgres/postgresql.conf" >/dev/null <<END
port = $postgres_port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$work/postgres'
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 200
$postgres_settings
END
    fi
    as_postgres pg_ctl -D "$work/postgres" -l "$work/postgres/log" -w -t 60 start >/dev/null || fail "PostgreSQL did not start."
    postgres=$(head -1 "$work/postgres/postmaster.pid")
    export PGHOST=127.0.0.1 PGPORT=$postgres_port PGUSER=postgres
}

# Queries, with a tab between columns and nothing else around them.
sql() { # <database> <psql arguments …>
    local database=$1
    shift
    psql -X -q -A -t -F $'\t' -v ON_ERROR_STOP=1 "$@" "$database"
}

# CPU in microseconds of all its processes, with those that have ended.
postgres_cpu() {
    local child files=("/proc/$postgres/stat")
    for child in $(pgrep -P "$postgres" || true); do
        files+=("/proc/$child/stat")
    done
    # One that ended meanwhile cannot be read any more; its time is with its parent by then.
    { cat "${files[@]}" 2>/dev/null || true; } | awk -v parent="$postgres" -v tick="$(getconf CLK_TCK)" '
        { pid = $1; sub(/^.*\) /, ""); sum += $12 + $13; if (pid == parent) sum += $14 + $15 }
        END { printf "%.0f\n", sum * 1000000 / tick }'
}

# ── The service ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# One account for each connection, as GREEN-API sends the notifications of an account one after the other.
configure_service() { # <folder> <port> <JDBC URL> <further lines …>
    local folder=$1 port=$2 url=$3 i
    shift 3
    mkdir -p "$folder"
    rm -rf "$folder/routes"
    cp -r "$root/routes" "$folder/routes"
    {
        echo "quarkus.http.port=$port"
        echo "quarkus.management.port=$((port + 10000))"
        echo "redline.database.url=$url"
        echo "redline.database.username=postgres"
        for ((i = 1; i <= accounts; i++)); do
            printf 'redline.accounts.a%02d.gateway=green-api\n' "$i"
            printf 'redline.accounts.a%02d.instance=%d\n' "$i" $((1101000000 + i))
            printf 'redline.accounts.a%02d.webhook-token=%s\n' "$i" "$token"
        done
        printf '%s\n' "$@"
    } >"$folder/application.properties"
}

route_all_to() { # <endpoint>
    local channel
    for channel in messages edits deletes statuses failures reactions calls chats accounts unrecognised; do
        echo "redline.route.$channel=$1"
    done
}

# Start it in its folder and tell its process id in $started.
launch() { # <folder>
    local options
    read -ra options <<<"$REDLINE_JAVA_OPTIONS"
    (cd "$1" && exec java "${options[@]}" -jar "$jar" >>"$1/log" 2>&1) &
    started=$!
}

is_healthy() { # <port>
    curl -sf -o /dev/null "http://127.0.0.1:$(($1 + 10000))/observe/health"
}

start_service() { # <folder>, configured with $service_port
    launch "$1"
    service=$started
    await 60 is_healthy "$service_port" || fail "The service did not start; see $1/log"
}

stop_service() {
    [[ -z $service ]] || kill "$service" 2>/dev/null
    [[ -z $service ]] || wait "$service" 2>/dev/null || true
    service=
}

service_cpu() {
    awk -v tick="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); printf "%.0f\n", ($12 + $13) * 1000000 / tick }' "/proc/$service/stat"
}

# ── The receiver of deliveries ──────────────────────────────────────────────────────────────────────────────────────────

start_sink() { # [file to write arrivals to] [refuse one in so many]
    need javac openjdk-17-jdk-headless
    java -Xmx64m -XX:+UseSerialGC "$bench/Sink.java" "$@" >"$work/sink" 2>"$work/sink.log" &
    sink=$!
    await 30 grep -q . "$work/sink" || fail "The sink did not start; see $work/sink.log"
    sink_url=http://127.0.0.1:$(<"$work/sink")
}

stop_sink() {
    [[ -z $sink ]] || kill "$sink" 2>/dev/null
    [[ -z $sink ]] || wait "$sink" 2>/dev/null || true
    sink=
}
