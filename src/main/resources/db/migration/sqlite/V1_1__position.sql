-- Ids rise in the order of what happens; one process owns the file, so one row is enough.
create table position (value bigint not null);
insert into position (value) values (0);
