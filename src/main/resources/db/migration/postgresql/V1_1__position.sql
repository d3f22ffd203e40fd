-- Ids rise in the order of what happens to a chat: they are drawn while the account is locked, so never in advance.
create sequence position as bigint cache 1;
