-- How far the queue of an account was read, where the gateway wants to be told so when it is asked for more.
create table queue_cursor (
    gateway text not null,
    instance text not null,
    -- the gateway's id of the last notification that was kept
    last_id text not null,
    primary key (gateway, instance)
);

-- What a gateway says that a command made.
create index event_commanded on event (account_id, variant) where kind = 'commanded';
