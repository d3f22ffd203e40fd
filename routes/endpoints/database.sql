-- The table that routes/endpoints/database.camel.yaml writes, for PostgreSQL and SQLite:
--     psql crm -f database.sql        sqlite3 crm.db < database.sql
-- Times are ISO 8601 in UTC, as text, so that they are the same everywhere and can be compared.

create table redline_message (
    account            text    not null,  -- the name in redline.accounts.<name>
    chat_id            text    not null,
    message_id         text    not null,  -- unique within its chat only
    revision           bigint  not null,  -- grows with every change of the message
    chat_name          text,
    sender_id          text,
    sender_name        text,
    direction          text,              -- incoming, outgoing
    sent_at            text,
    type               text,              -- text, image, …
    text               text,
    media              text,              -- JSON
    edited             boolean,
    deleted            boolean,
    status             text,              -- sent, delivered, read, failed, …
    status_at          text,
    status_description text,              -- why it failed, in the gateway's words
    alias_of           text,              -- the message that this one turned out to be; then it is none itself
    primary key (account, chat_id, message_id)
);

-- What a person would call the messages.
create view redline_conversation as
select * from redline_message where alias_of is null and deleted is not true;
