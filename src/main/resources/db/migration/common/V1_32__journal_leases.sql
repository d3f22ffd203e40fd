-- Who reads journals is a row of lease. No release has known these columns, so none is left that needs them.
alter table journal drop column owner;
alter table journal drop column lease_until;
