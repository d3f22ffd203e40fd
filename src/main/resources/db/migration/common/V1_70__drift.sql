-- What reading the journals of an account came to, by quarter of an hour, for those who want to see how it went.
create table drift (
    account_id bigint not null,
    -- when the quarter began
    at bigint not null,
    compared bigint not null,
    drift bigint not null,
    primary key (account_id, at)
);
