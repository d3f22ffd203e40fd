-- What was set at a gateway, which restarts its instance: so that it is not set again and again.
create table sent_settings (
    -- gateway/instance
    instance text primary key,
    -- names, separated by commas
    names text not null,
    -- by the database's clock
    sent_at bigint not null
);
