-- When we last heard of an account by a notification, to the second. Of those that were silent for long before this, it is not known.
alter table account add column heard_at bigint;
update account set heard_at = heard.at from (select account_id, max(received_at) as at
        from (select account_id, received_at, source from event order by id desc limit 100000) as newest
        where source in ('webhook', 'queue') group by account_id) as heard
    where heard.account_id = account.id;

-- How many of those that a replay looks through it has looked at; total is counted when it begins.
alter table replay add column looked bigint not null default 0;
alter table replay add column total bigint;
