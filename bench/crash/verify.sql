-- What was acknowledged and what arrived, against the ledger. Run in the folder that has both files; one line for each kind of
-- violation: how many, and one of them.
create temp table acknowledged (account text, chat text, kind text, id text);
\copy acknowledged from 'acknowledged'
create temp table arrival (place bigint, account text, chat text, message text, revision bigint, kind text);
\copy arrival from 'arrivals'
-- Without figures of new tables, what is looked for in millions is looked for one by one.
analyze acknowledged;
analyze arrival;
analyze event;
analyze change;

create temp table heard as
    select k.account, k.chat, k.kind, k.id, count(e.id) as times, min(e.id) as event_id
    from acknowledged k
    join account a on a.name = k.account
    left join event e on e.account_id = a.id and e.kind = k.kind
        and case k.kind when 'posted' then e.target else e.event_id end = k.id
    group by k.account, k.chat, k.kind, k.id;
analyze heard;

create temp table first_arrival as
    select account, chat, message, revision, min(place) as place from arrival group by account, chat, message, revision;
analyze first_arrival;

create temp table told as
    select a.name as account, c.chat, c.message_id as message, c.revision, c.id, c.event_id, f.place
    from change c
    join account a on a.id = c.account_id
    left join first_arrival f on f.account = a.name and f.chat = c.chat and f.message = c.message_id
        and f.revision = c.revision
    where c.told;
analyze told;

create temp table violation as
    select 'acknowledged, but not once in the ledger' as what, format('%s %s %s: %s times', account, kind, id, times) as which
    from heard where times <> 1
    union all
    select 'acknowledged, but changed nothing', format('%s %s %s', account, kind, id)
    from heard h where times = 1 and not exists (select 1 from told t where t.event_id = h.event_id)
    union all
    select 'acknowledged, but never delivered', format('%s %s revision %s, %s', account, message, revision, kind)
    from heard h join told t using (account, event_id) where t.place is null
    union all
    select 'delivered, but not in the ledger', format('%s %s revision %s', account, message, revision)
    from first_arrival f where not exists (select 1 from told t where t.account = f.account and t.chat = f.chat
        and t.message = f.message and t.revision = f.revision)
    union all
    select 'delivered before an older change of its chat', format('%s %s: change %s arrived as number %s, after %s', account,
        chat, id, place, before)
    from (select *, lag(id) over (partition by account, chat order by place) as before from told where place is not null) t
    where before > id
    union all
    select 'still owed, or parked', format('delivery %s: %s after %s attempts, %s', id, state, attempts, last_error)
    from delivery where state <> 'done';

select format('%s acknowledged (%s posted, %s edited, %s deleted), %s changes in %s chats, %s arrivals of which %s were repeats',
        (select count(*) from acknowledged), (select count(*) from acknowledged where kind = 'posted'),
        (select count(*) from acknowledged where kind = 'edited'), (select count(*) from acknowledged where kind = 'deleted'),
        (select count(*) from told), (select count(distinct (account, chat)) from told), (select count(*) from arrival),
        (select count(*) from arrival) - (select count(*) from first_arrival));
select format('VIOLATION: %s (%s), such as %s', what, count(*), min(which)) from violation group by what;
