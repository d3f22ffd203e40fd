-- What failed and is tried again: few rows, so that counting them costs nothing where nothing fails.
create index delivery_retrying on delivery (endpoint) where state = 'owed' and last_error is not null;

-- What an operator gave up; few rows, too.
create index delivery_discarded on delivery (endpoint, id) where state = 'discarded';
