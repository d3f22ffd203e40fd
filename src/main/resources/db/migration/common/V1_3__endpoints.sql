-- What was decided about an endpoint; without a row it just runs.
create table endpoint (
    name text primary key,
    -- nothing is delivered while this is set
    paused_at bigint,
    paused_by text
);

-- A chat one of whose deliveries gave up: what follows is tried once in a while, until one gets through.
create table suspension (
    endpoint text not null,
    account_id bigint not null,
    chat text not null,
    since bigint not null,
    -- when the next one may be tried
    probe_at bigint not null,
    primary key (endpoint, account_id, chat)
);

-- A chat some of whose deliveries are held.
create table backlog (
    endpoint text not null,
    account_id bigint not null,
    chat text not null,
    primary key (endpoint, account_id, chat)
);

-- Changes that are to be owed to an endpoint again, as far as that went.
create table replay (
    id bigint primary key,
    endpoint text not null,
    -- history: every change; views: the last change of each message
    selection text not null,
    account_id bigint,
    chat text,
    from_at bigint,
    to_at bigint,
    -- running, done
    state text not null,
    -- the last change looked at, and the last one there is to look at
    position bigint not null,
    last bigint not null,
    owed bigint not null default 0,
    lease_until bigint,
    created_at bigint not null,
    ended_at bigint
);
