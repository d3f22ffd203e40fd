-- How far the reading of an account's journals is, and which process does it.
create table journal (
    account_id bigint primary key,
    -- messages older than this, of which nobody told, are none of ours
    since bigint not null,
    -- when the last pass began that was completed
    completed_at bigint,
    -- the event up to which messages without an original were looked for
    looked bigint not null,
    owner text not null,
    lease_until bigint not null
);

-- What was done to messages, the oldest first: some of them may be messages whose posting nobody told of.
create index event_change on event (account_id, id) where kind in ('edited', 'deleted');
