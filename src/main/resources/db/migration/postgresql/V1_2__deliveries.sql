-- A delivery is a change, or a notification as it came.
alter table delivery
    alter column change_id drop not null,
    add column notification_id bigint,
    -- waits behind an older one of its chat, and is looked at again when that one ends
    add column held boolean not null default false,
    add column replay boolean not null default false,
    -- since when it has been tried in vain
    add column failing_since bigint,
    -- what the receiver said
    add column answer text;

update delivery d set notification_id = (select min(n.id) from change c join notification n on n.event_id = c.event_id
        where c.id = d.change_id)
    where d.endpoint = 'translator';

create index delivery_due on delivery (endpoint, next_at, id) where state = 'owed' and not held;
create unique index delivery_of_notification on delivery (notification_id, endpoint) where notification_id is not null;
