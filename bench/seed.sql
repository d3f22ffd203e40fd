-- Fills the ledger with :rows messages: copies of one that each account has, under other ids, in a thousand chats an account.
-- What the service itself wrote is the pattern, so that the rows are as it makes them. Constraints and indexes are taken off
-- meanwhile and made anew, as they were.
set synchronous_commit = off;
set maintenance_work_mem = '512MB';

create temp table pattern as
    select row_number() over (order by e.account_id) as place, e.account_id, e.target as old_id, e.chat as old_chat, e.source,
        e.received_at, e.endpoints, e.tellings, n.body, c.data, m.at
    from (select distinct on (account_id) * from event where kind = 'posted' order by account_id, id) e
    join notification n on n.event_id = e.id
    join change c on c.event_id = e.id
    join message m on m.account_id = e.account_id and m.message_id = e.target and m.chat = e.chat;

create temp table seed as
    select p.*, 1000000000 + (i - 1)::bigint * 5 as first, '3EB0' || upper(substr(md5(i::text), 1, 16)) as new_id,
        '7' || lpad(p.account_id::text, 3, '0') || lpad((i / 64 % 1000)::text, 7, '0') || '@c.us' as new_chat
    from generate_series(1, :rows) i
    join pattern p on p.place = 1 + i % (select count(*) from pattern);

create temp table definition as
    select conrelid::regclass::text as place, conname::text as name, pg_get_constraintdef(oid) as how, contype::text as type
    from pg_constraint
    where conrelid::regclass::text in ('event', 'notification', 'message', 'change', 'delivery') and contype in ('p', 'u', 'f')
    union all
    select '', indexrelid::regclass::text, pg_get_indexdef(indexrelid), 'i'
    from pg_index i
    where indrelid::regclass::text in ('event', 'notification', 'message', 'change', 'delivery')
        and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid);

select case when type = 'i' then format('drop index %s', name) else format('alter table %s drop constraint %I', place, name) end
    from definition order by type in ('p', 'u') \gexec

insert into event (id, account_id, kind, chat, target, event_id, variant, source, received_at, endpoints, tellings)
    select first, account_id, 'posted', new_chat, new_id, '', '', source, received_at, endpoints,
        replace(replace(tellings, old_id, new_id), old_chat, new_chat)
    from seed;
insert into notification (id, event_id, received_at, body)
    select first + 1, first, received_at,
        convert_to(replace(replace(convert_from(body, 'UTF8'), old_id, new_id), old_chat, new_chat), 'UTF8')
    from seed;
insert into message (account_id, message_id, chat, revision, at, hidden)
    select account_id, new_id, new_chat, 1, at - (first - 1000000000) * 100, false from seed;
insert into change (id, event_id, account_id, chat, message_id, revision, told, created_at, data, stray)
    select first + 2, first, account_id, new_chat, new_id, 1, true, received_at,
        replace(replace(data, old_id, new_id), old_chat, new_chat), false
    from seed;
insert into delivery (id, endpoint, change_id, account_id, chat, state, attempts, next_at, created_at, ended_at)
    select first + 3, 'log', first + 2, account_id, new_chat, 'done', 1, 0, received_at, received_at from seed;
select setval('position', 1000000000 + :rows * 5);

select case when type = 'i' then how else format('alter table %s add constraint %I %s', place, name, how) end
    from definition order by type in ('p', 'u') desc, type = 'i' desc \gexec
drop table seed, pattern, definition;
analyze;
checkpoint;
