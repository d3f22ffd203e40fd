-- Whether the chat of a message is the same as another is asked for every message, and hardly any chat is.
create index event_of_alias on event (account_id, target) where kind = 'chat-alias';

-- Most changes are of the message that their event names, and are found by that. Only those of another message, and those
-- made before this column, need an index of their own: one less for each notification.
alter table change add column stray boolean not null default true;
drop index change_by_message;
create index change_of_another_message on change (account_id, message_id) where stray and message_id is not null;

-- The changes of a message: name its account and id.
create view message_change as
    select c.id, c.event_id, e.account_id, c.chat, e.target as message_id, c.revision, c.told, c.data
        from event e join change c on c.event_id = e.id
        where not c.stray
    union all
    select id, event_id, account_id, chat, message_id, revision, told, data from change
        where stray and message_id is not null;
