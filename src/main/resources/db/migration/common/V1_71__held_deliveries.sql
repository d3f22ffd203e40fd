-- What is held of a chat is looked for whenever what was before it has ended: without this, among all that the chat is owed.
create index delivery_held on delivery (endpoint, account_id, chat, id) where state = 'owed' and held;
