-- Times are UNIX milliseconds, JSON is text: the same schema on SQLite and PostgreSQL. docs/architecture.md has the words.

create table account (
    id bigint primary key,
    name text not null,
    gateway text not null,
    instance text not null,
    state text,
    state_at bigint,
    -- how often it was authorised anew: ids told before may not hold any more
    epoch integer not null default 0,
    unique (gateway, instance)
);

-- What happened, once, with all that was told of it (tellings, a JSON array). The key is (kind, chat, target, event_id,
-- variant) as named by the gateway; parts that do not apply are empty.
create table event (
    id bigint primary key,
    account_id bigint not null references account (id),
    kind text not null,
    chat text not null,
    target text not null,
    event_id text not null,
    variant text not null,
    source text not null,
    received_at bigint not null,
    endpoints text not null,
    tellings text not null,
    unique (account_id, target, chat, kind, event_id, variant)
);

-- Edits and deletes by their own id, for statuses and edits that name it.
create index event_by_own_id on event (account_id, event_id) where kind in ('edited', 'deleted') and event_id <> target;

-- The notification itself, verbatim; several where other content came under the same key.
create table notification (
    id bigint primary key,
    event_id bigint not null references event (id),
    received_at bigint not null,
    body ${bytes} not null
);

create index notification_by_event on notification (event_id);

-- One row a message: its revision, and where it stands in its chat. Its content is derived from the events.
create table message (
    account_id bigint not null references account (id),
    message_id text not null,
    chat text not null,
    revision bigint not null,
    -- when it was sent, as far as is known; its place in the chat
    at bigint not null,
    hidden boolean not null,
    reply_to text,
    primary key (account_id, message_id, chat)
);

create index message_by_time on message (account_id, chat, at, message_id);
create index message_by_reply on message (account_id, reply_to) where reply_to is not null;

-- What an event changed: the message as it stood then, as JSON. Events about no message have one without message_id.
create table change (
    id bigint primary key,
    event_id bigint not null references event (id),
    account_id bigint not null references account (id),
    chat text not null,
    message_id text,
    revision bigint not null,
    -- false for what no endpoint is ever told, such as an old message that a journal lists under an unknown id
    told boolean not null,
    created_at bigint not null,
    data text not null
);

create index change_by_event on change (event_id);
create index change_by_message on change (account_id, message_id) where message_id is not null;

-- One change owed to one endpoint.
create table delivery (
    id bigint primary key,
    endpoint text not null,
    change_id bigint not null references change (id),
    account_id bigint not null references account (id),
    chat text not null,
    state text not null,
    attempts integer not null default 0,
    next_at bigint not null,
    lease text,
    lease_until bigint,
    last_error text,
    created_at bigint not null,
    ended_at bigint,
    unique (change_id, endpoint)
);

create index delivery_owed on delivery (endpoint, account_id, chat, id) where state = 'owed';
create index delivery_parked on delivery (endpoint, id) where state = 'parked';
