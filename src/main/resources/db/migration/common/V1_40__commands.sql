-- What gateways were or are to be asked for, and what came of it. Its text is what people write, and goes when the message does.
create table command (
    id bigint primary key,
    account_id bigint not null,
    -- send, edit, delete, archive, …
    kind text not null,
    chat text not null,
    -- the message it is about; none where it is about a chat, or sends one
    message text,
    text text,
    -- what else was asked, as JSON
    options text not null,
    operator text,
    -- the caller's own name of the request, and a digest of what was asked
    idempotency_key text,
    request text not null,
    -- pending, sending, ambiguous, accepted, confirmed, unconfirmed, accepted-unverified, failed, refused
    state text not null,
    -- by which it was refused
    rule text,
    description text,
    -- the gateway's id of what it made: a message, an edit, a delete
    made text,
    attempts integer not null default 0,
    created_at bigint not null,
    -- not to be sent, or looked at, before
    next_at bigint not null,
    -- when the gateway was asked the last time
    sent_at bigint,
    -- when it is over, whatever is known by then
    deadline bigint not null,
    ended_at bigint,
    lease text,
    lease_until bigint,
    -- the event up to which it was looked for what came of it
    looked bigint not null default 0,
    -- whether anything is still to be looked for
    watched boolean not null default true,
    -- whether the ledger, and those who want to know of failures, were told of its state
    told boolean not null default true
);

create unique index command_by_key on command (account_id, idempotency_key) where idempotency_key is not null;
create index command_pending on command (account_id, chat, id) where state in ('pending', 'sending', 'ambiguous');
create index command_watched on command (id) where watched;
create index command_untold on command (id) where not told;
create index command_by_message on command (account_id, message) where message is not null;
create index command_by_chat on command (account_id, chat, id);

-- Events about a chat as a whole, which go when our copy of it does.
create index event_of_chat on event (account_id, chat) where kind in ('call', 'chat', 'command');

-- Chats of which our copy was erased: what journals list of the time before is not taken in again.
create table forgotten (
    account_id bigint not null,
    chat text not null,
    at bigint not null,
    primary key (account_id, chat)
);
