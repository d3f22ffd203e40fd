-- A delivery is a change, or a notification as it came. SQLite cannot make a column optional, so the table is made anew.
create table delivery_new (
    id bigint primary key,
    endpoint text not null,
    change_id bigint references change (id),
    notification_id bigint,
    account_id bigint not null references account (id),
    -- the order key: empty for the account as a whole
    chat text not null,
    state text not null,
    attempts integer not null default 0,
    -- not to be claimed before
    next_at bigint not null,
    -- waits behind an older one of its chat, and is looked at again when that one ends
    held boolean not null default false,
    replay boolean not null default false,
    -- since when it has been tried in vain
    failing_since bigint,
    lease text,
    lease_until bigint,
    last_error text,
    -- what the receiver said
    answer text,
    created_at bigint not null,
    ended_at bigint,
    unique (change_id, endpoint)
);

insert into delivery_new (id, endpoint, change_id, notification_id, account_id, chat, state, attempts, next_at, lease,
        lease_until, last_error, created_at, ended_at)
    select d.id, d.endpoint, d.change_id,
        case when d.endpoint = 'translator' then
            (select min(n.id) from change c join notification n on n.event_id = c.event_id where c.id = d.change_id) end,
        d.account_id, d.chat, d.state, d.attempts, d.next_at, d.lease, d.lease_until, d.last_error, d.created_at, d.ended_at
    from delivery d;

drop table delivery;
alter table delivery_new rename to delivery;

create index delivery_owed on delivery (endpoint, account_id, chat, id) where state = 'owed';
create index delivery_due on delivery (endpoint, next_at, id) where state = 'owed' and not held;
create index delivery_parked on delivery (endpoint, id) where state = 'parked';
create unique index delivery_of_notification on delivery (notification_id, endpoint) where notification_id is not null;
