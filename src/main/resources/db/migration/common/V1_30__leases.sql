-- What one process at a time may do, of all that share this store.
create table lease (
    name text primary key,
    holder text not null,
    -- by the database's clock
    lease_until bigint not null
);
