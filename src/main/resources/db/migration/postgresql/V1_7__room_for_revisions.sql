-- A message's row changes with every status: beside its old self, if there is room, no index has to know.
alter table message set (fillfactor = 75);
