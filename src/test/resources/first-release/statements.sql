-- What the first release says to its store when it takes a notification and delivers it, word for word but for the values.
-- ${…} is what differs between stores, or is drawn. docs/packaging.md, Upgrades: a release works on the schema of the next.

-- It registers its accounts.
insert into account (id, name, gateway, instance)
 select coalesce(max(id), 0) + 1, 'sales', 'green-api', '1101000001' from account where true
 on conflict (gateway, instance) do update set name = excluded.name;

-- It looks for what is known around a message.
with named (account, id) as (values (cast(1 as bigint), cast('M1' as text)))
 select e.id, e.account_id, e.kind, e.chat, e.target, e.event_id, e.variant, e.endpoints, e.tellings
 from named n join event e on e.account_id = n.account and e.target = n.id
 union select e.id, e.account_id, e.kind, e.chat, e.target, e.event_id, e.variant, e.endpoints, e.tellings
 from named n join event e on e.account_id = n.account and e.event_id = n.id
 where e.kind in ('edited', 'deleted') and e.event_id <> e.target;
with named (account, id) as (values (cast(1 as bigint), cast('M1' as text)))
 select distinct m.account_id, m.message_id, m.chat, m.revision from named n
 join message m on m.account_id = n.account and m.message_id = n.id;

-- It keeps what was told.
insert into event (id, account_id, kind, chat, target, event_id, variant, source, received_at, endpoints, tellings)
 values (${event}, 1, 'posted', '71234567890@c.us', 'OLD', '', '', 'webhook', 1795862333070, 'log,crm',
 '[{"source":"webhook","receivedAt":1795862333070,"event":{"kind":"posted","instance":"1101000001","messenger":"whatsapp","at":1738566800000,"chat":{"id":"71234567890@c.us","name":"John","phone":"71234567890"},"messageId":"OLD","direction":"incoming","sender":{"id":"71234567890@c.us","name":"John"},"type":"text","text":"told to the old one"}}]');
insert into notification (id, event_id, received_at, body) values (${notification}, ${event}, 1795862333070, cast('{}' as ${bytes}));
insert into message (account_id, message_id, chat, revision, at, hidden, reply_to)
 values (1, 'OLD', '71234567890@c.us', 1, 1738566800000, false, null) on conflict (account_id, message_id, chat) do update set
 revision = excluded.revision, at = excluded.at, hidden = excluded.hidden, reply_to = excluded.reply_to;
insert into change (id, event_id, account_id, chat, message_id, revision, told, created_at, data)
 values (${change}, ${event}, 1, '71234567890@c.us', 'OLD', 1, true, 1795862333070,
 '{"account":"sales","gateway":"green-api","messageId":"OLD","chatId":"71234567890@c.us","chat":{"id":"71234567890@c.us","name":"John","phone":"71234567890"},"sender":{"id":"71234567890@c.us","name":"John"},"direction":"incoming","sentAt":"2025-02-03T07:13:20Z","type":"text","text":"told to the old one","media":null,"replyTo":null,"edited":false,"deleted":false,"status":null,"statusAt":null,"statusDescription":null,"original":"known","revision":1,"change":{"id":"${event}","kind":"posted","eventId":null,"at":"2025-02-03T07:13:20Z","receivedAt":"2026-11-28T10:38:53.070Z","source":"webhook","target":"OLD"}}');
update account set epoch = epoch + case when state = 'notAuthorized' and cast('authorized' as text) = 'authorized' then 1 else 0 end,
 state = 'authorized', state_at = 1795862333070 where id = 1 and coalesce(state_at, 0) <= 1795862333070;
insert into delivery (id, endpoint, change_id, account_id, chat, state, next_at, last_error, created_at)
 values (${log}, 'log', ${change}, 1, '71234567890@c.us', 'owed', 0, null, 1795862333070) on conflict (change_id, endpoint) do nothing;
insert into delivery (id, endpoint, change_id, account_id, chat, state, next_at, last_error, created_at)
 values (${crm}, 'crm', ${change}, 1, '71234567890@c.us', 'owed', 0, null, 1795862333070) on conflict (change_id, endpoint) do nothing;

-- It delivers: to an endpoint that today's service does not serve, so that nobody is quicker.
select d.id from delivery d where d.endpoint = 'crm' and d.state = 'owed'
 and d.next_at <= ${now} and (d.lease_until is null or d.lease_until < ${now})
 and not exists (select 1 from delivery p where p.endpoint = d.endpoint and p.state = 'owed'
 and p.account_id = d.account_id and p.chat = d.chat and p.id < d.id) order by d.id limit 10${skipLocked};
update delivery set lease = 'a-lease', lease_until = ${now} + 30000, attempts = attempts + 1 where id = ${crm};
select d.id, c.event_id, d.attempts, c.revision, c.data from delivery d join change c on c.id = d.change_id where d.id = ${crm};
update delivery set lease_until = ${now} + 30000 where id = ${crm} and lease = 'a-lease';
update delivery set last_error = 'It was away.', lease = null, lease_until = null, next_at = ${now} + 1000
 where id = ${crm} and lease = 'another-lease';
update delivery set state = 'done', last_error = null, lease = null, lease_until = null, ended_at = ${now}
 where id = ${crm} and lease = 'a-lease';
update delivery set lease = null, lease_until = null where endpoint = 'crm' and state = 'owed' and lease is not null;

-- It reads.
with recursive known (chat) as (select min(chat) from message where account_id = 1
 union all select (select min(m.chat) from message m where m.account_id = 1 and m.chat > k.chat)
 from known k where k.chat is not null)
 select chat, newest from (select chat, (select max(m.at) from message m where m.account_id = 1
 and m.chat = k.chat and not m.hidden) as newest from known k where chat is not null) shown
 where newest is not null order by newest desc, chat limit 10 offset 0;
select message_id, revision, at from message where account_id = 1 and chat = '71234567890@c.us'
 and not hidden and (at, message_id) < (1795862333070, '') order by at desc, message_id desc limit 10;
select d.id, d.endpoint, a.name, c.event_id, e.kind, c.chat, c.message_id, c.revision, d.state, d.attempts, d.last_error,
 d.created_at, d.ended_at from delivery d join change c on c.id = d.change_id join event e on e.id = c.event_id
 join account a on a.id = d.account_id where c.account_id = 1 and c.message_id = 'OLD' and c.chat = '71234567890@c.us' order by d.id;
select id, account_id, chat from change where event_id = ${event} and told
